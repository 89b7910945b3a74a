from collections.abc import Callable
from typing import TypeAlias

# oldest, newest, files, size, allocated, byte_seconds
_Tally: TypeAlias = tuple[int, int, int, int, int, int]

def walk(
    root: int,
    directories: tuple[bytes, ...],
    now: int,
    clock: int,
    budget: float,
    one_file_system: bool,
    excluded: tuple[bytes, ...],
    least: tuple[float, float, float],
    earliest: int,
    most_remaining: int,
    most_remaining_bytes: int,
    threads: int,
    report: Callable[[int, int, int], None],
    export_root: bytes,
    export: Callable[[bytes], bool] | None,
    /,
) -> tuple[
    tuple[int, int, int, int],
    tuple[
        list[tuple[int, _Tally]],
        list[tuple[int, _Tally]],
        list[tuple[bytes, _Tally]],
        list[tuple[bytes, _Tally]],
    ],
    list[tuple[int, int, bytes]],
    list[tuple[str, int, list[bytes]]],
    list[tuple[int, bytes, int, _Tally]],
    list[tuple[int, int, int, int, int, int, int, int, int, bytes]],
    list[bytes],
    int,
]: ...
def identity(directory: int, /) -> tuple[int | None, int | None]: ...
def works() -> bool: ...
