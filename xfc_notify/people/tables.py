"""The tables of people."""

from peewee import (
    SQL,
    AutoField,
    BooleanField,
    CharField,
    TextField,
)

from xfc_notify.store.fields import UTCDateTimeField
from xfc_notify.store.table import Table


class UserRow(Table):
    """A person who owns areas, with the notify switch and what they prefer; or the operators, as one.

    chat is an Apprise URL; digest is off, weekly or monthly, and digested_at the time of the last one, or
    since when they are wanted.
    """

    id = AutoField()
    name = CharField(unique=True, max_length=64)
    full_name = TextField(default="")
    email = TextField(null=True)
    notify = BooleanField(default=True)
    added_at = UTCDateTimeField()
    chat = TextField(null=True)
    language = CharField(null=True, max_length=16)
    timezone = CharField(null=True, max_length=64)
    digest = CharField(default="off", max_length=8, constraints=[SQL("DEFAULT 'off'")])
    digested_at = UTCDateTimeField(null=True)

    class Meta:
        table_name = "users"  # "user" is a reserved word in PostgreSQL


TABLES = (UserRow,)
