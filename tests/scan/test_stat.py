import errno
import os
import socket
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from xfc_notify.scan.stat import Reader, has_statx, portable_reader, reader, statx_reader
from xfc_notify.usage import Clock
from xfc_notify.usage.summary import EARLIEST

needs_statx = pytest.mark.skipif(not has_statx(), reason="NO STATX HERE: birth times go untested")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    """A descriptor of a directory that holds one entry of each kind."""
    (tmp_path / "file").write_bytes(b"x" * 10_000)
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(5 * 10**12)
    os.utime(tmp_path / "file", (1_000_000_000, 1_000_000_000))
    os.utime(tmp_path / "sparse", ns=(-1_500_000_000, -1_500_000_000))
    os.link(tmp_path / "file", tmp_path / "again")
    (tmp_path / "directory").mkdir()
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "dangling").symlink_to("nowhere")
    os.mkfifo(tmp_path / "fifo")
    server = socket.socket(socket.AF_UNIX)
    here = os.open(tmp_path, os.O_RDONLY)
    server.bind(f"/proc/self/fd/{here}/socket")
    server.close()
    yield here
    os.close(here)


@needs_statx
@pytest.mark.parametrize("clock", [Clock.CTIME, Clock.MTIME])
def test_both_readers_say_the_same_of_every_kind_of_entry(folder: int, clock: Clock) -> None:
    by_statx, portable = statx_reader(clock), portable_reader(clock)
    names = [os.fsencode(name) for name in os.listdir(folder)]
    assert len(names) == 8
    for name in names:
        one, other = by_statx(folder, name), portable(folder, name)
        assert other.mount == (False, other.device)
        if clock is Clock.MTIME and name == b"sparse":  # only one of them knows a birth time instead
            one, other = one._replace(arrival=None), other._replace(arrival=None)
        assert one._replace(mount=other.mount) == other


@pytest.mark.parametrize("make", [reader, portable_reader])
def test_a_look_tells_size_links_owner_and_time(folder: int, make: Callable[[Clock], Reader]) -> None:
    found = make(Clock.MTIME)(folder, b"file")
    assert (found.size, found.links, found.arrival, found.born) == (10_000, 2, 1_000_000_000, False)
    assert found.owner == os.getuid()
    assert found.device == os.fstat(folder).st_dev
    assert found.inode == os.stat("again", dir_fd=folder).st_ino


def test_a_link_is_looked_at_and_not_followed(folder: int) -> None:
    assert reader(Clock.MTIME)(folder, b"link").size == len("file")
    assert reader(Clock.MTIME)(folder, b"dangling").size == len("nowhere")


def test_a_time_before_the_epoch_is_rounded_down(folder: int) -> None:
    assert reader(Clock.MTIME, -10)(folder, b"sparse").arrival == -2
    assert portable_reader(Clock.MTIME, -10)(folder, b"sparse").arrival == -2


@pytest.mark.parametrize("seconds", [0, 1, -2_177_452_800, EARLIEST - 1])
@pytest.mark.parametrize("make", [reader, portable_reader])
def test_a_time_that_cannot_be_gives_way_to_the_next_best(
    folder: int, make: Callable[[Clock], Reader], seconds: int
) -> None:
    os.utime("file", (seconds, seconds), dir_fd=folder)
    found = make(Clock.MTIME)(folder, b"file")
    assert (found.odd, found.born) == (True, False)
    assert found.arrival is not None
    assert abs(found.arrival - os.stat("file", dir_fd=folder).st_ctime) < 5


def test_where_no_time_can_be_there_is_none(folder: int) -> None:
    found = reader(Clock.ARRIVAL, 2**40)(folder, b"file")
    assert (found.arrival, found.born, found.odd) == (None, False, True)


@needs_statx
def test_the_directory_itself_is_looked_at_by_no_name(folder: int) -> None:
    assert reader(Clock.MTIME)(folder, b"").inode == os.fstat(folder).st_ino
    assert portable_reader(Clock.MTIME)(folder, b"").inode == os.fstat(folder).st_ino


def test_a_sparse_file_has_its_size_and_next_to_no_blocks(folder: int) -> None:
    found = reader(Clock.MTIME)(folder, b"sparse")
    assert found.size == 5 * 10**12
    assert found.allocated < 10**6


@needs_statx
def test_arrival_is_the_birth_time_that_stat_prints_whatever_the_mtime(folder: int) -> None:
    printed = int(subprocess.check_output(["stat", "-c", "%W", f"/proc/self/fd/{folder}/file"],
                                          pass_fds=[folder]))  # fmt: skip
    if printed == 0:
        pytest.skip("NO BIRTH TIMES ON THIS FILE SYSTEM")
    found = reader(Clock.ARRIVAL)(folder, b"file")
    assert found.born
    assert found.arrival == printed


@needs_statx
def test_arrival_falls_back_to_ctime_where_there_is_no_birth_time() -> None:
    proc = os.open("/proc/self", os.O_RDONLY)
    try:
        found = reader(Clock.ARRIVAL)(proc, b"status")
        assert not found.born
        assert found.arrival == int(os.stat("/proc/self/status").st_ctime)
    finally:
        os.close(proc)


@pytest.mark.parametrize("make", [reader, portable_reader])
@pytest.mark.parametrize(("name", "code"), [(b"gone", errno.ENOENT), (b"file/below", errno.ENOTDIR)])
def test_an_error_has_its_number(
    folder: int, make: Callable[[Clock], Reader], name: bytes, code: int
) -> None:
    with pytest.raises(OSError) as caught:  # noqa: PT011 - the number is what counts
        make(Clock.ARRIVAL)(folder, name)
    assert caught.value.errno == code


def test_readers_in_several_threads_do_not_mix_up_their_answers(tmp_path: Path) -> None:
    for size in range(4):
        (tmp_path / str(size)).write_bytes(b"x" * size)
    here = os.open(tmp_path, os.O_RDONLY)
    right: list[int] = []

    def look(size: int) -> None:
        read = reader(Clock.ARRIVAL)
        right.extend(size for _ in range(3_000) if read(here, b"%d" % size).size == size)

    threads = [threading.Thread(target=look, args=(size,)) for size in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.close(here)
    assert Counter(right) == dict.fromkeys(range(4), 3_000)
