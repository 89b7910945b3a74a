"""What reads items, in a process of its own: a file can be made so that the library which reads it crashes or swells.

python -m xfc_notify.datasets.items.apart       descriptors of files from standard input, a line for each of them
"""

import json
import os
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any

from xfc_notify.datasets.items import hdf5, npy
from xfc_notify.datasets.items.arrays import Said, Unreadable, item
from xfc_notify.paths import harmless

READERS = {npy.BEGINS: npy.read, hdf5.BEGINS: hdf5.read}
"""By how a file begins."""
HEAD = max(map(len, READERS))
MOST = 500
"""How many items of a file are noted."""
MEMORY = 2**31
"""Bytes of addresses that the process may have."""
WORDS = 200
"""How much of what a library says is shown."""


def is_known(head: bytes) -> bool:
    """Whether a file that begins so has items."""
    return any(head.startswith(begins) for begins in READERS)


def items(file: IO[bytes]) -> Iterator[Said]:
    """The items of a file, and last, in one without a name, why there are no more."""
    try:
        head, size = file.read(HEAD), os.fstat(file.fileno()).st_size
        file.seek(0)
        read = next(read for begins, read in READERS.items() if head.startswith(begins))
        found = read(file, size)
        yield from islice(found, MOST)
        if next(found, None) is not None:
            why = f"has more than {MOST:,} arrays: the rest was not read"
            yield item("", (), "", why)
    except ImportError as error:
        yield item("", (), "", f"{error.name} is not installed here: pip install 'xfc-notify[items]'")
    except Unreadable as error:
        yield item("", (), "", str(error))
    except MemoryError:
        yield item("", (), "", "takes too much memory")
    except Exception as error:  # noqa: BLE001 - whatever a library raises for nonsense
        yield item("", (), "", f"cannot be read: {harmless(str(error))[:WORDS]}")


def _answer(descriptors: Any) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for descriptor in descriptors:
        with os.fdopen(descriptor, "rb") as file:
            print(json.dumps(list(items(file))), flush=True)


if __name__ == "__main__":
    _answer(json.load(sys.stdin))
