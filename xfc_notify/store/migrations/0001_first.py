"""The first tables. A frozen copy: it does not follow the models of today."""

from typing import Any

from peewee import (
    SQL,
    BigIntegerField,
    BooleanField,
    CharField,
    Database,
    DateTimeField,
    DoubleField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)


def up(migrator: Any, db: Database) -> None:
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class User(Table):
        name = CharField(unique=True, max_length=64)
        full_name = TextField()
        email = TextField(null=True)
        notify = BooleanField()
        added_at = DateTimeField()
        chat = TextField(null=True)
        language = CharField(null=True, max_length=16)
        timezone = CharField(null=True, max_length=64)
        digest = CharField(max_length=8)
        digested_at = DateTimeField(null=True)

        class Meta:
            table_name = "users"

    class Subject(Table):
        kind = CharField(max_length=16)
        key = TextField()
        place = CharField(max_length=100)
        user = ForeignKeyField(User)
        contact = TextField(null=True)

        class Meta:
            indexes = ((("kind", "key"), True),)

    class Event(Table):
        subject = ForeignKeyField(Subject)
        episode = IntegerField(null=True, index=True)
        policy = CharField(max_length=100)
        at = DateTimeField()
        kind = CharField(max_length=16)
        level = IntegerField()
        what = TextField()

    class Area(Table):
        user = ForeignKeyField(User)
        subject = ForeignKeyField(Subject, unique=True)
        volume = CharField(index=True, max_length=100)
        path = TextField(unique=True)
        hard_quota = BigIntegerField()
        temporal_quota = DoubleField()
        added_at = DateTimeField()
        last_scanned = DateTimeField(null=True)
        last_attempt = DateTimeField(index=True)
        last_scan = CharField(null=True, max_length=36)
        level = IntegerField(null=True)
        rescan_asked_at = DateTimeField(null=True)

    class Scan(Table):
        id = CharField(primary_key=True, max_length=36)
        area = ForeignKeyField(Area)
        state = CharField(max_length=8)
        clock = CharField(max_length=8)
        as_of = DateTimeField()
        progress_at = DateTimeField()
        ended_at = DateTimeField(null=True)
        slices = IntegerField()
        seconds = DoubleField()
        size = BigIntegerField()
        allocated = BigIntegerField()
        files = BigIntegerField()
        temporal_usage = DoubleField()
        complete = BooleanField()
        usage = TextField(null=True)
        findings = TextField(null=True)
        failure = TextField(null=True)

    class Slice(Table):
        id = CharField(primary_key=True, max_length=36)
        scan = ForeignKeyField(Scan, on_delete="CASCADE")
        directories = TextField()
        ordered_at = DateTimeField(index=True)
        lease_until = DateTimeField(null=True, index=True)
        attempts = IntegerField()

    class Message(Table):
        id = CharField(primary_key=True, max_length=36)
        user = ForeignKeyField(User)
        created_at = DateTimeField()
        mode = CharField(max_length=8)
        broke_interval = CharField(max_length=8)
        thread = CharField(max_length=36)
        level = IntegerField()
        reasons = TextField()
        subject = TextField()
        text = TextField(null=True)
        html = TextField(null=True)
        drawings = TextField(null=True)
        audience = CharField(max_length=9)

    class Delivery(Table):
        message = ForeignKeyField(Message)
        channel = CharField(max_length=100)
        address = TextField()
        state = CharField(max_length=8)
        attempts = IntegerField()
        due_at = DateTimeField()
        sent_at = DateTimeField(null=True)
        error = TextField()

        class Meta:
            indexes = ((("message", "channel", "address"), True),)

    class Episode(Table):
        subject = ForeignKeyField(Subject)
        plugin = CharField(max_length=100)
        policy = CharField(max_length=100)
        level = IntegerField()
        finding = TextField()
        began_at = DateTimeField()
        ended_at = DateTimeField(null=True)
        settled = BooleanField()
        told_level = IntegerField(null=True)
        told_at = DateTimeField(null=True)
        thread = CharField(null=True, max_length=36)
        milestone = IntegerField(null=True)
        told_milestone = IntegerField(null=True)
        repeats = IntegerField()
        replied = IntegerField(null=True)
        quiet_until = DateTimeField(null=True)
        snoozes = IntegerField()
        escalated = IntegerField()
        doubted = BooleanField()
        silence = TextField()

    class Mute(Table):
        user = ForeignKeyField(User, on_delete="CASCADE")
        policy = CharField(max_length=100)
        muted_at = DateTimeField()

        class Meta:
            indexes = ((("user", "policy"), True),)

    class Exemption(Table):
        subject = ForeignKeyField(Subject, on_delete="CASCADE")
        policy = CharField(max_length=100)
        until = DateTimeField()
        reason = TextField()
        granted_at = DateTimeField()
        told_at = DateTimeField(null=True)

    class Mark(Table):
        name = CharField(primary_key=True, max_length=40)
        at = DateTimeField()

    Event.add_index(Event.subject, Event.at, name="event_by_subject")
    Area.add_index(Area.level.desc(), Area.path, name="area_by_level")
    Area.add_index(Area.volume, Area.level, Area.last_scanned, name="area_standing")
    Scan.add_index(Scan.as_of, where=SQL("state = 'failed'"), name="scan_failed")
    Scan.add_index(Scan.area, where=SQL("state = 'open'"), unique=True, name="scan_one_open_per_area")
    Scan.add_index(Scan.area, Scan.as_of, name="scan_by_area")
    Scan.add_index(Scan.progress_at, where=SQL("state = 'open'"), name="scan_open_by_progress")
    Scan.add_index(Scan.id, where=SQL("NOT complete"), name="scan_incomplete")
    Episode.add_index(
        Episode.subject,
        Episode.plugin,
        Episode.policy,
        where=SQL("ended_at IS NULL"),
        unique=True,
        name="episode_one_open",
    )
    Episode.add_index(
        Episode.policy, Episode.level, where=SQL("ended_at IS NULL"), name="episode_open_by_policy"
    )
    Episode.add_index(Episode.subject, where=SQL("NOT settled"), name="episode_unsettled")
    Exemption.add_index(Exemption.subject, Exemption.until, name="exemption_by_subject")
    Message.add_index(Message.user, Message.created_at, name="message_by_user")
    Message.add_index(Message.created_at, name="message_by_time")
    Message.add_index(Message.created_at, where=SQL("mode = 'held'"), name="message_held")
    Delivery.add_index(
        Delivery.due_at, where=SQL("state IN ('queued', 'sending', 'retry')"), name="delivery_due"
    )
    Delivery.add_index(Delivery.state, name="delivery_by_state")
    db.create_tables(
        [User, Subject, Event, Area, Scan, Slice, Message, Delivery, Episode, Mute, Exemption, Mark],
        safe=False,
    )
