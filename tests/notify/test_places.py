"""Messages name the directories that explain most, at whatever depth, and what was left out."""

from dataclasses import replace

import pytest
from notify.letters import ENGLISH, GERMAN, LETTERS, SCANNED, TB

from xfc_notify.notify.words.area import area_words
from xfc_notify.notify.words.letter import Letter
from xfc_notify.notify.words.render import put_into_words
from xfc_notify.notify.words.whatif import what_if
from xfc_notify.usage import Errors, Usage
from xfc_notify.usage.directories import Directory, Subtotal, depth, parent
from xfc_notify.usage.tally import Tally

DAY = 86_400
NOW = int(SCANNED.timestamp())


def lying(held: dict[bytes, tuple[float, int]]) -> Usage:
    """A scan of 36 TB and more: TB and days since the newest file, by directory."""
    tree: dict[bytes, Directory] = {b"": Directory()}
    for path, (size, days) in held.items():
        tally = Tally.of(100, int(size * TB), int(size * TB * days * DAY))
        above = path
        while above:
            tree.setdefault(above, Directory())
            above = parent(above)
        tree[path] = Directory(Subtotal(tally, NOW - 900 * DAY, NOW - days * DAY))
    total = sum((directory.here.tally for directory in tree.values()), Tally())
    first = {path: Tally() for path in tree if depth(path) == 1}
    for path, directory in tree.items():
        if path:
            first[path.partition(b"/")[0]] += directory.here.tally
    return Usage(SCANNED, total=total, by_directory=first, tree=tree)


DEEP = lying(
    {
        b"reanalysis/era5/hourly": (20, 1),
        b"reanalysis/era5/daily": (12, 400),
        b"reanalysis/x": (1, 1),
        b"tmp": (3, 50),
    }
)


def letter_of(usage: Usage) -> Letter:
    letter = LETTERS["began-hard"]
    (figures,) = letter.areas
    finding = replace(letter.topics[0].finding, used=usage.size)
    topic = replace(letter.topics[0], finding=finding)
    return replace(letter, areas=(replace(figures, usage=usage),), topics=(topic,))


def test_a_message_names_what_lies_below_the_one_top_directory() -> None:
    letter = letter_of(DEEP)
    words = area_words(letter, letter.areas[0])
    assert [row.path for row in words.directories] == [
        "reanalysis/era5/hourly",
        "reanalysis/era5/daily",
        "tmp",
    ]
    assert "nothing new for 13 months" in words.directories[1].detail
    assert "nothing new" not in words.directories[0].detail


def test_what_if_is_reckoned_with_them_and_names_what_is_old() -> None:
    letter = letter_of(DEEP)
    text = what_if(letter, letter.topics[0])
    assert text.startswith("Without reanalysis/era5/hourly you would use 40 %")
    assert "without reanalysis/era5/daily as well, 10 %" in text
    assert "Nothing has arrived in reanalysis/era5/daily for a year: 12 TB." in text


def test_the_first_step_is_a_path_that_can_be_copied() -> None:
    words = put_into_words(letter_of(DEEP))
    assert b"/reanalysis/era5/hourly".decode() in words.text


@pytest.mark.parametrize("language", [ENGLISH, GERMAN])
def test_what_was_not_measured_is_said(language: object) -> None:
    errors = {
        "other_file_system": Errors(1, (b"mnt",)),
        "excluded": Errors(4_000, (b".snapshot", b"a/.snapshot", b"b/.snapshot")),
        "odd_time": Errors(2, (b"old", b"older")),
    }
    letter = replace(letter_of(replace(DEEP, errors=errors)), language=language)  # type: ignore[type-var]
    facts = " ".join(area_words(letter, letter.areas[0]).facts)
    for name in ("(mnt)", "(.snapshot, a/.snapshot, b/.snapshot, …)", "(old, older)"):
        assert name in facts


def test_an_area_without_anything_old_has_no_such_sentence() -> None:
    letter = letter_of(lying({b"a": (30, 10), b"b/c": (6, 300)}))
    assert "for a year" not in what_if(letter, letter.topics[0])
