"""What all tables share."""

from peewee import Model

from xfc_notify.store.database import db


def _named(row: type[Model]) -> str:
    """AreaRow → area"""
    return row.__name__.removesuffix("Row").lower()


class Table(Model):
    """What all tables share."""

    class Meta:
        database = db
        table_function = _named
        legacy_table_names = False
