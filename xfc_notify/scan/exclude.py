"""What the operator leaves out of every area: `.snapshot`, `*.tmp`, `project/scratch-*`.

A pattern without a slash is a name, wherever it lies; one with a slash is a path below the area. `*` stands for any
letters of a name, also none; nothing else is special.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

Excluded: TypeAlias = Callable[[Sequence[bytes], bytes], bool]
"""(names that lead to a directory below the area, name of an entry in it) → whether it is left out."""


def excluded(patterns: Sequence[bytes]) -> Excluded:
    """What tells entries that are left out from the others."""
    names = [pattern for pattern in patterns if b"/" not in pattern]
    paths = [pattern for pattern in patterns if b"/" in pattern]
    is_name, is_path = _matcher(names), _matcher(paths)

    def is_excluded(above: Sequence[bytes], name: bytes) -> bool:
        return is_name(name) or (bool(paths) and is_path(b"/".join((*above, name))))

    return is_excluded


def _matcher(patterns: Sequence[bytes]) -> Callable[[bytes], bool]:
    if not patterns:
        return lambda _: False
    alternatives = (b"[^/]*".join(map(re.escape, pattern.split(b"*"))) for pattern in patterns)
    pattern = re.compile(b"|".join(alternatives))
    return lambda text: pattern.fullmatch(text) is not None
