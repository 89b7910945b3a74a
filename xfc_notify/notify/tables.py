"""The tables of what is said and answered."""

from peewee import (
    SQL,
    AutoField,
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.store.fields import JSONTextField, UTCDateTimeField
from xfc_notify.store.table import Table


class EpisodeRow(Table):
    """From the first finding above ok to its return. `settled`: nothing more will be said of it.

    `milestone` is that of `finding`. `doubted`: the last scan found so much less that a second one has to find it too.
    told_level, told_milestone and told_at are of the last message that spoke of it; `silence` says why none was
    sent since. replied, quiet_until and snoozes are the answers of its person; `escalated` counts to how many
    others it was passed on.
    """

    id = AutoField()
    subject = ForeignKeyField(SubjectRow, backref="episodes")
    plugin = CharField(max_length=100)
    policy = CharField(max_length=100)
    level = IntegerField()
    finding = JSONTextField()
    began_at = UTCDateTimeField()
    ended_at = UTCDateTimeField(null=True)
    settled = BooleanField(default=False)
    told_level = IntegerField(null=True)
    told_at = UTCDateTimeField(null=True)
    thread = CharField(null=True, max_length=36)
    milestone = IntegerField(null=True)
    told_milestone = IntegerField(null=True)
    repeats = IntegerField(default=0)
    replied = IntegerField(null=True)
    quiet_until = UTCDateTimeField(null=True)
    snoozes = IntegerField(default=0)
    escalated = IntegerField(default=0)
    doubted = BooleanField(default=False)
    silence = TextField(default="")


class MuteRow(Table):
    """A user wants to hear nothing about a policy until they are over its limit."""

    id = AutoField()
    user = ForeignKeyField(UserRow, backref="mutes", on_delete="CASCADE")
    policy = CharField(max_length=100)
    muted_at = UTCDateTimeField()

    class Meta:
        indexes = ((("user", "policy"), True),)


class ExemptionRow(Table):
    """An operator has lifted a limit of a subject until a time."""

    id = AutoField()
    subject = ForeignKeyField(SubjectRow, backref="exemptions", on_delete="CASCADE")
    policy = CharField(max_length=100)
    until = UTCDateTimeField()
    reason = TextField()
    granted_at = UTCDateTimeField()
    told_at = UTCDateTimeField(null=True)


TABLES = (EpisodeRow, MuteRow, ExemptionRow)

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
