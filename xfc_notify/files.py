"""Files that others may read while we write them."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def replacing(file: Path, mode: int = 0o644) -> Iterator[TextIO]:
    """Write a file beside it and rename it: whoever reads sees the one before or the new one, whole. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    new = Path(name)
    try:
        with open(handle, "w", encoding="utf-8", errors="surrogateescape", newline="") as text:  # noqa: PTH123 - is open
            yield text
            os.fchmod(text.fileno(), mode)
            text.flush()
            os.fsync(text.fileno())
        new.replace(file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
