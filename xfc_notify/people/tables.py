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


class GroupRow(Table):
    """A group that occurs in the data, or that somebody has named.

    name, found_…, complete   what the plugins said last, at `found_at`; null: nothing yet
    head, contact, parent     what an operator has set, which counts instead
    shrunk                    half of the members were not in the last answer: they stay until it says so again
    """

    gid = BigIntegerField(primary_key=True)
    name = CharField(max_length=100, index=True)
    found_head = CharField(default="", max_length=100)
    found_contact = TextField(default="")
    found_parent = BigIntegerField(null=True)
    found_at = UTCDateTimeField(null=True)
    complete = BooleanField(default=True)
    shrunk = BooleanField(default=False)
    head = CharField(null=True, max_length=100)
    contact = TextField(null=True)
    parent = BigIntegerField(null=True)

    class Meta:
        table_name = "groups"  # "group" is a reserved word


class MembershipRow(Table):
    """That a user is a member of a group."""

    group = ForeignKeyField(GroupRow, backref="memberships", on_delete="CASCADE")
    username = CharField(max_length=100, index=True)

    class Meta:
        indexes = ((("group", "username"), True),)


class GroupLimitRow(Table):
    """What an operator has set as the quota of a group on a volume, whatever else says; 0: none."""

    group = ForeignKeyField(GroupRow, on_delete="CASCADE")
    volume = CharField(max_length=100)
    bytes = BigIntegerField()
    files = BigIntegerField(default=0)
    set_at = UTCDateTimeField()

    class Meta:
        indexes = ((("group", "volume"), True),)

    if TYPE_CHECKING:
        group_id: int


TABLES = (UserRow, SubjectRow, EventRow, GroupRow, MembershipRow, GroupLimitRow)

EventRow.add_index(EventRow.subject, EventRow.at, name="event_by_subject")
