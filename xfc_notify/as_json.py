"""Views as JSON: the command line and the web show the same."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

_PLAIN = {str, int, float, bool}
"""The types that JSON has, exactly these: a level is an int but shown by its name."""


def as_json(value: object) -> Any:
    """A view, or anything made of views and plain values, as what JSON has words for.

    A view becomes an object with its fields in their order, a level its name, a time ISO 8601. Numbers stay exact.
    """
    if value is None or type(value) in _PLAIN:
        return value
    if is_dataclass(value):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple):
        return [as_json(part) for part in value]
    if isinstance(value, Mapping):
        return {key: as_json(part) for key, part in value.items()}
    return value.isoformat() if isinstance(value, datetime) else str(value)
