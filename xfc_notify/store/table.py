"""What all tables share."""

import re

from peewee import Model

from xfc_notify.store.database import VALUES, db


def _named(row: type[Model]) -> str:
    """AreaRow → area, GroupUsageRow → group_usage"""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", row.__name__.removesuffix("Row")).lower()


class Table(Model):
    """What all tables share."""

    class Meta:
        database = db
        table_function = _named
        legacy_table_names = False

    @classmethod
    def at_once(cls, changed: int | None = None) -> int:
        """How many rows one statement inserts; or how many `bulk_update` changes, each in so many columns."""
        return VALUES // (len(cls._meta.fields) if changed is None else 2 * changed + 1)
