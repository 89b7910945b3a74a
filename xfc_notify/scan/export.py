"""The export: a line for every entry that a walk looks at, as `wrstat` writes them since version 6.4.

    "path"  size  uid  gid  atime  mtime  ctime  type  inode  links  device  apparent size

separated by tabs. A directory's path ends in a slash. Names are quoted as Go's %+q does it: whatever is not plain ASCII
is escaped. As in wrstat, an atime or mtime that lies ahead is the time of the scan, and one before 1980 is the other
one, else the ctime, else the time of the scan. Lines come in no order, in gzip members of a megabyte of lines each.
"""

import os
import re
import stat
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from xfc_notify.errors import WrongInput, XfcNotifyError
from xfc_notify.paths import show

try:
    from isal.isal_zlib import compress
except ImportError:  # it is an extra; zlib takes several times as long
    from zlib import compress

_LEVEL = 1
_GZIP = 31
"""What zlib calls a window for gzip."""
_BLOCK = 1 << 20
EARLIEST = 315_532_801
"""wrstat believes in no time up to here."""
_TYPES = {
    stat.S_IFREG: "f",
    stat.S_IFDIR: "d",
    stat.S_IFLNK: "l",
    stat.S_IFSOCK: "s",
    stat.S_IFBLK: "b",
    stat.S_IFCHR: "c",
    stat.S_IFIFO: "F",
}
_SHORT = {7: "\\a", 8: "\\b", 12: "\\f", 10: "\\n", 13: "\\r", 9: "\\t", 11: "\\v", 34: '\\"', 92: "\\\\"}
_PLAIN = re.compile(rb"[ !#-\[\]-~]*")


class Export:
    """A file that is written while a walk over `root` goes on, and has its name only when it is whole.

    In `with`. Threads may `write` at once. Raises WrongInput where the file cannot be made, XfcNotifyError where it
    could not be written to its end.
    """

    def __init__(self, file: Path, root: bytes, now: int) -> None:
        self.now = now
        self.root = os.path.realpath(root)
        self._file = file
        self._shown = show(os.fsencode(file))
        self._lock = threading.Lock()
        self._error: OSError | None = None
        self._lines: list[bytes] = []
        self._waiting = 0
        if file.exists() and not file.is_file():
            raise WrongInput(f"{self._shown} is no file", "name a file, as in: --export stats.gz")
        if (os.path.realpath(os.fsencode(file.parent)) + b"/").startswith(self.root.rstrip(b"/") + b"/"):
            raise WrongInput(
                f"{self._shown} lies in what is measured",
                "name a file that lies elsewhere, as in: --export /var/tmp/stats.gz",
            )
        try:
            self._descriptor, partial = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".partial")
        except OSError as error:
            raise WrongInput(
                f"{self._shown} cannot be written: {error.strerror}",
                "name a file in a folder where you may write",
            ) from None
        self._partial = Path(partial)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        if kind is None and self._error is None:
            self._finish()
        os.close(self._descriptor)
        self._partial.unlink(missing_ok=True)
        self.check()

    def check(self) -> None:
        """Raise XfcNotifyError if something could not be written."""
        if self._error is not None:
            raise XfcNotifyError(f"{self._shown} could not be written: {self._error.strerror}")

    def write(self, lines: bytes) -> bool:
        """Write lines as a gzip member; False where that failed, now or before."""
        member = compress(lines, _LEVEL, _GZIP)
        with self._lock:
            try:
                while member and self._error is None:
                    member = member[os.write(self._descriptor, member) :]
            except OSError as error:
                self._error = error
            return self._error is None

    def add(self, path: bytes, found: os.stat_result) -> None:
        """A line for an entry of this path, relative to the root; written with others like it."""
        absolute = self.root.rstrip(b"/") + b"/" + path if path else self.root
        line = line_of(absolute, found, self.now)
        self._lines.append(line)
        self._waiting += len(line)
        if self._waiting > _BLOCK:
            self._flush()
            self.check()

    def _flush(self) -> None:
        if self._lines:
            self.write(b"".join(self._lines))
        self._lines, self._waiting = [], 0

    def _finish(self) -> None:
        try:
            os.fchmod(self._descriptor, 0o666 & ~_umask())
            os.fsync(self._descriptor)
            self._partial.rename(self._file)
        except OSError as error:
            self._error = error


def line_of(path: bytes, found: os.stat_result, now: int) -> bytes:
    """The line of an entry of this absolute path."""
    kind = _TYPES.get(stat.S_IFMT(found.st_mode), "X")
    if kind == "d" and not path.endswith(b"/"):
        path += b"/"
    exact = (found.st_atime_ns, found.st_mtime_ns, found.st_ctime_ns)
    atime, mtime, ctime = (nanoseconds // 1_000_000_000 for nanoseconds in exact)
    size = found.st_size
    numbers = (size, found.st_uid, found.st_gid, *_believed(atime, mtime, ctime, now), ctime)
    ids = (found.st_ino, found.st_nlink, found.st_dev, size)
    return "\t".join((quoted(path), *map(str, numbers), kind, *map(str, ids))).encode("ascii") + b"\n"


def quoted(path: bytes) -> str:
    """A path as Go's %+q quotes it."""
    if _PLAIN.fullmatch(path):
        return f'"{path.decode("ascii")}"'
    return '"' + "".join(map(_escaped, path.decode("utf-8", "surrogateescape"))) + '"'


def _escaped(letter: str) -> str:
    code = ord(letter)
    if code in _SHORT:
        return _SHORT[code]
    if 0x20 <= code < 0x7F:
        return letter
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _believed(atime: int, mtime: int, ctime: int, now: int) -> tuple[int, int]:
    atime, mtime = min(atime, now), min(mtime, now)
    if atime < EARLIEST <= mtime:
        return mtime, mtime
    if mtime < EARLIEST <= atime:
        return atime, atime
    if atime < EARLIEST:
        better = ctime if EARLIEST <= ctime <= now else now
        return better, better
    return atime, mtime


def _umask() -> int:
    before = os.umask(0o077)
    os.umask(before)
    return before
