"""The tables of what is said and answered."""

from typing import TYPE_CHECKING

from peewee import (
    SQL,
    AutoField,
    BooleanField,
    CharField,
    DoubleField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.store.fields import JSONTextField, UTCDateTimeField
from xfc_notify.store.table import Table


class EpisodeRow(Table):
    """An `Episode`. `silence` says why no message was sent since the last one that spoke of it.

    `milestone` is that of `finding`.
    """

    id = AutoField()
    subject = ForeignKeyField(SubjectRow, backref="episodes", on_delete="CASCADE")
    plugin = CharField(max_length=100)
    policy = CharField(max_length=100)
    level = IntegerField()
    finding = JSONTextField()
    began_at = UTCDateTimeField()
    as_of = UTCDateTimeField()
    fresh_until = UTCDateTimeField()
    unread = JSONTextField()
    obscured_since = UTCDateTimeField(null=True)
    ended_at = UTCDateTimeField(null=True)
    settled = BooleanField(default=False)
    told_level = IntegerField(null=True)
    told_at = UTCDateTimeField(null=True)
    told_limit = DoubleField(null=True)
    thread = CharField(null=True, max_length=36)
    milestone = IntegerField(null=True)
    told_milestone = IntegerField(null=True)
    told_obscured = BooleanField(default=False)
    lower_since = UTCDateTimeField(null=True)
    resumed_at = UTCDateTimeField(null=True)
    repeats = IntegerField(default=0)
    replied = IntegerField(null=True)
    quiet_until = UTCDateTimeField(null=True)
    snoozes = IntegerField(default=0)
    escalated = IntegerField(default=0)
    doubted = BooleanField(default=False)
    silence = TextField(default="")


class HeardRow(Table):
    """A message spoke of an episode, of which its person had heard until then what the other columns say: `told.Heard`.

    Kept as long as the message may turn out to reach nobody.
    """

    id = AutoField()
    message = ForeignKeyField(MessageRow, on_delete="CASCADE")
    episode = ForeignKeyField(EpisodeRow, on_delete="CASCADE")
    told_level = IntegerField(null=True)
    told_at = UTCDateTimeField(null=True)
    told_limit = DoubleField(null=True)
    told_milestone = IntegerField(null=True)
    told_obscured = BooleanField()
    thread = CharField(null=True, max_length=36)
    repeats = IntegerField()
    lower_since = UTCDateTimeField(null=True)
    resumed_at = UTCDateTimeField(null=True)
    ended = BooleanField()


class MuteRow(Table):
    """A user wants to hear nothing about a policy until they are over its limit."""

    id = AutoField()
    user = ForeignKeyField(UserRow, backref="mutes", on_delete="CASCADE")
    policy = CharField(max_length=100)
    muted_at = UTCDateTimeField()

    class Meta:
        indexes = ((("user", "policy"), True),)


class ExemptionRow(Table):
    """An operator has lifted a limit of a subject until a time. `over`: it holds again, and was judged by."""

    id = AutoField()
    subject = ForeignKeyField(SubjectRow, backref="exemptions", on_delete="CASCADE")
    policy = CharField(max_length=100)
    until = UTCDateTimeField()
    reason = TextField()
    granted_at = UTCDateTimeField()
    told_at = UTCDateTimeField(null=True)
    over = BooleanField(default=False)

    if TYPE_CHECKING:  # peewee makes it from the foreign key
        subject_id: int


class WishRow(Table):
    """A user wishes a limit to be lifted. decided_at: when an operator said yes or no, and `answer` why."""

    id = AutoField()
    subject = ForeignKeyField(SubjectRow, backref="wishes", on_delete="CASCADE")
    policy = CharField(max_length=100)
    until = UTCDateTimeField()
    reason = TextField()
    asked_at = UTCDateTimeField()
    decided_at = UTCDateTimeField(null=True)
    granted = BooleanField(null=True)
    answer = TextField(default="")


TABLES = (EpisodeRow, HeardRow, MuteRow, ExemptionRow, WishRow)

EpisodeRow.add_index(
    EpisodeRow.subject,
    EpisodeRow.plugin,
    EpisodeRow.policy,
    where=SQL("ended_at IS NULL"),
    unique=True,
    name="episode_one_open",
)
EpisodeRow.add_index(
    EpisodeRow.policy, EpisodeRow.level, where=SQL("ended_at IS NULL"), name="episode_open_by_policy"
)
EpisodeRow.add_index(EpisodeRow.subject, where=SQL("NOT settled"), name="episode_unsettled")
ExemptionRow.add_index(ExemptionRow.subject, ExemptionRow.until, name="exemption_by_subject")
WishRow.add_index(WishRow.subject, where=SQL("decided_at IS NULL"), name="wish_open")
