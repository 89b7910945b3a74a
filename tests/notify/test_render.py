"""What a letter looks like as text and as HTML.

Golden files: `golden/en.txt` and `golden/de.txt` hold what a message of every kind says: its subject, its text, and
what its page shows. The HTML itself is held for a few kinds only, one that bears each part of the template. After a
wanted change of words or form, write all of them anew with
`XFC_TEST_WRITE_GOLDEN=1 python -m pytest tests/notify/test_render.py` and read the difference.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from letters import LETTERS
from rich.cells import cell_len as width

from xfc_notify.notify.words import sentences
from xfc_notify.notify.words.letter import Words
from xfc_notify.notify.words.render import put_into_words
from xfc_notify.outbox.columns import fill, table

GOLDEN = Path(__file__).parent / "golden"
WRITE = os.environ.get("XFC_TEST_WRITE_GOLDEN") == "1"

PAGES = ("began-hard", "growing-de", "hostile", "incomplete-de", "links", "two-areas-de")
"""The kinds whose HTML is held whole: plain, with a chart, with nonsense in it, with errors, with links, long."""
PARTS = ("subject", "text", "page")
BLOCKS = ("p", "h1", "h2", "h3", "td", "li", "div", "br")

kinds = pytest.mark.parametrize("kind", LETTERS)
harmless_kinds = pytest.mark.parametrize("kind", [kind for kind in LETTERS if "hostile" not in kind])


class Page(HTMLParser):
    """The visible text, the tags and the attributes of a page; `lines` are its text, one to a block."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.lines: list[str] = []
        self._hidden = False
        self._shown = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self._end_line(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._hidden = tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False
        self.text += " "
        self._end_line(tag)

    def handle_data(self, data: str) -> None:
        self.text += "" if self._hidden else data

    def _end_line(self, tag: str) -> None:
        if tag in BLOCKS and (line := " ".join(self.text[self._shown :].split())):
            self.lines.append(line)
            self._shown = len(self.text)


@cache
def words(kind: str) -> Words:
    return put_into_words(LETTERS[kind])


def said(kind: str, part: str) -> str:
    """A part of a message, as it stands in the golden files."""
    made = words(kind)
    text = "\n".join(Page(made.html).lines) if part == "page" else getattr(made, part)
    return text.strip("\n") + "\n"


def golden(name: str, written: Callable[[], str]) -> str:
    """What a golden file holds."""
    file = GOLDEN / name
    if WRITE:
        file.write_text(written(), "utf-8")
    return file.read_text("utf-8")


@cache
def wording(language: str) -> dict[tuple[str, str], str]:
    """What the golden file of a language holds, by kind and part."""

    def written() -> str:
        of_it = [kind for kind in LETTERS if LETTERS[kind].language.code == language]
        return "".join(f"=== {kind}: {part}\n{said(kind, part)}" for kind in of_it for part in PARTS)

    _, *pieces = re.split(r"(?m)^=== (\S+): (\w+)\n", golden(f"{language}.txt", written))
    return {
        (kind, part): text for kind, part, text in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True)
    }


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,:]\d+)*", text))


@kinds
@pytest.mark.parametrize("part", PARTS)
def test_a_message_of_every_kind_reads_as_the_golden_file_says(kind: str, part: str) -> None:
    assert said(kind, part) == wording(LETTERS[kind].language.code)[kind, part]


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_written_as_the_golden_file_says(kind: str) -> None:
    written = said(kind, "html")
    assert written == golden(f"{kind}.html", lambda: written)


def test_there_is_no_golden_file_without_a_letter() -> None:
    assert {file.name for file in GOLDEN.iterdir()} == {
        "en.txt",
        "de.txt",
        *(f"{kind}.html" for kind in PAGES),
    }
    assert {kind for language in ("en", "de") for kind, _ in wording(language)} == LETTERS.keys()


@harmless_kinds
def test_every_number_in_the_html_stands_in_the_text(kind: str) -> None:
    # The steps are numbered in the text and an <ol> in HTML, which counts by itself.
    text = re.sub(r"(?m)^  [123]\. ", "", words(kind).text)
    assert numbers(Page(words(kind).html).text) <= numbers(text)


@kinds
def test_every_sentence_of_the_text_stands_in_the_html(kind: str) -> None:
    def plain(text: str) -> str:
        return " ".join(text.split())

    shown = plain(Page(words(kind).html).text)
    paragraphs = [plain(part) for part in words(kind).text.split("\n\n")]
    prose = [part for part in paragraphs[:2] if part]
    assert len(prose) == 2
    assert all(part in shown for part in prose)


