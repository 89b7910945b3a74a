"""A site's own templates and wordings: they win, and a mistake in them costs nobody a message."""

import logging
from pathlib import Path

import pytest
from letters import ENGLISH_LETTERS, GERMAN_LETTERS

from xfc_notify.domain import Level
from xfc_notify.notify.words import catalog, form, site
from xfc_notify.notify.words.language import language
from xfc_notify.notify.words.letter import Letter, Words
from xfc_notify.notify.words.render import put_into_words
from xfc_notify.settings import Settings
from xfc_notify.settings.model import Messages

LETTER = ENGLISH_LETTERS["began-hard"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def settings(folder: Path | None) -> Settings:
    return Settings(
        messages=Messages(templates=str(folder)) if folder else Messages(), source=Path("settings.toml")
    )


def written(letter: Letter, folder: Path) -> Words:
    from dataclasses import replace

    spoken = language(letter.language.code, letter.language.zone.key, folder)
    return put_into_words(replace(letter, language=spoken), folder)


def test_a_site_overrides_one_block_and_the_rest_stays(folder: Path) -> None:
    footer = "{% block footer %}<p>Ask room 12 & {{ words.contact }}</p>{% endblock %}"
    (folder / form.HTML).write_text('{% extends "xfc/message.html.j2" %}' + footer)
    assert site.mistakes(settings(folder)) == []
    made, packaged = written(LETTER, folder), put_into_words(LETTER)
    assert "Ask room 12" in made.html
    assert "Questions are welcome" not in made.html
    assert "cmip6-downscaling" in made.html
    assert made.text == packaged.text


@pytest.mark.parametrize(
    "attack",
    [
        "{{ cycler.__init__.__globals__.os.popen('touch ' + place).read() }}",
        "{{ words.__class__.__mro__[1].__subclasses__() }}",
        "{{ say.__globals__ }}",
        "{{ say.__func__.__globals__['__builtins__'] }}",
        "{{ words.areas.__class__.__base__ }}",
        "{% for key in words.__init__.__globals__ %}{{ key }}{% endfor %}",
    ],
)
def test_a_template_reaches_nothing_but_the_words(
    folder: Path, attack: str, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / form.HTML).write_text(attack.replace("place", f"'{folder}/made'"))
    made, packaged = written(LETTER, folder), put_into_words(LETTER)
    assert made.html == packaged.html
    assert not (folder / "made").exists()
    assert "the packaged form is used instead" in caplog.text


def test_names_are_escaped_in_a_site_s_template_too(folder: Path) -> None:
    (folder / form.HTML).write_text("<p>{{ words.areas[0].path }}{{ words.areas[0].figures[0].title }}</p>")
    made = written(ENGLISH_LETTERS["hostile"], folder)
    assert "<u>" not in made.html
    assert "&lt;u&gt;" in made.html


def test_a_site_s_style_and_text_win_over_the_packaged(folder: Path) -> None:
    (folder / "message.css").write_text("h1 { color: #123456; }")
    (folder / form.TEXT).write_text(
        '{% extends "xfc/message.txt.j2" %}\n{% block footer %}Room 12{% endblock %}'
    )
    made = written(LETTER, folder)
    assert "color: #123456" in made.html
    assert made.text.endswith("Room 12")


def test_a_site_words_single_sentences_anew_in_each_language(folder: Path) -> None:
    (folder / "en.po").write_text(
        'msgid "Dear {name},"\nmsgstr "Hello {name},"\n\nmsgid "hard quota"\nmsgstr "disk space"\n'
    )
    (folder / "de.po").write_text('msgid "Dear {name},"\nmsgstr "Hallo {name},"\n')
    assert site.mistakes(settings(folder)) == []
    english, german = written(LETTER, folder).text, written(GERMAN_LETTERS["began-hard-de"], folder).text
    assert english.startswith("Hello Ana Lopes,")
    assert "Your disk space is 40 TB" in english
    assert german.startswith("Hallo Ana Lopes,")
    assert "Ihr Speicherkontingent umfasst 40 TB" in german


def test_a_site_brings_a_language_of_its_own(folder: Path) -> None:
    (folder / "fr.po").write_text('msgid "Dear {name},"\nmsgstr "Bonjour {name},"\n')
    french = language("fr", "UTC", folder)
    assert french.say("Dear {name},", name="Ana") == "Bonjour Ana,"
    assert french.amount(3.2e12, "bytes") == "3,2 TB"
    assert french.say("fine") == "fine"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (form.HTML, "<p>\n{% if %}", "message.html.j2:2: Expected an expression"),
        (form.HTML, "<p>\n\n{{ words.gretting }}", "message.html.j2:3: "),
        (form.TEXT, "{{ word }}", "message.txt.j2:1: 'word' is undefined"),
        (form.TEXT, "{{ 1 / 0 }}", "message.txt.j2:1: division by zero"),
        (form.TEXT, "{% include 'nothing' %}", "message.txt.j2:1: "),
        ("en.po", 'msgid "fine"\nmsgstr "good"\n\nmsgid "Dear {name},"\nmsgstr "Hi {nmae}"\n',
         "en.po:4: unknown placeholder {nmae}; known here: {name}"),
        ("de.po", 'msgid "Dear {name},"\nmsgstr "Hi {name!r}"\n', "de.po:1: braces hold a name"),
        ("de.po", 'msgid "Dear {name},"\nmsgstr "Hi {name"\n', "de.po:1: "),
        ("de.po", 'msgid "fine"\nnonsense "fein"\n', "de.po:2: "),
        ("german.po", 'msgid "fine"\nmsgstr "fein"\n', "german.po: german is not a language"),
        ("mesage.html.j2", "", "holds none of message.html.j2"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_one_line_with_file_and_line_and_the_message_goes_out(
    folder: Path, name: str, content: str, told: str
) -> None:
    (folder / name).write_text(content)
    (mistake,) = site.mistakes(settings(folder))
    assert told in mistake
    assert mistake.startswith(str(folder))
    assert "\n" not in mistake
    assert written(LETTER, folder) == put_into_words(LETTER)


def test_mistakes_of_all_files_are_told_at_once(folder: Path) -> None:
    (folder / "en.po").write_text('msgid "Dear {name},"\nmsgstr "Hi {nmae},"\n')
    (folder / form.TEXT).write_text("{{ word }}")
    assert [Path(line.split(":")[0]).name for line in site.mistakes(settings(folder))] == ["en.po", form.TEXT]


def test_a_mistake_is_logged_when_a_message_is_written(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / form.HTML).write_text("{{ nothing }}")
    with caplog.at_level(logging.ERROR):
        written(LETTER, folder)
    (record,) = caplog.records
    line = "'nothing' is undefined; the packaged form is used instead"
    assert record.getMessage() == f"{folder / form.HTML}:1: {line}"


def test_a_folder_that_is_not_there_is_told() -> None:
    (mistake,) = site.mistakes(settings(Path("/nowhere/at/all")))
    assert mistake == "settings.toml: messages.templates: there is no folder /nowhere/at/all"
    assert site.mistakes(settings(None)) == []


def test_the_specimens_have_every_part_of_a_letter() -> None:
    first, ended, empty = site.specimens(settings(None))
    assert {topic.level for topic in first.topics} == {Level.OVER, Level.NOTICE}
    assert catalog.languages() >= {"en"}
    for letter in (first, ended, empty):
        assert put_into_words(letter).text
