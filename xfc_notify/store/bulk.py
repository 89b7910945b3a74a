"""Many rows in one statement. It is written as text: to build it of peewee's objects takes longer than the database
does."""

from collections.abc import Iterable, Sequence
from typing import Any

from peewee import chunked

from xfc_notify.store.database import VALUES, db
from xfc_notify.store.table import Table


def insert(table: type[Table], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows, each with the values of these columns: of all that have no default in the database. In the transaction
    of the caller if there is one."""
    meta = _meta(table)
    fields = [meta.fields[name] for name in columns]
    into = f'INSERT INTO "{meta.table_name}" ({", ".join(_column(field) for field in fields)})'
    for some in chunked(rows, VALUES // len(fields)):
        db.execute_sql(f"{into} {_values(len(fields), len(some))}", _stored(fields, some))


def change(table: type[Table], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Change rows by their keys: each begins with its key, and goes on with the new values of these columns.

    No value is None: a column with nothing else is text to PostgreSQL.
    """
    meta = _meta(table)
    fields = [meta.fields[name] for name in columns]
    key, name = meta.primary_key, meta.table_name
    # the databases call the columns of VALUES column1, column2, …
    new = ", ".join(f"{_column(field)} = new.column{number}" for number, field in enumerate(fields, 2))
    for some in chunked(rows, VALUES // (1 + len(fields))):
        values = _values(1 + len(fields), len(some))
        db.execute_sql(
            f'UPDATE "{name}" SET {new} FROM ({values}) AS new WHERE "{name}".{_column(key)} = new.column1',
            _stored([key, *fields], some),
        )


def _meta(table: type[Table]) -> Any:
    return table._meta  # noqa: SLF001 - part of what peewee documents


def _column(field: Any) -> str:
    return f'"{field.column_name}"'


def _values(width: int, count: int) -> str:
    row = f"({', '.join([db.param] * width)})"
    return f"VALUES {', '.join([row] * count)}"


def _stored(fields: Sequence[Any], rows: Sequence[Sequence[Any]]) -> list[Any]:
    return [field.db_value(value) for row in rows for field, value in zip(fields, row, strict=True)]