@kinds
def test_no_raw_control_character_is_in_any_part(kind: str) -> None:
    made = words(kind)
    assert made.subject.isprintable()
    for part in (made.text, made.html):
        assert all(line.isprintable() for line in part.split("\n"))


def test_nothing_of_a_hostile_name_becomes_markup() -> None:
    page, plain = Page(words("hostile").html), Page(words("began-hard").html)
    assert page.tags.keys() <= plain.tags.keys() | {"ul"}
    assert {name for name, _ in page.attributes} <= {name for name, _ in plain.attributes} | {"href"}
    assert "<script>alert(1)</script>" in page.text
    assert (
        "{{ words.subject }}" in words("hostile").text.replace("…", "{{ words.subj")
        or "{% raw %}" in page.text
    )


@kinds
def test_the_page_loads_nothing_from_anywhere(kind: str) -> None:
    page = Page(words(kind).html)
    assert not page.tags.keys() & {"link", "script", "iframe", "object", "embed", "svg"}
    links = {value for name, value in page.attributes if name == "href" and not value.startswith("mailto:")}
    ways = LETTERS[kind].reply_links
    assert links == {reply_link.link for reply_link in ways if not reply_link.is_mail}
    assert {value for name, value in page.attributes if name == "src"} == {
        f"cid:{name}" for name in words(kind).images
    }
    assert "url(" not in words(kind).html
    assert "@import" not in words(kind).html


@kinds
def test_the_subject_is_one_short_line_and_goes_through_a_header(kind: str) -> None:
    subject = words(kind).subject
    assert len(subject) < 78
    assert subject.startswith("[XFC")
    mail = EmailMessage()
    mail["Subject"] = subject
    assert mail.keys() == ["Subject"]


@harmless_kinds
def test_nobody_is_shouted_at(kind: str) -> None:
    made = words(kind)
    for part in (made.subject, made.text, Page(made.html).text):
        assert len(part) > 20
        assert "!" not in part
        assert not re.search(r"\b(?!MESZ\b)[A-Z]{4,}\b", part)
        assert not re.search(
            r"\b(urgent|immediately|must|deadline|violat\w*|exceed\w*|dringend|sofort|müssen|Frist)\b",
            part,
            re.IGNORECASE,
        )


@harmless_kinds
def test_the_text_fits_a_narrow_window(kind: str) -> None:
    lines = words(kind).text.splitlines()
    assert max(width(line) for line in lines if not line.startswith("  ")) <= 76
    assert max(map(width, lines)) <= 88  # the row of a limit with a long name


@kinds
def test_every_message_promises_once_at_its_end_that_nothing_is_deleted(kind: str) -> None:
    promise = sentences.promise(LETTERS[kind])
    page = " ".join(Page(words(kind).html).text.split())
    assert page.endswith(promise)
    assert words(kind).text.partition("\n\n-- \n")[0].endswith("\n" + promise)
    for part in (page, words(kind).text):
        said = re.sub("[Ii]f nothing is deleted|[Ww]enn nichts gelöscht wird", "", " ".join(part.split()))
        assert len(re.findall(r"delete[sd]|lösch(t|en wir)", said)) == 1


@kinds
def test_a_bar_is_never_longer_than_its_track(kind: str) -> None:
    bars = [int(value[:-1]) for name, value in Page(words(kind).html).attributes if value.endswith("%")]
    assert bars
    assert max(bars) <= 100


def test_a_page_names_its_language_and_title_and_bears_dark_mode() -> None:
    html = words("began-hard").html
    assert '<html lang="en"' in html
    assert '<html lang="de"' in words("began-hard-de").html
    assert "<title>[XFC] You have used 86 % of your space on vol1</title>" in html
    assert "@media (prefers-color-scheme: dark)" in html


def test_a_number_stays_on_the_line_of_its_unit() -> None:
    said = "86 % and 34.4 TB·days and 12 kB"
    for length in range(40, 80):
        filled = fill("x" * length + f" {said}")
        assert filled.split()[1:] == said.split()
        assert not re.search(r"\d$", filled, re.MULTILINE)


def test_wide_characters_take_two_columns_of_a_table() -> None:
    lines = table([("温度", "1"), ("abcd", "22")], "lr").splitlines()
    assert lines == ["  温度   1", "  abcd  22"]


def test_importing_the_renderer_imports_no_heavy_library() -> None:
    check = (
        "import sys, xfc_notify.notify.words.render;"
        "sys.exit(bool({'jinja2', 'css_inline', 'babel', 'matplotlib', 'PIL', 'numpy'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
