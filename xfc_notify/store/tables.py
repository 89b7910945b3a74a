"""The tables. Paths are stored as the text of `paths.show`."""

from typing import TYPE_CHECKING

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DoubleField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from xfc_notify.store.database import db
from xfc_notify.store.fields import JSONTextField, UTCDateTimeField

ZERO = SQL("DEFAULT 0")
"""Later columns have their default in the database too, because the previous version may still add rows."""


class Table(Model):
    """What all tables share."""

    class Meta:
        database = db
        legacy_table_names = False


class User(Table):
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


class Area(Table):
    """One measured directory. `last_attempt` is the `as_of` of the last scan that ended, whole or failed: enqueueing
    by it keeps an area that cannot be scanned from staying first in line for ever. `last_scanned` is the same of the
    last whole scan. `level` is the worst of its findings.

    A whole volume is an area of the operators, `measured` only by the areas on it. `contact` is the address of
    somebody beside the owner; `rescan_asked_at` is when the owner last asked for a scan out of turn.
    """

    id = AutoField()
    user = ForeignKeyField(User, backref="areas")
    volume = CharField(index=True, max_length=100)
    path = TextField(unique=True)
    hard_quota = BigIntegerField()
    temporal_quota = DoubleField()
    added_at = UTCDateTimeField()
    last_scanned = UTCDateTimeField(null=True)
    last_attempt = UTCDateTimeField(index=True)
    last_scan = CharField(null=True, max_length=36)
    level = IntegerField(null=True)
    measured = BooleanField(default=True, constraints=[SQL("DEFAULT true")])
    contact = TextField(null=True)
    rescan_asked_at = UTCDateTimeField(null=True)


class Scan(Table):
    """One scan of one area: open, whole or failed. `usage` grows with every slice."""

    id = CharField(primary_key=True, max_length=36)
    area = ForeignKeyField(Area, backref="scans")
    state = CharField(max_length=8)
    clock = CharField(max_length=8)
    as_of = UTCDateTimeField()
    progress_at = UTCDateTimeField()
    ended_at = UTCDateTimeField(null=True)
    slices = IntegerField(default=0)
    seconds = DoubleField(default=0)
    size = BigIntegerField(default=0)
    files = BigIntegerField(default=0)
    temporal_usage = DoubleField(default=0)
    complete = BooleanField(default=True)
    usage = JSONTextField(null=True)
    findings = JSONTextField(null=True)
    failure = TextField(null=True)

    if TYPE_CHECKING:  # peewee makes these from the foreign keys
        area_id: int


class Slice(Table):
    """A part of an open scan that has not been answered yet. Its first answer deletes it."""

    id = CharField(primary_key=True, max_length=36)
    scan = ForeignKeyField(Scan, backref="open_slices", on_delete="CASCADE")
    directories = JSONTextField()
    ordered_at = UTCDateTimeField(index=True)
    lease_until = UTCDateTimeField(null=True, index=True)
    attempts = IntegerField(default=0)

    if TYPE_CHECKING:
        scan_id: str


class Episode(Table):
    """From the first finding above ok to its return. `settled`: nothing more will be said of it.

    `doubted`: the last scan found so much less that a second one has to find it too.
    told_level, told_milestone and told_at are of the last message that spoke of it; `silence` says why none was
    sent since. replied, quiet_until and snoozes are the answers of its person; `escalated` counts to how many
    others it was passed on.
    """

    id = AutoField()
    area = ForeignKeyField(Area, backref="episodes")
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
    told_milestone = IntegerField(null=True)
    repeats = IntegerField(default=0, constraints=[ZERO])
    replied = IntegerField(null=True)
    quiet_until = UTCDateTimeField(null=True)
    snoozes = IntegerField(default=0, constraints=[ZERO])
    escalated = IntegerField(default=0, constraints=[ZERO])
    doubted = BooleanField(default=False, constraints=[SQL("DEFAULT false")])
    silence = TextField(default="")


class Event(Table):
    """What happened to an episode: began, worse, better, doubted, ended, told, withdrawn; what was answered or
    granted."""

    id = AutoField()
    area = ForeignKeyField(Area, backref="events")
    episode = ForeignKeyField(Episode, backref="events", null=True)
    policy = CharField(max_length=100)
    at = UTCDateTimeField()
    kind = CharField(max_length=16)
    level = IntegerField()
    what = TextField()


