"""The type of a file, by its name."""

from functools import lru_cache

COMPRESSED = frozenset({"gz", "bz2", "xz", "zst", "zip"})


def file_type(name: bytes) -> str:
    """The lower-case suffix, with the one before it where that says what was compressed ("fastq.gz").

    A suffix is at most 10 ASCII letters and digits; "" without one. A leading dot makes no suffix.
    """
    stem, _, suffix = name.lstrip(b".").rpartition(b".")
    if not stem:
        return ""
    kind = _suffix(suffix)
    if kind in COMPRESSED:
        start, _, before = stem.rpartition(b".")
        if start and (inner := _suffix(before)):
            return f"{inner}.{kind}"
    return kind


@lru_cache(maxsize=1_024)
def _suffix(suffix: bytes) -> str:
    return suffix.decode("ascii").lower() if len(suffix) <= 10 and suffix.isalnum() else ""
