import re
from datetime import timedelta

import pytest

from xfc_notify import errors
from xfc_notify.errors import DeliveryError, PermanentDeliveryError, SettingsError, XfcNotifyError

LINE = re.compile(r"^( *[│├└─ ]*)([A-Z]\w+)  +(.*)$", re.MULTILINE)


def drawn() -> dict[str, str | None]:
    """Error → its parent, as the tree in the docstring of errors.py is drawn."""
    tree: dict[str, str | None] = {}
    above: list[tuple[int, str]] = []
    for indent, name, _ in LINE.findall(errors.__doc__ or ""):
        above = [(depth, parent) for depth, parent in above if depth < len(indent)]
        tree[name] = above[-1][1] if above else None
        above.append((len(indent), name))
    return tree


def defined() -> dict[str, str | None]:
    """Error → its parent, as the classes are."""
    classes = [it for it in vars(errors).values() if isinstance(it, type) and issubclass(it, Exception)]
    names = {it.__name__ for it in classes}
    return {
        it.__name__: next((b.__name__ for b in it.__bases__ if b.__name__ in names), None) for it in classes
    }


def test_the_tree_that_is_drawn_is_the_tree_of_the_classes() -> None:
    assert drawn() == defined()
    assert drawn()["PermanentDeliveryError"] == "DeliveryError"


def test_the_exit_codes_that_are_drawn_are_those_of_the_classes() -> None:
    told = {
        name: int(code[1])
        for _, name, text in LINE.findall(errors.__doc__ or "")
        if (code := re.search(r"exit (\d)", text))
    }
    assert {"WrongInput", "PluginError"} <= told.keys()
    assert told == {name: getattr(errors, name).exit_code for name in told}


def test_every_error_tells_what_was_wrong_and_what_to_do() -> None:
    error = SettingsError("settings.toml: nonsense", "Write sense.")
    assert (str(error), error.what, error.hint, error.exit_code) == (
        "settings.toml: nonsense",
        "settings.toml: nonsense",
        "Write sense.",
        2,
    )
    assert XfcNotifyError("broken").hint == ""


@pytest.mark.parametrize("kind", [DeliveryError, PermanentDeliveryError])
def test_a_delivery_error_says_when_to_come_back(kind: type[DeliveryError]) -> None:
    assert kind("busy").retry_after is None
    error = kind("busy", timedelta(minutes=2))
    assert (error.what, error.retry_after, error.exit_code) == ("busy", timedelta(minutes=2), 1)