class Mute(Table):
    """A user wants to hear nothing about a policy until they are over its limit."""

    id = AutoField()
    user = ForeignKeyField(User, backref="mutes", on_delete="CASCADE")
    policy = CharField(max_length=100)
    muted_at = UTCDateTimeField()

    class Meta:
        indexes = ((("user", "policy"), True),)


class Exemption(Table):
    """An operator has lifted a limit of an area until a time."""

    id = AutoField()
    area = ForeignKeyField(Area, backref="exemptions", on_delete="CASCADE")
    policy = CharField(max_length=100)
    until = UTCDateTimeField()
    reason = TextField()
    granted_at = UTCDateTimeField()
    told_at = UTCDateTimeField(null=True)


class Mark(Table):
    """A time to remember by name, such as when the service went live."""

    name = CharField(primary_key=True, max_length=40)
    at = UTCDateTimeField()


class Message(Table):
    """What a person was told, or in shadow mode would have been told.

    audience is user, contact, operators, or digest (to the user): `user` is always whose areas it speaks of. A
    message in mode "held" waits for an operator. `images` is content id → PNG in base64.
    """

    id = CharField(primary_key=True, max_length=36)
    user = ForeignKeyField(User, backref="messages")
    created_at = UTCDateTimeField()
    mode = CharField(max_length=8)
    broke_interval = CharField(max_length=8, default="")
    thread = CharField(max_length=36)
    level = IntegerField()
    reasons = JSONTextField()
    subject = TextField()
    text = TextField()
    html = TextField()
    images = JSONTextField(null=True)
    audience = CharField(default="user", max_length=9, constraints=[SQL("DEFAULT 'user'")])


class Delivery(Table):
    """One message to one address over one channel: queued, sending, retry, sent, dead, held or dropped.

    due_at is when it should next be looked at: when to (re)send its number to the queue, or when the lease
    of a worker that is sending it ends.
    """

    id = AutoField()
    message = ForeignKeyField(Message, backref="deliveries")
    channel = CharField(max_length=100)
    address = TextField()
    state = CharField(max_length=8)
    attempts = IntegerField(default=0)
    due_at = UTCDateTimeField()
    sent_at = UTCDateTimeField(null=True)
    error = TextField(default="")

    class Meta:
        indexes = ((("message", "channel", "address"), True),)


ALL = (User, Area, Scan, Slice, Episode, Event, Mute, Exemption, Mark, Message, Delivery)

Area.add_index(Area.level.desc(), Area.path, name="area_by_level")
Area.add_index(Area.volume, Area.level, Area.last_scanned, where=SQL("measured"), name="area_standing")
Scan.add_index(Scan.as_of, where=SQL("state = 'failed'"), name="scan_failed")
Scan.add_index(Scan.area, where=SQL("state = 'open'"), unique=True, name="scan_one_open_per_area")
Scan.add_index(Scan.area, Scan.as_of, name="scan_by_area")
Scan.add_index(Scan.progress_at, where=SQL("state = 'open'"), name="scan_open_by_progress")
Episode.add_index(
    Episode.area,
    Episode.plugin,
    Episode.policy,
    where=SQL("ended_at IS NULL"),
    unique=True,
    name="episode_one_open",
)
Scan.add_index(Scan.id, where=SQL("NOT complete"), name="scan_incomplete")
Episode.add_index(Episode.policy, Episode.level, where=SQL("ended_at IS NULL"), name="episode_open_by_policy")
Episode.add_index(Episode.area, where=SQL("NOT settled"), name="episode_unsettled")
Event.add_index(Event.area, Event.at, name="event_by_area")
Message.add_index(Message.user, Message.created_at, name="message_by_user")
Message.add_index(Message.created_at, name="message_by_time")
Exemption.add_index(Exemption.area, Exemption.until, name="exemption_by_area")
Message.add_index(Message.created_at, where=SQL("mode = 'held'"), name="message_held")
Delivery.add_index(Delivery.due_at, where=SQL("state IN ('queued', 'sending', 'retry')"), name="delivery_due")
Delivery.add_index(Delivery.state, name="delivery_by_state")
