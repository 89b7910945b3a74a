"""The arrays in an HDF5 file. Nothing leads out of it: neither links, nor values that lie in other files."""

import math
from collections.abc import Iterator, Sequence
from typing import IO, Any

from xfc_notify.datasets.items.arrays import Said, Unreadable, item, summed
from xfc_notify.paths import show

BEGINS = b"\x89HDF\r\n\x1a\n"
BLOCK = 2**22
"""Bytes of values that are read at once, if chunks are not larger."""
CHUNK = 2**26
"""The largest chunk that is unpacked, and what is kept of unpacked ones, in bytes."""
RATIO = 256
"""How many times the bytes of the file an array may have: more is a bomb, or values that nobody has written."""
LOOKED = 10_000
"""How many names are looked at."""
NAME = 500
"""The longest name that is shown, in bytes."""
ELSEWHERE = "lies in another file, which is not read"


def read(file: IO[bytes], size: int) -> Iterator[Said]:
    """Its arrays, by their paths. Raises Unreadable for too many names, and what h5py raises for what is no HDF5."""
    import h5py

    with h5py.File(file, "r", rdcc_nbytes=CHUNK) as opened:
        for looked, (path, link, found) in enumerate(_walk(opened)):
            if looked == LOOKED:
                raise Unreadable(f"has more than {LOOKED:,} names: the rest was not looked at")
            name = show(path) if len(path) <= NAME else f"{show(path[:NAME])}…"
            if isinstance(link, h5py.ExternalLink):
                yield item(name, (), "", ELSEWHERE)
            elif isinstance(found, h5py.Dataset):
                yield _said(name, found, size)


def _walk(opened: Any) -> Iterator[tuple[bytes, Any, Any]]:
    """Path, link and object of every name; an object that several names lead to comes once."""
    import h5py

    seen, pending = {_address(opened)}, [(b"", opened)]
    while pending:
        above, group = pending.pop()
        for name in group:
            path = above + b"/" + (name.encode("utf-8", "surrogateescape") if isinstance(name, str) else name)
            link, found = group.get(name, getlink=True), None
            if isinstance(link, h5py.HardLink):
                found = group[name]
                if _address(found) in seen:
                    continue
                seen.add(_address(found))
                if isinstance(found, h5py.Group):
                    pending.append((path, found))
            yield path, link, found


def _address(found: Any) -> int:
    import h5py

    return int(h5py.h5o.get_info(found.id).addr)


def _said(name: str, found: Any, size: int) -> Said:
    """An array; without its values where reading them would lead elsewhere, or take too much."""
    shape, dtype = found.shape or (), found.dtype
    chunk = math.prod(found.chunks or (0,)) * dtype.itemsize
    bytes_ = math.prod(shape) * dtype.itemsize
    why = ""
    if found.is_virtual or found.external:
        why = ELSEWHERE
    elif found.shape is None:
        why = "is empty"
    elif dtype.hasobject:
        why = "holds texts or references, which are not read"
    elif bytes_ > RATIO * size:
        why = f"would have {bytes_:,} bytes of values in a file of {size:,}"
    elif chunk > CHUNK:
        why = f"has chunks of {chunk:,} bytes"
    if why:
        return item(name, shape, dtype.str, why)
    return summed(name, shape, dtype, (found[part] for part in _parts(shape, dtype.itemsize, found.chunks)))


def _parts(shape: Sequence[int], itemsize: int, chunks: Sequence[int] | None) -> Iterator[Any]:
    """What to ask an array for, so that values come in the order of C, in blocks of whole chunks if these are small."""
    import numpy as np

    if not shape:
        yield ()
        return
    axis = 0
    while axis < len(shape) - 1 and math.prod(shape[axis + 1 :]) * itemsize > BLOCK:
        axis += 1
    row = max(math.prod(shape[axis + 1 :]) * itemsize, 1)
    rows = max(BLOCK // row, 1)
    if chunks and chunks[axis] * row <= CHUNK:
        rows = max(rows // chunks[axis], 1) * chunks[axis]
    for before in np.ndindex(*shape[:axis]):
        for first in range(0, shape[axis], rows):
            yield (*before, slice(first, first + rows))
