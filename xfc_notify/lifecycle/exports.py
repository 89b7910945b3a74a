"""Exports and locks that nobody has read for long go, in one folder of our own: regular files of ours, no link, and
nothing below it.

A file counts as read when it was read or written, for many file systems do not note each reading. What a process has
open, or has locked, is in use, and stays. A part of a transfer goes only if the journal says that this has ended.
"""

import fcntl
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from xfc_notify.datasets.tables import JournalRow
from xfc_notify.errors import WrongInput
from xfc_notify.paths import show

ENDINGS = (b".zip", b".tar.gz", b".lock")
_PART = re.compile(rb"\.xfc-part-([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})-\d+-\d+")
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Export:
    """A file that may go: its name as `paths.show` has it, its size in bytes, and when it was read last."""

    name: str
    bytes: int
    read_at: datetime


def clean(folder: Path, before: datetime, *, dry_run: bool = False) -> list[Export]:
    """Remove what was read last before this time, or with `dry_run` only say what that would be; by name.

    WrongInput if the folder is not there, or is not this user's alone.
    """
    with _opened(folder) as opened:
        in_use = _open_files()
        return [
            export
            for name in sorted(os.fsencode(name) for name in os.listdir(opened))  # noqa: PTH208 - is open
            if _is_export(name)
            and (export := _old(opened, name, before, in_use, dry_run=dry_run)) is not None
        ]


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    shown = show(os.fsencode(folder))
    try:
        opened = os.open(folder, _FLAGS | os.O_DIRECTORY)
    except OSError as error:
        raise WrongInput(
            f"{shown}: {error.strerror}", "[lifecycle] exports: name a folder, and no link."
        ) from None
    try:
        found = os.fstat(opened)
        if found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise WrongInput(
                f"{shown}: others may write there, or own it, so nothing in it is removed.",
                "Give the folder to the user of xfc-notify, with mode 0755 or less.",
            )
        yield opened
    finally:
        os.close(opened)


def _is_export(name: bytes) -> bool:
    """Whether a name is one of ours; a part of a transfer, only if that has ended."""
    part = _PART.fullmatch(name)
    if part is None:
        return name.endswith(ENDINGS)
    begin = b"-".join(part.groups()).decode()
    ended = [row.ended_at is not None for row in JournalRow.select().where(JournalRow.id.startswith(begin))]
    return bool(ended) and all(ended)


def _old(
    opened: int, name: bytes, before: datetime, in_use: set[tuple[int, int]], *, dry_run: bool
) -> Export | None:
    """The file if it is ours, old and not in use; then it is gone, unless `dry_run`."""
    try:
        found = os.stat(name, dir_fd=opened, follow_symlinks=False)
        read_at = datetime.fromtimestamp(max(found.st_atime, found.st_mtime), UTC)
        is_ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()
        if not is_ours or read_at >= before or (found.st_dev, found.st_ino) in in_use:
            return None
        if _is_locked(opened, name, found):
            return None
        if not dry_run:
            os.unlink(name, dir_fd=opened)
    except OSError:  # gone, or changed, meanwhile: the next time will tell
        return None
    return Export(show(name), found.st_size, read_at)


def _is_locked(opened: int, name: bytes, found: os.stat_result) -> bool:
    """Whether somebody holds a lock on a file, or another file lies there now."""
    file = os.open(name, _FLAGS | os.O_NONBLOCK, dir_fd=opened)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        now = os.fstat(file)
        return (now.st_dev, now.st_ino, now.st_mtime_ns) != (found.st_dev, found.st_ino, found.st_mtime_ns)
    except BlockingIOError:
        return True
    finally:
        os.close(file)


def _open_files() -> set[tuple[int, int]]:
    """Device and inode of all files that processes of this user have open; of others the system tells nothing."""
    found = set()
    for handle in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            seen = handle.stat()
        except OSError:  # it has ended, or is another user's
            continue
        found.add((seen.st_dev, seen.st_ino))
    return found
