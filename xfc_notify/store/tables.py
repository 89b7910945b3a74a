"""The tables that belong to no other component."""

from peewee import CharField

from xfc_notify.store.fields import UTCDateTimeField
from xfc_notify.store.table import Table


class MarkRow(Table):
    """A time to remember by name, such as that since which the service is live."""

    name = CharField(primary_key=True, max_length=40)
    at = UTCDateTimeField()


TABLES = (MarkRow,)
