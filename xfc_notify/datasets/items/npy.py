"""The array in a file of numpy's: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html"""

import math
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from xfc_notify.datasets.items.arrays import Said, Unreadable, item, summed

if TYPE_CHECKING:
    import numpy as np

BEGINS = b"\x93NUMPY"
BLOCK = 2**22
"""Bytes that are read at once."""


def read(file: IO[bytes], size: int) -> Iterator[Said]:
    """The one item. Its values are hashed in the order in which they lie; no pickle is ever loaded.

    Raises Unreadable for what is no such header, and for a file that holds less than it says.
    """
    from numpy.lib import format as npy

    headers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    try:
        version = npy.read_magic(file)
        shape, _, dtype = headers[version](file)
    except KeyError:
        raise Unreadable(f"is of version {version[0]}.{version[1]} of npy, which is not read") from None
    except Exception:  # noqa: BLE001 - numpy has Python's own parser read it
        raise Unreadable("has no header that numpy can read") from None
    if dtype.hasobject:
        yield item("", shape, dtype.str, "holds Python objects, which are never loaded")
        return
    wanted, there = math.prod(shape) * dtype.itemsize, size - file.tell()
    if min(shape, default=0) < 0 or wanted > there:
        raise Unreadable(f"its header says {wanted:,} bytes of values, and {there:,} are there")
    yield summed("", shape, dtype, _blocks(file, wanted, dtype))


def _blocks(file: IO[bytes], wanted: int, dtype: "np.dtype[Any]") -> "Iterator[np.ndarray[Any, Any]]":
    import numpy as np

    at_once = max(BLOCK // max(dtype.itemsize, 1), 1) * dtype.itemsize
    while wanted:
        read = file.read(min(at_once, wanted))
        if not read:
            raise Unreadable("became shorter while it was read")
        yield np.frombuffer(read, dtype)
        wanted -= len(read)
