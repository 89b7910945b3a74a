"""The lines of `wrstat` as one file for each group, with an index of what reading them will take.

groups/YYYYMMDD/<group>.dat.gz   the group's lines on all volumes; members of gzip, one after the other
groups/YYYYMMDD/index.txt        for each group: seconds and bytes that building its tree takes
groups/YYYYMMDD/groupfile, passwdfile   names and numbers, as `getent` prints them
"""

import grp
import gzip
import pwd
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import quote

from xfc_notify.errors import WrongInput, XfcNotifyError
from xfc_notify.paths import harmless
from xfc_notify.reports import lines, stream

HEADER = "Group\tBuild Time (sec)\tMemory Use(bytes)"
_BYTES = ((0.8, 12_000), (1.5, 10_000), (2, 9_000), (4, 8_500))
_MOST_BYTES = 8_000
_BLOCK = 64 * 2**20


@dataclass
class Count:
    """What a file of a group holds: lines, and those of them that are directories."""

    lines: Counter[int] = field(default_factory=Counter)
    directories: Counter[int] = field(default_factory=Counter)


def split(
    files: Sequence[Path], out: Path, day: date, name_of: Callable[[int], str], watch: Callable[[int], None]
) -> Path:
    """Split these stats files below `out`/groups; the folder of the day.

    WrongInput if there is one of that day; BadData if a file is wrong: then nothing is left.
    """
    folder = out / "groups" / f"{day:%Y%m%d}"
    if folder.exists():
        raise WrongInput(
            f"The lines were split already on {day}: {harmless(str(folder))} is there.", "Remove it first."
        )
    new = folder.with_name(f".{folder.name}")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        count = Count()
        for file in files:
            _split_one(file, new, count, name_of, watch)
        (new / "index.txt").write_text("\n".join((HEADER, *_index(count, name_of))) + "\n", encoding="utf-8")
        (new / "groupfile").write_text("".join(_groups()), encoding="utf-8", errors="surrogateescape")
        (new / "passwdfile").write_text("".join(_users()), encoding="utf-8", errors="surrogateescape")
        new.replace(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return folder


def upload(folder: Path, url: str, options: Mapping[str, str]) -> str:
    """Copy the folder of a day below a URL of any file system that fsspec knows; where it lies then."""
    import fsspec

    target = f"{url.rstrip('/')}/{folder.name}"
    try:
        system, path = fsspec.url_to_fs(target, **options)
        for file in sorted(folder.iterdir()):
            system.makedirs(path, exist_ok=True)
            system.put_file(str(file), f"{path}/{file.name}")
    except Exception as error:  # any file system may raise anything of its own
        what = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise XfcNotifyError(
            f"{harmless(target)}: {harmless(what)}", f"What was split is in {folder}."
        ) from error
    return target


def build_seconds(count: int) -> int:
    """How long it takes to build the tree of so many lines."""
    return 100 + count // 11_000


def build_bytes(count: int, directories: int) -> int:
    """How much memory that takes: the fewer of the lines are directories, the more for each of these."""
    share = 100 * directories / count
    each = next((size for most, size in _BYTES if share <= most), _MOST_BYTES)
    return (2 * directories + 50) * each


def _split_one(
    file: Path, folder: Path, count: Count, name_of: Callable[[int], str], watch: Callable[[int], None]
) -> None:
    shape = lines.shape_of(file)
    for block in stream.blocks(file, _BLOCK):
        read = lines.table_of(block, shape, file, ("path", "size", "uid", "gid", "type"))
        of_group: defaultdict[int, list[bytes]] = defaultdict(list)
        raw = (line for line in block.text.split(b"\n") if line)
        for line, gid, kind, path in zip(
            raw, read["gid"].to_pylist(), read["type"].to_pylist(), read["path"].to_pylist(), strict=True
        ):
            of_group[gid].append(line)
            count.lines[gid] += 1
            count.directories[gid] += kind == "d" or path.endswith("/")
        for gid, found in of_group.items():
            with (folder / f"{quote(name_of(gid), safe='')}.dat.gz").open("ab") as target:
                target.write(gzip.compress(b"\n".join(found) + b"\n", 6, mtime=0))
        watch(block.first + block.lines - 1)


def _index(count: Count, name_of: Callable[[int], str]) -> Iterator[str]:
    for gid, total in sorted(count.lines.items(), key=lambda item: name_of(item[0])):
        yield f"{name_of(gid)}\t{build_seconds(total)}\t{build_bytes(total, count.directories[gid])}"


def _groups() -> Iterator[str]:
    for group in grp.getgrall():
        yield f"{group.gr_name}:{group.gr_passwd}:{group.gr_gid}:{','.join(group.gr_mem)}\n"


def _users() -> Iterator[str]:
    for user in pwd.getpwall():
        yield ":".join(map(str, user)) + "\n"
