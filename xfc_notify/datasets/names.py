"""Paths of datasets: pure. In a store, a path is bytes below its root; at the border, it is what people type."""

import os
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import PurePath

from xfc_notify.errors import WrongInput
from xfc_notify.paths import harmless, show

OURS = b".xfc-"
"""So begin the names of what we write into stores for ourselves."""
MARK = b".xfc-store"
AnyPath = str | bytes | PurePath


def part_of(journal: str, number: int, turn: int) -> bytes:
    """The name under which a file lies until it gets its own: it does not grow with that. Who writes it at another turn
    gives it another."""
    return f".xfc-part-{journal.replace('-', '')[:16]}-{number}-{turn}".encode()


def kept_of(journal: str, number: int) -> bytes:
    """The name that a bad file has until a good one stands in its place."""
    return f".xfc-kept-{journal.replace('-', '')[:16]}-{number}".encode()


def is_ours(name: bytes) -> bool:
    """Whether a name is one of ours, and no dataset's."""
    return name.startswith(OURS)


def as_bytes(path: AnyPath) -> bytes:
    """A path as the system has it."""
    return path if isinstance(path, bytes) else os.fsencode(path)


def checked(path: bytes) -> bytes:
    """A path below a root, without slashes at its ends or `.`; WrongInput if it leaves the root or is no path."""
    parts = [part for part in path.split(b"/") if part not in (b"", b".")]
    if b".." in parts or b"\0" in path:
        raise WrongInput(f"{show(path)} is no path below a root.", "Write it without '..'.")
    if any(map(is_ours, parts)):
        raise WrongInput(
            f"{show(path)} is a path of xfc-notify itself.", "Names that begin with .xfc- are ours."
        )
    return b"/".join(parts)


def printable(text: str) -> str:
    """A uid, a spec or an owner as it is; WrongInput for what no table could hold."""
    if not text.isprintable():
        raise WrongInput(f"{harmless(text)} is not printable text.", "Uids, specs and owners are.")
    return text


def join(*parts: bytes) -> bytes:
    """A path of several, empty ones left out."""
    return b"/".join(part for part in parts if part)


def below(root: bytes, path: bytes) -> bytes | None:
    """The path as seen from a root; None if it does not lie below it. By whole parts: /a/b is not below /a/bc."""
    if not root:
        return path
    if path == root:
        return b""
    return path[len(root) + 1 :] if path.startswith(root + b"/") else None


def renamed(name: bytes, old: bytes, new: bytes) -> bytes:
    """A file's name after its dataset's path `old` has become `new`; WrongInput if it does not lie below that."""
    inside = below(old, name)
    if inside is None:
        raise WrongInput(f"{show(name)} does not lie below {show(old)}: the dataset keeps its path.")
    return join(new, inside)


def folders_of(paths: Iterable[bytes]) -> list[bytes]:
    """All folders above these paths but the root, the outer ones first."""
    found: set[bytes] = set()
    for path in paths:
        folder = path.rpartition(b"/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition(b"/")[0]
    return sorted(found)


def place_of(store: str, path: bytes) -> str:
    """What tells a place in a store from all others, as 32 hexadecimal digits."""
    return blake2b(store.encode() + b"\0" + path, digest_size=16).hexdigest()


def shifted(root: str, path: str, levels: int) -> tuple[str, str]:
    """Root and path after `levels` leading parts of the path have become the root's, or, below 0, trailing parts of
    the root the path's. Root and path together stay what they are.

    WrongInput if there are not so many parts.
    """
    above = [part for part in root.split("/") if part]
    parts = [part for part in path.split("/") if part]
    if levels > len(parts):
        raise WrongInput(
            f"Asked to shift farther to right ({levels}) than there are directories in the resource_path"
            f" ({len(parts)})."
        )
    if -levels > len(above):
        raise WrongInput(
            f"Asked to shift farther to left ({-levels}) than there are directories in the root ({len(above)})."
        )
    whole, border = above + parts, len(above) + levels
    return "/" + "/".join(whole[:border]), "/".join(whole[border:])
