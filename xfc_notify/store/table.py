"""What all tables share."""

from peewee import (
    SQL,
    Model,
)

from xfc_notify.store.database import db

ZERO = SQL("DEFAULT 0")
"""Later columns have their default in the database too, because the previous version may still add rows."""


def _named(row: type[Model]) -> str:
    """AreaRow → area"""
    return row.__name__.removesuffix("Row").lower()


class Table(Model):
    """What all tables share."""

    class Meta:
        database = db
        table_function = _named
