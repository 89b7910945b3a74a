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

        class Meta:
            table_name = "users"

    class Area(Table):
        user = ForeignKeyField(User)
        volume = CharField(index=True, max_length=100)
        path = TextField(unique=True)
        hard_quota = BigIntegerField()
        temporal_quota = DoubleField()
        added_at = DateTimeField()
        last_scanned = DateTimeField(null=True)
        last_attempt = DateTimeField(index=True)
        last_scan = CharField(null=True, max_length=36)

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
        text = TextField()
        html = TextField()

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
        area = ForeignKeyField(Area)
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
        silence = TextField()

    class Event(Table):
        area = ForeignKeyField(Area)
        episode = ForeignKeyField(Episode, null=True)
        policy = CharField(max_length=100)
        at = DateTimeField()
        kind = CharField(max_length=16)
        level = IntegerField()
        what = TextField()

    is_open = SQL("state = 'open'")
    owed = SQL("state IN ('queued', 'sending', 'retry')")
    Scan.add_index(Scan.area, where=is_open, unique=True, name="scan_one_open_per_area")
    Scan.add_index(Scan.area, Scan.as_of, name="scan_by_area")
    Scan.add_index(Scan.progress_at, where=is_open, name="scan_open_by_progress")
    Episode.add_index(
        Episode.area, Episode.plugin, Episode.policy,
        where=SQL("ended_at IS NULL"), unique=True, name="episode_one_open",
    )  # fmt: skip
    Episode.add_index(Episode.area, where=SQL("NOT settled"), name="episode_unsettled")
    Event.add_index(Event.area, Event.at, name="event_by_area")
    Message.add_index(Message.user, Message.created_at, name="message_by_user")
    Delivery.add_index(Delivery.due_at, where=owed, name="delivery_due")
    db.create_tables([User, Area, Scan, Slice, Message, Delivery, Episode, Event], safe=False)
