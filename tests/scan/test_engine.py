import pytest

from xfc_notify.errors import WrongInput
from xfc_notify.scan import native
from xfc_notify.scan.engine import choose
from xfc_notify.usage import Scanner


@pytest.mark.skipif(not native.is_available(), reason="THE NATIVE SCANNER WAS NOT BUILT")
def test_the_native_scanner_measures_unless_the_other_is_wanted() -> None:
    assert choose() is choose(Scanner.NATIVE) is Scanner.NATIVE
    assert choose(Scanner.PYTHON) is Scanner.PYTHON


def test_where_the_native_scanner_is_missing_the_other_measures_unless_it_was_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(native, "_works", False)
    assert choose() is choose(Scanner.PYTHON) is Scanner.PYTHON
    with pytest.raises(WrongInput, match="the native scanner is not there"):
        choose(Scanner.NATIVE)
