"""The export: `wrstat`'s lines of the fourth dialect, from both scanners, whole or not at all."""

import gzip
import itertools
import os
import re
import resource
import socket
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xfc_notify.errors import WrongInput, XfcNotifyError
from xfc_notify.scan import native
from xfc_notify.scan.export import Export, line_of, quoted
from xfc_notify.scan.slice import measure_whole
from xfc_notify.usage import Clock, Scanner, Usage

from .trees import DAY, SECOND, write

SCANNERS = [
    Scanner.PYTHON,
    pytest.param(Scanner.NATIVE, marks=pytest.mark.skipif(not native.is_available(), reason="NOT BUILT")),
]
_ESCAPE = re.compile(rb'\\(?:([abfnrtv\\"])|x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))')
_LETTERS = dict(zip(b'abfnrtv\\"', b'\a\b\f\n\r\t\v\\"', strict=True))
NOW = datetime.fromtimestamp(SECOND, UTC)


def unquoted(column: bytes) -> bytes:
    """As Go reads it."""
    assert column[:1] == column[-1:] == b'"'

    def meant(match: re.Match[bytes]) -> bytes:
        letter, byte, short, long = match.groups()
        if letter is not None:
            return bytes([_LETTERS[letter[0]]])
        return bytes([int(byte, 16)]) if byte is not None else chr(int(short or long, 16)).encode()

    return _ESCAPE.sub(meant, column[1:-1])


def lines_of(file: Path) -> list[list[bytes]]:
    with gzip.open(file) as opened:
        return sorted(line.rstrip(b"\n").split(b"\t") for line in opened)


def exported(scanner: Scanner, area: Path, file: Path, **how: object) -> tuple[Usage, list[list[bytes]]]:
    usage = measure_whole(
        os.fsencode(area),
        as_of=NOW,
        clock=Clock.MTIME,
        one_file_system=True,
        scanner=scanner,
        export=file,
        **how,
    ).usage  # type: ignore[arg-type]
    return usage, lines_of(file)


@pytest.fixture
def area(tmp_path: Path) -> Path:
    """Entries of each kind, with names of each kind."""
    top = tmp_path / "area"
    names = [
        b"plain",
        b'quo"te',
        b"back\\slash",
        b"tab\tnew\nline",
        b"\xff\xfe",
        "é 漢 🙂".encode(),
        b"\x1b[2J\x7f",
        b"a b",
    ]
    for number, name in enumerate(names):
        write(os.fsencode(top) + b"/" + name + b"/" + name, number * 1_000, SECOND - number * DAY)
    os.link(top / "plain/plain", top / "link")
    (top / "symlink").symlink_to("plain")
    (top / "empty").mkdir()
    os.mkfifo(top / "fifo")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.open(top, os.O_RDONLY)
        server.bind(f"/proc/self/fd/{here}/socket")
        os.close(here)
    return top


@pytest.mark.parametrize("scanner", SCANNERS)
def test_there_is_a_line_for_each_entry_as_wrstat_writes_it(
    tmp_path: Path, area: Path, scanner: Scanner
) -> None:
    usage, lines = exported(scanner, area, tmp_path / "out.gz")
    paths = {os.fsencode(area)} | {
        os.path.join(here, name)
        for here, folders, files in os.walk(os.fsencode(area))
        for name in (*folders, *files)
    }
    assert {unquoted(line[0]).rstrip(b"/") for line in lines} == paths
    assert len(lines) == len(paths) == usage.files + usage.directories + usage.symlinks + usage.others + 1
    for line in lines:
        path = unquoted(line[0])
        found = os.lstat(path.rstrip(b"/"))
        assert len(line) == 12
        assert path.endswith(b"/") is (line[7] == b"d") is stat.S_ISDIR(found.st_mode)
        assert [int(line[n]) for n in (1, 2, 3, 8, 9, 10, 11)] == [
            found.st_size, found.st_uid, found.st_gid, found.st_ino, found.st_nlink, found.st_dev, found.st_size,
        ]  # fmt: skip
        assert int(line[5]) == min(int(found.st_mtime), SECOND)
        assert int(line[6]) == int(found.st_ctime)
    assert b"".join(sorted({line[7] for line in lines})) == b"Fdfls"
    assert oct((tmp_path / "out.gz").stat().st_mode & 0o777) == oct(0o666 & ~umask())


def umask() -> int:
    before = os.umask(0)
    os.umask(before)
    return before


