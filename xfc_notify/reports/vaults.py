"""What vaults keep. A vault is a folder `.vault` of hard links: a branch, the inode in steps, the path it had.

    <root>/.vault/<branch>/01/e2/40-YV9kaXIvbXlfZmlsZT8udHh0

is inode 123456, `a_dir/my_file?.txt`: the inode's bytes in hexadecimal, all but the last one as directories, then the
path in base64 with `+` and `_`, which goes on in directories below where it is too long for one name.
"""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xfc_notify.paths import show

STATES = {"keep": "Keep", "archive": "Archive", ".staged": "Staged", ".limbo": "Limbo", ".stash": "Stash"}
"""Branch of a vault → what is to become of what lies there."""
MARK = "/.vault/"
_KEY = re.compile(r"((?:[0-9a-f]{2}/){0,7})([0-9a-f]{2})-([A-Za-z0-9+_=/]+)")


@dataclass(frozen=True, slots=True)
class Key:
    """What the path of a link in a vault says: its folder, branch, inode, and the file's own path."""

    vault: str
    branch: str
    inode: int
    path: str


@dataclass(frozen=True, slots=True)
class VaultFile:
    """A file that a vault keeps. `path` is where it lies now, or lay when it was put there; from the vault's folder on.

    modified  seconds since the epoch
    """

    vault: str
    state: str
    path: str
    uid: int
    gid: int
    size: int
    modified: int


def key_of(path: str) -> Key | None:
    """What a path (text of `paths.show`) says of a vault; None if it is none of a file in one."""
    vault, mark, rest = path.partition(MARK)
    branch, _, steps = rest.partition("/")
    match = _KEY.fullmatch(steps)
    if not mark or branch not in STATES or match is None:
        return None
    text = match[3].replace("/", "").replace("_", "/").rstrip("=")
    try:
        own = b64decode(text + "=" * (-len(text) % 4), validate=True)
    except Base64Error:
        return None
    return Key(vault, branch, int(match[1].replace("/", "") + match[2], 16), show(own))


def vault_files(file: Path) -> Iterator[VaultFile]:
    """The files that vaults keep: a pass for the links in vaults, and one for the same inodes outside."""
    from xfc_notify.reports.lines import rows_with_inodes, rows_with_mark

    links = [
        (key, row)
        for row in rows_with_mark(file, MARK)
        if row["type"] == "f" and (key := key_of(row["path"])) is not None
    ]
    if not links:
        return
    found: dict[int, str] = {}
    for row in rows_with_inodes(file, {row["inode"] for _, row in links}):
        if MARK not in row["path"]:
            found.setdefault(row["inode"], row["path"])
    for key, row in links:
        now_at = found.get(row["inode"], "")
        path = now_at.removeprefix(f"{key.vault}/") if now_at.startswith(f"{key.vault}/") else key.path
        yield VaultFile(
            key.vault, STATES[key.branch], path, row["uid"], row["gid"], row["size"], row["mtime"]
        )
