"""What is not whole, or not of wrstat, is refused with file and line; nothing of it counts. Case 23."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reports import wrstat
from reports.wrstat import AS_OF, Entry
from xfc_notify.reports import cells, stream
from xfc_notify.reports.errors import BadData

TEXT = wrstat.lines(Entry(b"/v/group/dir%d/file%d" % (n // 9, n * 7919), n, gid=n % 5) for n in range(900))
WHEN = datetime.fromtimestamp(AS_OF, UTC)


def refusal(file: Path, size: int = 2**24) -> str:
    with pytest.raises(BadData) as refused:
        cells.write_cells(file, file.with_suffix(".parquet"), WHEN, lambda _: None, size)
    assert str(file) in refused.value.what
    assert "\n" not in refused.value.what
    return refused.value.what


def test_a_file_that_is_cut_anywhere_is_refused(tmp_path: Path) -> None:
    whole = wrstat.write(tmp_path / "whole.gz", TEXT, members=[len(TEXT) // 2]).read_bytes()
    member = whole.index(b"\x1f\x8b\x08", 10)
    places = {
        *range(1, len(whole), len(whole) // 190),
        *range(len(whole) - 9, len(whole)),
        member - 1,
        member - 8,
        member,
    }
    refused = 0
    for place in sorted(places):
        file = tmp_path / "cut.gz"
        file.write_bytes(whole[:place])
        with pytest.raises(BadData):
            list(stream.blocks(file, 2**16))
        refused += 1
    assert refused == len(places) > 190


def test_a_cut_between_members_at_the_end_of_a_line_cannot_be_seen(tmp_path: Path) -> None:
    middle = TEXT.index(b"\n", len(TEXT) // 2) + 1
    file = wrstat.write(tmp_path / "whole.gz", TEXT, members=[middle])
    whole = file.read_bytes()
    file.write_bytes(whole[: whole.index(b"\x1f\x8b\x08", 10)])
    assert sum(block.lines for block in stream.blocks(file)) == TEXT[:middle].count(b"\n")


@pytest.mark.parametrize("place", [-1, -5, -8])
def test_a_flipped_byte_of_the_trailer_is_seen(tmp_path: Path, place: int) -> None:
    file = wrstat.write(tmp_path / "stats.gz", TEXT)
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    refusal(file)


def test_several_members_are_one_file(tmp_path: Path) -> None:
    file = wrstat.write(tmp_path / "stats.gz", TEXT, members=[1, 5, 5000, len(TEXT) - 1])
    assert b"".join(block.text for block in stream.blocks(file, 777)) == TEXT


def test_a_last_line_without_its_end_is_refused(tmp_path: Path) -> None:
    said = refusal(wrstat.write(tmp_path / "stats.gz", TEXT[:-1]))
    assert said.endswith("stats.gz, line 900: the file ends in the middle of a line")


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    file = wrstat.write(tmp_path / "stats.gz", TEXT)
    found = stream.blocks(file, 4096)
    next(found)
    with file.open("ab") as more:
        more.write(gzip.compress(TEXT))
    with pytest.raises(BadData, match="changed while it was read"):
        list(found)


@pytest.mark.parametrize("text", [b"", b"\n", b"hello\n", b"relative\t1\t2\n"])
def test_what_is_no_list_of_lines_is_refused(tmp_path: Path, text: bytes) -> None:
    refusal(wrstat.write(tmp_path / "stats.gz", text))


def test_text_that_is_not_packed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "stats.gz").write_bytes(TEXT)
    refusal(tmp_path / "stats.gz")


GOOD = wrstat.line(Entry(b"/v/x", 1))
WRONG = {
    "a column too few": (GOOD.replace(b"\t1\n", b"\n"), "has 11 columns, the first line 12"),
    "a column too many": (GOOD.replace(b"\n", b"\t1\n"), "has 13 columns, the first line 12"),
    "letters for a number": (GOOD.replace(b"\t20001\t", b"\tada\t"), "has b'ada' as its uid"),
    "a negative size": (wrstat.line(Entry(b"/v/x", -1)), "has b'-1' as its size"),
    "a gid out of range": (wrstat.line(Entry(b"/v/x", gid=2**32)), "has b'4294967296' as its gid"),
    "a size out of range": (wrstat.line(Entry(b"/v/x", 2**63)), "has b'9223372036854775808' as its size"),
    "no number": (GOOD.replace(b"\t20001\t", b"\t\t"), "has b'' as its uid"),
    "an unknown type": (wrstat.line(Entry(b"/v/x", type="q")), "has b'q' as its type"),
    "another dialect": (wrstat.line(Entry(b"/v/x"), "A").replace(b"\n", b"\t1\n"), "is written in another form"),
    "a relative path": (GOOD.replace(b'"/v', b'"v'), "does not begin with an absolute path"),
    "a quote without end": (GOOD.replace(b'x"', b"x"), "has a quote that does not end"),
    "a quote inside": (GOOD.replace(b"/v/", b'/"/'), "an escape in its path that Go does not know"),
    "an unknown escape": (GOOD.replace(b"/v/", b"/\\q/"), "an escape in its path that Go does not know"),
    "a line of 10 MB": (GOOD.replace(b"/v/", b"/v/" + b"y" * 10_000_000), "bytes long"),
    "a carriage return": (GOOD.replace(b"/v/", b"/\r/"), "holds a carriage return"),
    "a zero byte": (wrstat.line(Entry(b"/v/\0")), "holds a zero byte"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "why"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("size", [5000, 2**24])
def test_a_wrong_line_is_named_by_its_number(tmp_path: Path, line: bytes, why: str, size: int) -> None:
    said = refusal(wrstat.write(tmp_path / "stats.gz", TEXT + line + TEXT), size)
    assert "stats.gz, line 901: " in said
    assert why in said


def test_a_wrong_base64_is_named_by_its_number(tmp_path: Path) -> None:
    text = wrstat.lines([Entry(b"/v/x")] * 5, "A")
    said = refusal(wrstat.write(tmp_path / "stats.gz", text + text.replace(b"L3", b"L?", 1)))
    assert said.endswith("line 6: begins with what is no base64")


def test_blank_lines_are_passed_over_and_do_not_shift_the_numbers(tmp_path: Path) -> None:
    text = b"\n\n".join(TEXT.split(b"\n")[:10]) + b"\n\n\n"
    file = wrstat.write(tmp_path / "stats.gz", text)
    read = cells.write_cells(file, tmp_path / "cells.parquet", WHEN, lambda _: None)
    assert (read.lines, read.blank) == (text.count(b"\n"), text.count(b"\n") - 10)
    said = refusal(wrstat.write(tmp_path / "stats.gz", text + b"\n/v\n"))
    number = text.count(b"\n") + 2
    assert f"line {number}: " in said


def test_the_ends_of_numbers_are_read_as_they_are(tmp_path: Path) -> None:
    tree = [
        Entry(b"/v/g/x", 2**63 - 1, 2**32 - 2, 2**32 - 1, -1, -(2**40), 0, nlink=0),
        Entry(b"/v/g/y", 5, mtime=2**62),
    ]
    file = wrstat.write(tmp_path / "stats.gz", wrstat.lines(tree))
    assert cells.write_cells(file, tmp_path / "cells.parquet", WHEN, lambda _: None).lines == 2
