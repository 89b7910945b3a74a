"""docs/glossary.md has every noun of the program, each in one sentence, and cannot go stale unseen."""

import re
from enum import Enum
from inspect import getmembers, isclass
from pathlib import Path

import pytest

import xfc_notify
from xfc_notify import domain, states
from xfc_notify.domain import Level
from xfc_notify.notify import episode
from xfc_notify.notify.episode import Reason
from xfc_notify.scan import order
from xfc_notify.usage import Clock, options, summary

TEXT = (Path(__file__).parents[1] / "docs" / "glossary.md").read_text()
ENTRIES = re.findall(r"^\| \*\*(.+?)\*\* \| (.+) \|$", TEXT, re.MULTILINE)


def nouns() -> set[str]:
    """What the public face and these modules define, as words: ScanOrder is a "scan order"."""
    public = [getattr(xfc_notify, name) for name in xfc_notify.__all__]
    modules = (domain, states, options, summary, episode, order)
    homes = {module.__name__ for module in modules}
    named = [it for module in modules for _, it in getmembers(module, isclass)]
    classes = {it for it in (*public, *named) if isclass(it) and it.__module__ in homes}
    return {re.sub(r"(?<!^)(?=[A-Z])", " ", it.__name__).lower() for it in classes}


def test_every_noun_of_the_program_has_an_entry() -> None:
    found = nouns()
    assert {"area", "usage", "past scan", "level", "scan order"} <= found
    assert found <= {word for word, _ in ENTRIES}


def test_no_word_has_two_entries() -> None:
    words = [word for word, _ in ENTRIES]
    assert sorted(set(words)) == sorted(words)


@pytest.mark.parametrize(("word", "meaning"), ENTRIES, ids=[word for word, _ in ENTRIES])
def test_an_entry_is_one_sentence(word: str, meaning: str) -> None:
    assert re.fullmatch(r"[^.]+\.", re.sub(r"`[^`]*`", "", meaning)), word


def test_every_bold_word_is_an_entry() -> None:
    words = {word for word, _ in ENTRIES}
    for bold in set(re.findall(r"\*\*(.+?)\*\*", TEXT)) - {"Bold"}:
        assert words & {bold, bold.removesuffix("s")}, bold


@pytest.mark.parametrize(
    ("word", "values"),
    [
        ("level", Level),
        ("reason", Reason),
        ("clock", Clock),
        ("scan state", states.ScanState),
        ("delivery state", states.DeliveryState),
        ("mode", states.Mode),
        ("audience", states.Audience),
        ("kind", states.Kind),
    ],
)
def test_what_a_noun_may_be_is_named(word: str, values: type[Enum]) -> None:
    meaning = dict(ENTRIES)[word]
    for value in values:
        assert re.search(rf"\b{str(value).lower()}\b", meaning), value
