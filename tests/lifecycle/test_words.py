"""The word that whoever agrees to a removal by a link has to type."""

import pytest

from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.lifecycle.words import is_word, word_of


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("exp/2017/aardvark", "aardvark"),
        ("exp/run/1", "run"),  # what a program may type
        ("a/1", "1"),
        ("exp/Messung_ä\u0308", "Messung"),
        ("exp/caf\u0065\u0301", "café"),
        ("x" * 40, "x" * 16),
        ("/..", "d1"),
        ("", "d1"),
    ],
)
def test_it_is_the_last_word_of_the_name(path: str, word: str) -> None:
    dataset = DatasetRow(uid="d1", path=path)
    assert word_of(dataset) == word
    assert is_word(word.upper(), dataset)
    assert not is_word("", dataset)
    assert not is_word("yes", dataset)
