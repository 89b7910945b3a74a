"""What a reader's language and zone change, and that the German is whole."""

import copy
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from letters import ENGLISH_LETTERS, GERMAN, GERMAN_LETTERS, TB, figures, letter, usage

from xfc_notify.domain import Fact, Finding, Level
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.words import catalog
from xfc_notify.notify.words.language import language
from xfc_notify.notify.words.wording import wording
from xfc_notify.store.finding_json import dump_finding, load_finding

CODE = Path(catalog.__file__).parents[2]
KEYWORDS = {"say": None, "count": (1, 2), "mark": None}

Sentence = str | tuple[str, ...]


def extracted() -> set[Sentence]:
    """Every sentence in the code and in the templates."""
    methods = [
        ("**/commands/**.py", "ignore"),  # there, `say` prints
        ("notify/**.py", "python"),
        ("reports/letter.py", "python"),
        ("lifecycle/**.py", "python"),
        ("reports/group_page.py", "python"),
        ("reports/plots.py", "python"),
        ("simulate/**.py", "python"),
        ("web/**.py", "python"),
        ("**/pages.py", "python"),
        ("pages.py", "python"),
        ("**/templates/**.j2", "jinja2"),
    ]
    found = extract_from_dir(CODE, method_map=methods, keywords=KEYWORDS)
    return {sentence for _, _, sentence, _, _ in found}


def forms(text: str | Iterable[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def test_every_sentence_of_the_code_is_in_german_and_no_other() -> None:
    german = {
        tuple(message.id) if message.pluralizable else message.id: message
        for place in catalog.PACKAGED
        for message in read_po((place / "de.po").read_bytes().splitlines(), locale="de", abort_invalid=True)
        if message.id
    }
    assert extracted() - german.keys() == set(), "add these to locale/de.po"
    assert german.keys() - extracted() == set(), "nobody says these any more"
    for message in german.values():
        assert not message.fuzzy
        assert all(forms(message.string))
        for one in forms(message.string):
            assert catalog.placeholders(one) == catalog.placeholders(forms(message.id)[-1]), one


def test_every_kind_of_message_is_german_throughout() -> None:
    english = {word for kind in ENGLISH_LETTERS for word in _prose(wording(ENGLISH_LETTERS[kind]))}
    common = {word for kind in GERMAN_LETTERS for word in _prose(wording(GERMAN_LETTERS[kind]))} & english
    names = {"Ana", "M", "TB", "in", "time", "to", "stay", "old"}
    assert {word for word in common if word.isalpha()} <= names


def _prose(words: object) -> set[str]:
    return {
        word
        for text in (words.subject, words.greeting, words.headline, *words.lines, words.why, words.promise)  # type: ignore[attr-defined]
        for word in text.split()
    }


@pytest.mark.parametrize(
    ("amount", "unit", "english", "german"),
    [
        (3.2 * TB, "bytes", "3.2 TB", "3,2 TB"),
        (14 * TB, "byte-days", "14 TB·days", "14 TB·Tage"),
        (1_234_567, "files", "1,234,567 files", "1.234.567 Dateien"),
        (2.5, "jobs", "2.5 jobs", "2,5 jobs"),
    ],
)
def test_an_amount_has_the_marks_of_the_language(amount: float, unit: str, english: str, german: str) -> None:
    assert language("en", "UTC").amount(amount, unit) == english
    assert GERMAN.amount(amount, unit) == german


def test_a_time_has_weekday_month_and_zone_in_the_language() -> None:
    summer = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert GERMAN.moment(summer) == "Donnerstag, 2. Juli 2026, 00:30 Uhr (MESZ)"
    assert GERMAN.day(summer, summer) == "Donnerstag, 2. Juli (MESZ)"
    assert GERMAN.day(summer.replace(year=2027), summer) == "Freitag, 2. Juli 2027 (MESZ)"


def test_one_is_not_many() -> None:
    def measured(files: int) -> str:
        one = usage(36, birth_times=0)
        one = type(one)(as_of=one.as_of, total=type(one.total).of(files, TB))
        return wording(letter(figures(one), reasons={}, language=GERMAN)).areas[0].measured

    assert ": 1 Datei; alles war lesbar. " in measured(1)
    assert ": 2 Dateien; alles war lesbar. " in measured(2)


def test_a_title_that_nobody_translated_stands_as_it_is_whatever_it_holds() -> None:
    odd = Finding(Level.OVER, 2, 1, "jobs{", "Sizes are {decimal}", facts={"of {limit}": "{x}"}, policy="odd")
    made = letter(figures(usage(1)), reasons={}, language=GERMAN)
    area = made.areas[0]
    words = wording(
        letter(
            type(area)(area.area, area.usage, (odd,)),
            reasons={("vol1", "odd"): Reason.BEGAN},
            language=GERMAN,
        )
    )
    assert words.headline == "Sie nutzen 200 % Ihres Limits „Sizes are {decimal}“ auf vol1."
    assert words.lines[0].startswith("Ihr Limit „Sizes are {decimal}“ umfasst 1 jobs{;")


def test_the_facts_of_plugins_are_in_the_language_of_the_reader() -> None:
    (line,) = wording(GERMAN_LETTERS["milestone-de"]).lines[:1]
    assert line.startswith("Höchstens noch 14 Tage, dann 365 Tage alt: 12 Dateien, 3,1 TB, in old und tmp.")
    assert wording(GERMAN_LETTERS["forecast-de"]).areas[0].facts == ("Wachstum: 1,1 TB am Tag",)
    hostile = Fact("in {places}", places=("a\n\x1b[2J", "{x}"))
    assert GERMAN.fact(hostile) == "in a\\x0a\\x1b[2J und {x}"


def test_a_fact_keeps_its_parts_in_the_database() -> None:
    fact = Fact("{files}, in {places}", files=(1, "files"), places=("a", "b"))
    assert fact == "1 file, in a and b"
    braces = Fact("in {places}", places="{x}")
    assert (copy.deepcopy(braces), copy.deepcopy(braces).values) == ("in {x}", {"places": "{x}"})
    finding = Finding(Level.OVER, 2, 1, "jobs", "odd", facts={fact: fact, "plain": "text"})
    (loaded, text), plain = load_finding(json.loads(json.dumps(dump_finding(finding)))).facts.items()
    assert (loaded, text, plain) == (fact, fact, ("plain", "text"))
    assert isinstance(text, Fact)
    assert (text.sentence, text.values) == (fact.sentence, fact.values)


def test_a_language_that_nobody_wrote_is_english() -> None:
    assert language("fr", "UTC") == language("en", "UTC")
    assert catalog.languages() == {"en", "de"}
