"""Whatever stands in a file, a queue, a link or a name: a value or the one error that says so, and never another.

XFC_TEST_FUZZ is how many examples each test tries, as in `make fuzz`.
"""

import json
import os
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from dramatiq.errors import DecodeError
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from notify.letters import AREA, HARD, TB, figures, letter, usage
from nouns import NOW, orders, results
from pydantic import BaseModel

from xfc_notify.areas.messages import dump_order, dump_result, load_order, load_result
from xfc_notify.components import load_settings as load
from xfc_notify.domain import Person
from xfc_notify.errors import BadMessage, SettingsError, WrongInput
from xfc_notify.notify import tokens
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.replies import Reply
from xfc_notify.notify.words.render import put_into_words
from xfc_notify.paths import harmless, parse, show
from xfc_notify.queues.encoder import StrictEncoder
from xfc_notify.settings import Settings
from xfc_notify.simulate import history_file
from xfc_notify.store.usage_json import load_usage
from xfc_notify.units import parse_byte_days, parse_duration, parse_size
from xfc_notify.usage.tally import Tally

EXAMPLES = int(os.environ.get("XFC_TEST_FUZZ", "150"))
SHIPPED = (Path(__file__).parents[1] / "settings.toml").read_text()
SECRET = "correct horse battery staple"
TOKEN = tokens.sign(tokens.Request("alice", Reply.SEEN, (1, 2)), SECRET, NOW)

pytestmark = pytest.mark.timeout(120 if EXAMPLES < 1000 else 0)
fuzzed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
)

texts = st.text(max_size=40) | st.text("aZ0 .:/@%\\{}<>&'\"\n\x00\x1b\u202e\ud800", max_size=20)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | texts
    | st.sampled_from(["", "40 TB", "24h", "3d"])
)
any_json = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def is_harmless(line: str) -> bool:
    """Whether nothing in a line commands a terminal or pretends to be what it is not."""
    return not any(unicodedata.category(character) in UNPRINTABLE for character in line)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where files are written, over and over."""
    return tmp_path


# Settings


def tables(model: type[BaseModel]) -> dict[str, list[str]]:
    """Table → its keys."""
    found = {}
    for name, field in model.model_fields.items():
        for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found[name] = [*kind.model_fields, *(f"{key}_file" for key in kind.model_fields)]
    return found


KEYS = tables(Settings)


def as_toml(value: Any) -> str:
    """A value as TOML; what TOML has no word for becomes something that is none."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {as_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value)


@st.composite
def tomls(draw: st.DrawFn) -> str:
    """Tables and keys that there are, with any values."""
    lines = []
    for name in draw(st.lists(st.sampled_from(sorted(KEYS)), max_size=3, unique=True)):
        lines.append(f"[[{name}]]" if name == "volumes" else f"[{name}]")
        keys = st.sampled_from(KEYS[name]) | st.just("another")
        lines += [
            f"{key} = {as_toml(draw(any_json))}" for key in draw(st.lists(keys, max_size=3, unique=True))
        ]
    return "\n".join(lines)


