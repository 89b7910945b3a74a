"""DuckDB as we use it: in memory, bounded, with what does not fit there in a folder of our own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from xfc_notify.paths import harmless
from xfc_notify.reports.errors import NoRoom

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MEMORY = "160MB"
_MOST_ON_DISK = "20GB"


def connect(spill: Path | None = None, threads: int = 1) -> "DuckDBPyConnection":
    """A DuckDB without tables; `spill` is the folder for what does not fit into memory."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads,
        "memory_limit": _MEMORY,
        "preserve_insertion_order": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    if spill is not None:
        config |= {"temp_directory": str(spill), "max_temp_directory_size": _MOST_ON_DISK}
    return duckdb.connect(config=config)


@contextmanager
def engine(spill: Path, threads: int = 1) -> "Iterator[DuckDBPyConnection]":
    """A DuckDB for the duration of the block; NoRoom if the disk of `spill` is full, or more is needed than may be."""
    import duckdb

    with connect(spill, threads) as connection:
        try:
            yield connection
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            reason = str(error).splitlines()[0]
            raise NoRoom(
                f"There is no room for what is counted, in {harmless(str(spill))}: {harmless(reason)}",
                "Make room there, or name another folder: [reports] out.",
            ) from None
