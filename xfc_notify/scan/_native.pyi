from collections.abc import Callable
from typing import TypeAlias

# key, links, oldest, files, size, allocated, byte_seconds
_Row: TypeAlias = tuple[int, int, int, int, int, int, int]
_NamedRow: TypeAlias = tuple[bytes, int, int, int, int, int, int]

def walk(
    root: int,
    directories: tuple[bytes, ...],
    now: int,
    clock: int,
    budget: float,
    one_file_system: bool,
    most_remaining: int,
    most_remaining_bytes: int,
    threads: int,
    report: Callable[[int, int, int], None],
    /,
) -> tuple[
    tuple[int, int, int, int, int, int],
    tuple[list[_Row], list[_Row], list[_NamedRow], list[_NamedRow]],
    list[tuple[int, int, bytes]],
    list[tuple[str, int, list[bytes]]],
    list[bytes],
    int,
]: ...
def works() -> bool: ...