@pytest.mark.parametrize("scanner", SCANNERS)
def test_read_again_it_gives_the_same_usage(tmp_path: Path, area: Path, scanner: Scanner) -> None:
    usage, lines = exported(scanner, area, tmp_path / "out.gz")
    files, size, byte_seconds, inodes = 0, 0, 0, set()
    for line in lines:
        if line[7] != b"f":
            continue
        files += 1
        inode = (line[10], line[8])
        if inode not in inodes:
            size += int(line[1])
            byte_seconds += int(line[1]) * (SECOND - int(line[5]))
        inodes.add(inode)
    assert (files, size, byte_seconds) == (usage.files, usage.size, usage.byte_seconds)


@pytest.mark.skipif(not native.is_available(), reason="NOT BUILT")
def test_both_scanners_write_the_same_lines_in_several_members(tmp_path: Path) -> None:
    area = tmp_path / "area"
    for number in range(20_000):
        path = area / f"{number % 40}/{number % 3}/a rather long name so that lines are long {number}"
        if number < 120:
            path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    by_python = exported(Scanner.PYTHON, area, tmp_path / "python.gz")
    by_native = exported(Scanner.NATIVE, area, tmp_path / "native.gz", threads=3)
    assert by_python == by_native
    for name in ("python.gz", "native.gz"):
        members = subprocess.run(
            [sys.executable, "-c", COUNT_MEMBERS, tmp_path / name], capture_output=True, text=True, check=True
        )
        assert int(members.stdout) >= 2


COUNT_MEMBERS = """
import sys, zlib
data, count = open(sys.argv[1], "rb").read(), 0
while data:
    one = zlib.decompressobj(31)
    one.decompress(data)
    assert one.eof
    data, count = one.unused_data, count + 1
print(count)
"""


@given(st.binary(max_size=30))
def test_any_name_can_be_read_again(name: bytes) -> None:
    text = quoted(name)
    assert text.isascii()
    assert unquoted(text.encode()) == name


@pytest.mark.parametrize(
    ("atime", "mtime", "ctime", "shown"),
    [
        (SECOND - 5, SECOND - 9, SECOND - 1, (SECOND - 5, SECOND - 9)),
        (SECOND + 5, SECOND + 9, SECOND - 1, (SECOND, SECOND)),
        (1, SECOND - 9, SECOND - 1, (SECOND - 9, SECOND - 9)),
        (SECOND - 9, 0, SECOND - 1, (SECOND - 9, SECOND - 9)),
        (0, -5, SECOND - 1, (SECOND - 1, SECOND - 1)),
        (0, 0, 7, (SECOND, SECOND)),
    ],
)
def test_times_are_those_that_wrstat_believes(
    tmp_path: Path, atime: int, mtime: int, ctime: int, shown: tuple[int, int]
) -> None:
    write(tmp_path / "file", 3)
    values = list(os.stat(tmp_path / "file"))
    found = os.stat_result(
        values, {"st_atime_ns": atime * 10**9, "st_mtime_ns": mtime * 10**9, "st_ctime_ns": ctime * 10**9}
    )
    columns = line_of(b"/x", found, SECOND).split(b"\t")
    assert (int(columns[4]), int(columns[5])) == shown


@pytest.mark.parametrize("scanner", SCANNERS)
def test_what_was_not_finished_has_no_name(tmp_path: Path, area: Path, scanner: Scanner) -> None:
    for number in range(3_000):
        write(area / f"wide/{number} {'x' * 180}")
    (tmp_path / "out").mkdir()
    file = tmp_path / "out/stats.gz"
    file.write_bytes(b"what was there before")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))  # as a full disk; Python ignores the signal
    try:
        with pytest.raises(XfcNotifyError, match=r"stats.gz could not be written: File too large"):
            exported(scanner, area, file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert file.read_bytes() == b"what was there before"
    assert os.listdir(file.parent) == ["stats.gz"]


@pytest.mark.parametrize("scanner", SCANNERS)
def test_a_walk_that_is_broken_off_leaves_nothing(tmp_path: Path, area: Path, scanner: Scanner) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "out").mkdir()
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012
        for more in itertools.count():  # a fast walk may be over before anything is reported
            for number in range(3_000):
                write(area / f"{more}/{number % 300}/{number}")
            exported(scanner, area, tmp_path / "out/stats.gz", progress=stop)
            (tmp_path / "out/stats.gz").unlink()
    assert os.listdir(tmp_path / "out") == []


def test_where_the_file_cannot_be_it_is_said_in_a_line(tmp_path: Path, area: Path) -> None:
    for file, why in (
        (tmp_path / "no/where.gz", "No such file"),
        (area / "stats.gz", "lies in what is measured"),
        (area / "plain/stats.gz", "lies in what is measured"),
        (tmp_path, "is no file"),
        (Path("/dev/null"), "is no file"),
    ):
        with pytest.raises(WrongInput, match=why):
            Export(file, os.fsencode(area), SECOND)
