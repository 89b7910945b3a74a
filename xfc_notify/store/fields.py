"""Column types that mean the same on SQLite and PostgreSQL."""

import json
from datetime import UTC, datetime
from typing import Any

from peewee import DateTimeField, TextField


def time_of(value: Any) -> Any:
    """A time as a database gives it, a text or a datetime, with its zone; None stays None."""
    if value is None:
        return None
    time = datetime.fromisoformat(value) if isinstance(value, str) else value
    return time.replace(tzinfo=UTC)


class UTCDateTimeField(DateTimeField):
    """Aware in, aware out; stored as UTC without a zone, which sorts rightly everywhere."""

    def db_value(self, value: Any) -> Any:
        """The time as naive UTC; ValueError for a time without a zone."""
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ValueError("a time without a zone")
            value = value.astimezone(UTC).replace(tzinfo=None)
        return super().db_value(value)

    def python_value(self, value: Any) -> Any:
        """The time with its zone."""
        value = super().python_value(value)
        return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


class JSONTextField(TextField):
    """Any JSON value, as text: read whole or not at all."""

    def db_value(self, value: Any) -> Any:
        """Compact JSON."""
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def python_value(self, value: Any) -> Any:
        """The value again."""
        return None if value is None else json.loads(value)