@st.composite
def spoiled(draw: st.DrawFn, text: str) -> str:
    """A text with something else in a few places."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        text = text[:start] + draw(texts) + text[start + draw(st.integers(0, 20)) :]
    return text


@fuzzed
@given(tomls() | spoiled(SHIPPED) | texts, st.dictionaries(st.sampled_from(sorted(KEYS)), texts, max_size=1))
@example('[service]\nsecret_file = "\\u0000"', {})
@example("service = " + "[" * 2000, {})
@example("service = " + "9" * 4400, {})
@example("[[volumes]]\npath = true", {})
def test_any_toml_is_settings_or_one_clear_error(folder: Path, text: str, overlay: dict[str, str]) -> None:
    file = folder / "settings.toml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    environment = {
        f"XFC_NOTIFY_{table.upper()}__{KEYS[table][0].upper()}": it for table, it in overlay.items()
    }
    try:
        assert isinstance(load(file, environment), Settings)
    except SettingsError as error:
        assert is_harmless(error.what), "one line"


# Queues


@fuzzed
@given(st.binary(max_size=60) | any_json.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_a_message_of_ours_or_cannot_be_decoded(body: bytes) -> None:
    with suppress(DecodeError):
        StrictEncoder().decode(body)


@st.composite
def altered(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> Any:
    """A JSON value in which one thing, wherever it stands, is any other."""
    value = json.loads(json.dumps(draw(values)))
    holder, key = draw(st.sampled_from(list(places(value))))
    holder[key] = draw(any_json)
    return value


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Everything in a JSON value, as what holds it and under which key."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield value, key
        yield from places(item)


@pytest.mark.parametrize("load_it", [load_order, load_result, load_usage])
@fuzzed
@given(value=any_json | altered(orders().map(dump_order)) | altered(results().map(dump_result)))
def test_any_json_is_what_was_awaited_or_a_bad_message(
    load_it: Callable[[object], object], value: Any
) -> None:
    with suppress(BadMessage):
        load_it(value)


# Texts


@pytest.mark.parametrize("read", [parse_size, parse_byte_days, parse_duration])
@fuzzed
@given(text=texts | st.from_regex(r"\s*[0-9]{1,50}(\.[0-9]{1,50})? ?[A-Za-z·* ]{0,8}\s*"))
@example(text="9" * 60)
@example(text="١٢ TB")
def test_any_text_is_a_quantity_or_a_value_error(read: Callable[[str], object], text: str) -> None:
    try:
        assert repr(read(text))
    except ValueError as error:
        assert len(str(error)) < 1000


@fuzzed
@given(texts | st.text("\\xuU0123456789abcdefg/", max_size=12))
def test_any_text_is_a_path_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        path = parse(text)
        assert parse(show(path)) == path


@fuzzed
@given(spoiled(TOKEN) | st.permutations(TOKEN).map("".join))
def test_no_text_made_from_a_token_is_another_answer(text: str) -> None:
    try:
        request = tokens.read(text, SECRET, NOW)
    except WrongInput as refused:
        assert is_harmless(refused.what)
    else:
        assert request == tokens.read(TOKEN, SECRET, NOW)


LINE = '{"user": "ada", "as_of": "2026-03-02T08:00:00Z", "size": 36, "byte_days": 9e3, "files": 12, "complete": true}'


@fuzzed
@given(
    st.lists(
        spoiled(LINE)
        | altered(st.just(json.loads(LINE))).map(json.dumps)
        | st.just(LINE)
        | any_json.map(json.dumps),
        max_size=3,
    )
)
@example([LINE.replace("ada", "\x7fada")] * 2)
def test_any_file_is_a_made_history_or_one_clear_error(folder: Path, lines: list[str]) -> None:
    file = folder / "made.jsonl"
    file.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    try:
        assert len(history_file.read(file)) <= len(lines)
    except WrongInput as error:
        assert is_harmless(error.what)


# Letters

MARKUP = (
    "<script>",
    "<img src=x>",
    "{{ 7*7 }}",
    "{% raw %}",
    "]]>",
    "<!--",
    "&lt;",
    "</table>",
    "javascript:",
    "\r\nBcc: x",
)
names = st.lists(st.sampled_from(MARKUP) | texts, max_size=4).map(
    lambda parts: "".join(parts).encode("utf-8", "surrogatepass").replace(b"/", b"").replace(b"\0", b"")[:255]
) | st.binary(min_size=1, max_size=30).map(lambda name: name.replace(b"/", b"").replace(b"\0", b""))


class Tags(HTMLParser):
    """The tags of a page, and the names of their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: set[tuple[str, str]] = set()
        self.targets: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {(tag, name) for name, _ in attrs} | {(tag, "")}
        self.targets += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_comment(self, data: str) -> None:  # noqa: ARG002
        self.seen.add(("comment", ""))


def page_of(directories: list[bytes], person: str, service: str) -> tuple[str, str, str]:
    tallies = {name: Tally.of(1, 20 * TB, 20 * TB * 86_400) for name in directories}
    area = figures(usage(36, by_directory=tallies), replace(AREA, path=b"/data/" + b"".join(directories)))
    made = letter(
        area, reasons={HARD: Reason.BEGAN}, person=Person("alopes", person, "a@example.org"), service=service
    )
    words = put_into_words(made)
    return words.subject, words.text, words.html


PLAIN = {
    part for n in range(4) for part in Tags(page_of([b"d%d" % i for i in range(n)], "Ana", "XFC")[2]).seen
}


@settings(fuzzed, max_examples=max(EXAMPLES // 4, 25))
@given(st.lists(names.filter(bool), min_size=1, max_size=3, unique=True), texts, texts)
def test_a_letter_with_any_names_in_it_is_harmless(
    directories: list[bytes], person: str, service: str
) -> None:
    subject, text, html = page_of(directories, harmless(person), harmless(service))
    assert is_harmless(subject)
    for part in (text, html):
        assert all(map(is_harmless, part.split("\n")))
    page = Tags(html)
    assert page.seen <= PLAIN
    assert all(target.startswith("mailto:") for target in page.targets)
