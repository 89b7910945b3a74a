"""Patterns such as `2016/*/cub_*.npy`, part by part: a `*` stops at a slash, and nothing but the pattern is magic."""

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase


def fitting(path: bytes, pattern: str, names: Iterable[bytes]) -> Iterator[bytes]:
    """The names below a path whose rest fits."""
    parts = os.fsencode(pattern).split(b"/")
    for name in names:
        rest = name[len(path) :].lstrip(b"/").split(b"/")
        if len(rest) == len(parts) and all(map(fnmatchcase, rest, parts)):
            yield name
