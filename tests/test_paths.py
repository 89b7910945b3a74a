import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xfc_notify.paths import harmless, parse, show

# Bytes as they occur: names in UTF-8, anything at all, and what is written like an escape.
names = st.one_of(
    st.binary(),
    st.text(st.characters(codec="utf-8")).map(str.encode),
    st.text("\\xuU0123456789abcdef/\n\x1b").map(str.encode),
)
every_text = st.text(st.characters(exclude_categories=[]))  # halves of surrogate pairs as well


def is_harmless(text: str) -> bool:
    return not any(
        unicodedata.category(character)[0] == "C" or character in "\u2028\u2029" for character in text
    )


@given(names)
def test_every_path_comes_back_to_the_very_same_bytes(path: bytes) -> None:
    assert parse(show(path)) == path


def test_every_single_byte_comes_back() -> None:
    for byte in range(256):
        for path in (bytes([byte]), b"a" + bytes([byte]) + b"b", bytes([byte]) * 3):
            assert parse(show(path)) == path


@given(names)
def test_a_shown_path_prints_in_one_line(path: bytes) -> None:
    shown = show(path)
    assert is_harmless(shown)
    assert len(shown.splitlines()) <= 1
    shown.encode()  # no half of a surrogate pair, which no database and no terminal takes


def test_every_character_that_exists_is_shown_harmlessly() -> None:
    for start in range(0, 0x110000, 0x800):
        if not 0xD800 <= start < 0xE000:  # halves of surrogate pairs stand in no UTF-8
            assert is_harmless(show("".join(map(chr, range(start, start + 0x800))).encode())), hex(start)


@given(names, names)
def test_two_paths_are_never_shown_alike(one: bytes, other: bytes) -> None:
    assert (show(one) == show(other)) == (one == other)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (b"results 2026/run.nc", "results 2026/run.nc"),
        ("Jürgen/日本".encode(), "Jürgen/日本"),
        (b"two\nlines", "two\\x0alines"),
        (b"\x1b[2J", "\\x1b[2J"),
        (b"J\xfcrgen", "J\\xfcrgen"),
        (b"a\\b", "a\\\\b"),
        ("\u202egpj.exe".encode(), "\\u202egpj.exe"),
        ("\U000e0001".encode(), "\\U000e0001"),
        ("\x85".encode(), "\\u0085"),
        (b"<b>&", "<b>&"),
    ],
)
def test_only_what_does_not_print_is_escaped(path: bytes, shown: str) -> None:
    assert show(path) == shown


@pytest.mark.parametrize(
    "text", ["\\", "a\\", "\\n", "\\x1", "\\xFF", "\\u12", "\\U0011", "\\U00110000", "\ud800"]
)
def test_what_show_never_writes_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse(text)


@given(every_text)
def test_any_text_can_be_made_harmless(text: str) -> None:
    made = harmless(text)
    assert is_harmless(made)
    made.encode()
    assert harmless(made) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("C:\\temp is full", "C:\\temp is full"),
        ("550 no\r\nBcc: everybody", "550 no\\x0d\\x0aBcc: everybody"),
        ("half a pair: \ud800", "half a pair: \\ud800"),
        ("a byte: \udcff", "a byte: \\xff"),
    ],
)
def test_harmless_leaves_a_backslash_alone(text: str, made: str) -> None:
    assert harmless(text) == made
