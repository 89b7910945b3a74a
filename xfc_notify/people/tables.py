"""The tables of people, of what they answer for, and of what happened to that."""

from typing import TYPE_CHECKING

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from xfc_notify.states import Source
from xfc_notify.store.fields import UTCDateTimeField
from xfc_notify.store.table import Table


class UserRow(Table):
    """A person who owns areas, with the notify switch and what they prefer; or the operators, as one.

    Who has another uid is another person: see `names`. uid is None until a directory of theirs was seen.
    full_name_from and email_from say who said so: what an operator typed is never replaced. chat is an Apprise URL;
    digest is off, weekly or monthly, and digested_at the time of the last one, or since when they are wanted.
    """

    id = AutoField()
    name = CharField(unique=True, max_length=250)
    uid = BigIntegerField(null=True)
    full_name = TextField(default="")
    full_name_from = CharField(default=Source.PLUGIN, max_length=8)
    email = TextField(null=True)
    email_from = CharField(default=Source.SETTINGS, max_length=8)
    notify = BooleanField(default=True)
    added_at = UTCDateTimeField()
    chat = TextField(null=True)
    language = CharField(null=True, max_length=16)
    timezone = CharField(null=True, max_length=64)
    digest = CharField(default="off", max_length=8)
    digested_at = UTCDateTimeField(null=True)

    class Meta:
        table_name = "users"  # "user" is a reserved word in PostgreSQL


class SubjectRow(Table):
    """What can be spoken of: an area, a whole volume. `user` answers for it.

    key      tells it from all others of its kind: the path of an area, the name of a volume
    place    where it lies, as people call it: the name of the volume
    contact  the address of somebody beside the user
    """

    id = AutoField()
    kind = CharField(max_length=16)
    key = TextField()
    place = CharField(max_length=100)
    user = ForeignKeyField(UserRow, backref="subjects", on_delete="CASCADE")
    contact = TextField(null=True)

    class Meta:
        indexes = ((("kind", "key"), True),)

    if TYPE_CHECKING:  # peewee makes it from the foreign key
        user_id: int


class EventRow(Table):
    """What happened to a subject: a `states.EventKind`, with the policy and the episode concerned, if any."""

    id = AutoField()
    subject = ForeignKeyField(SubjectRow, backref="events", on_delete="CASCADE")
    episode = IntegerField(null=True, index=True)
    policy = CharField(max_length=100)
    at = UTCDateTimeField()
    kind = CharField(max_length=16)
    level = IntegerField()
    what = TextField()


TABLES = (UserRow, SubjectRow, EventRow)

EventRow.add_index(EventRow.subject, EventRow.at, name="event_by_subject")
