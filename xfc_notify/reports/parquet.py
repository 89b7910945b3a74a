"""A Parquet file that grows by small tables, and is written in large groups of rows."""

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import pyarrow as pa

_GROUP = 50_000
"""Rows that are written together, at least."""


class Grown:
    """In `with`. The tables that are added have one schema; `options` are those of pyarrow's ParquetWriter.

    Without tables there is no file.
    """

    def __init__(self, target: Path, **options: Any) -> None:
        self.is_empty = True
        self._target, self._options = target, options
        self._writer: Any = None
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._write()
        finally:
            if self._writer is not None:
                self._writer.close()

    def add(self, table: "pa.Table") -> None:
        """Add the rows of a table."""
        self.is_empty = False
        self._waiting.append(table)
        self._rows += table.num_rows
        if self._rows >= _GROUP:
            self._write()

    def _write(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self._waiting:
            return
        table = pa.concat_tables(self._waiting)
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self._target, table.schema, compression="zstd", compression_level=1, **self._options
            )
        self._writer.write_table(table)
        self._waiting, self._rows = [], 0
