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
        name = CharField(unique=True, max_length=250)
        uid = BigIntegerField(null=True)
        full_name = TextField()
        full_name_from = CharField(max_length=8)
        email = TextField(null=True)
        email_from = CharField(max_length=8)
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
        user = ForeignKeyField(User, on_delete="CASCADE")
        contact = TextField(null=True)

        class Meta:
            indexes = ((("kind", "key"), True),)

    class Event(Table):
        subject = ForeignKeyField(Subject, on_delete="CASCADE")
        episode = IntegerField(null=True, index=True)
        policy = CharField(max_length=100)
        at = DateTimeField()
        kind = CharField(max_length=16)
        level = IntegerField()
        what = TextField()

    class Group(Table):
        gid = BigIntegerField(primary_key=True)
        name = CharField(max_length=100, index=True)
        found_head = CharField(max_length=100)
        found_contact = TextField()
        found_parent = BigIntegerField(null=True)
        found_at = DateTimeField(null=True)
        complete = BooleanField()
        shrunk = BooleanField()
        head = CharField(null=True, max_length=100)
        contact = TextField(null=True)
        parent = BigIntegerField(null=True)

        class Meta:
            table_name = "groups"

    class Membership(Table):
        group = ForeignKeyField(Group, on_delete="CASCADE")
        username = CharField(max_length=100, index=True)

        class Meta:
            indexes = ((("group", "username"), True),)

    class Load(Table):
        id = CharField(primary_key=True, max_length=36)
        volume = CharField(max_length=100)
        name = TextField()
        mtime = BigIntegerField()
        size = BigIntegerField()
        as_of = DateTimeField()
        state = CharField(max_length=8)
        ordered_at = DateTimeField(index=True)
        lease_until = DateTimeField(null=True)
        attempts = IntegerField()
        ended_at = DateTimeField(null=True)
        lines = BigIntegerField()
        cells = BigIntegerField()
        seconds = DoubleField()
        failure = TextField(null=True)

        class Meta:
            indexes = ((("volume", "name", "mtime", "size"), True),)

    class GroupUsage(Table):
        load = ForeignKeyField(Load, on_delete="CASCADE")
        volume = CharField(max_length=100)
        gid = BigIntegerField()
        base = TextField()
        bytes = BigIntegerField()
        files = BigIntegerField()
        newest = BigIntegerField()
        kinds = TextField()
        ages = TextField()
        temporary = BigIntegerField()

    class DirectoryUsage(Table):
        load = ForeignKeyField(Load, on_delete="CASCADE")
        volume = CharField(max_length=100)
        gid = BigIntegerField()
        base = TextField()
        directory = TextField()
        bytes = BigIntegerField()
        files = BigIntegerField()
        newest = BigIntegerField()
        kinds = TextField()

    class UserUsage(Table):
        load = ForeignKeyField(Load, on_delete="CASCADE")
        volume = CharField(max_length=100)
        uid = BigIntegerField()
        gid = BigIntegerField()
        bytes = BigIntegerField()
        files = BigIntegerField()
        newest = BigIntegerField()

    class VaultFile(Table):
        load = ForeignKeyField(Load, on_delete="CASCADE")
        volume = CharField(max_length=100)
        vault = TextField()
        state = CharField(max_length=8)
        path = TextField()
        uid = BigIntegerField()
        gid = BigIntegerField()
        bytes = BigIntegerField()
        modified = BigIntegerField()

    class GroupStanding(Table):
        volume = CharField(max_length=100)
        gid = BigIntegerField()
        as_of = DateTimeField()
        bytes = BigIntegerField()
        files = BigIntegerField()
        newest = BigIntegerField()
        quota = BigIntegerField()
        quota_files = BigIntegerField()
        quota_source = TextField()
        quota_as_of = DateTimeField(null=True)
        level = IntegerField()
        bases = TextField()
        latest = BooleanField()

        class Meta:
            indexes = ((("gid", "volume", "as_of"), True),)

    class GroupLimit(Table):
        group = ForeignKeyField(Group, on_delete="CASCADE")
        volume = CharField(max_length=100)
        bytes = BigIntegerField()
        files = BigIntegerField()
        set_at = DateTimeField()

        class Meta:
            indexes = ((("group", "volume"), True),)

    class Area(Table):
        user = ForeignKeyField(User, on_delete="CASCADE")
        subject = ForeignKeyField(Subject, unique=True, on_delete="CASCADE")
        volume = CharField(index=True, max_length=100)
        directory = TextField()
        path = TextField(unique=True)
        uid = BigIntegerField(null=True)
        gone_at = DateTimeField(null=True)
        remark = TextField()
        hard_quota = BigIntegerField()
        temporal_quota = DoubleField()
        own_hard_quota = BooleanField()
        own_temporal_quota = BooleanField()
        added_at = DateTimeField()
        last_scanned = DateTimeField(null=True)
        last_attempt = DateTimeField(index=True)
        last_scan = CharField(null=True, max_length=36)
        level = IntegerField(null=True)
        size = BigIntegerField(null=True)
        rescan_asked_at = DateTimeField(null=True)
        judged_by = CharField(max_length=16)

        class Meta:
            indexes = ((("volume", "directory"), True),)

    class Scan(Table):
        id = CharField(primary_key=True, max_length=36)
        area = ForeignKeyField(Area, on_delete="CASCADE")
        state = CharField(max_length=8)
        source = CharField(max_length=8)
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
        left_out = TextField(null=True)
        usage = TextField(null=True)
        layers = TextField(null=True)
        tree = TextField(null=True)
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
        user = ForeignKeyField(User, on_delete="CASCADE")
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
        unsubscribe = TextField()
        audience = CharField(max_length=9)

    class Delivery(Table):
        message = ForeignKeyField(Message, on_delete="CASCADE")
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
        subject = ForeignKeyField(Subject, on_delete="CASCADE")
        plugin = CharField(max_length=100)
        policy = CharField(max_length=100)
        level = IntegerField()
        finding = TextField()
        began_at = DateTimeField()
        as_of = DateTimeField()
        fresh_until = DateTimeField()
        unread = TextField()
        obscured_since = DateTimeField(null=True)
        ended_at = DateTimeField(null=True)
        settled = BooleanField()
        told_level = IntegerField(null=True)
        told_at = DateTimeField(null=True)
        told_limit = DoubleField(null=True)
        thread = CharField(null=True, max_length=36)
        milestone = IntegerField(null=True)
        told_milestone = IntegerField(null=True)
        told_obscured = BooleanField()
        lower_since = DateTimeField(null=True)
        resumed_at = DateTimeField(null=True)
        repeats = IntegerField()
        replied = IntegerField(null=True)
        quiet_until = DateTimeField(null=True)
        snoozes = IntegerField()
        escalated = IntegerField()
        doubted = BooleanField()
        silence = TextField()

    class Heard(Table):
        message = ForeignKeyField(Message, on_delete="CASCADE")
        episode = ForeignKeyField(Episode, on_delete="CASCADE")
        told_level = IntegerField(null=True)
        told_at = DateTimeField(null=True)
        told_limit = DoubleField(null=True)
        told_milestone = IntegerField(null=True)
        told_obscured = BooleanField()
        thread = CharField(null=True, max_length=36)
        repeats = IntegerField()
        lower_since = DateTimeField(null=True)
        resumed_at = DateTimeField(null=True)
        ended = BooleanField()

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
        over = BooleanField()

    class Wish(Table):
        subject = ForeignKeyField(Subject, on_delete="CASCADE")
        policy = CharField(max_length=100)
        until = DateTimeField()
        reason = TextField()
        asked_at = DateTimeField()
        decided_at = DateTimeField(null=True)
        granted = BooleanField(null=True)
        answer = TextField()

    class Session(Table):
        hash = CharField(primary_key=True, max_length=64)
        name = CharField(max_length=64)
        operator = BooleanField()
        began_at = DateTimeField()
        expires_at = DateTimeField(index=True)

    class Spent(Table):
        hash = CharField(primary_key=True, max_length=64)
        spent_at = DateTimeField(index=True)

    class Token(Table):
        hash = CharField(unique=True, max_length=64)
        name = CharField(index=True, max_length=64)
        label = TextField()
        scopes = CharField(max_length=100)
        created_at = DateTimeField()
        expires_at = DateTimeField(index=True)

    class Binding(Table):
        issuer = TextField()
        subject = TextField()
        name = CharField(unique=True, max_length=64)
        bound_at = DateTimeField()

        class Meta:
            indexes = ((("issuer", "subject"), True),)

    class Change(Table):
        at = DateTimeField(index=True)
        name = CharField(max_length=64)
        client = CharField(max_length=64)
        what = TextField()

    class Mark(Table):
        name = CharField(primary_key=True, max_length=40)
        at = DateTimeField()

    Load.add_index(Load.volume, Load.as_of, name="load_by_volume")
    Load.add_index(Load.ordered_at, where=SQL("state = 'open'"), name="load_open")
    GroupUsage.add_index(GroupUsage.volume, GroupUsage.gid, name="group_usage_by_volume")
    GroupUsage.add_index(GroupUsage.gid, name="group_usage_by_gid")
    GroupUsage.add_index(GroupUsage.bytes.desc(), name="group_usage_by_bytes")
    DirectoryUsage.add_index(DirectoryUsage.volume, DirectoryUsage.gid, name="directory_usage_by_volume")
    DirectoryUsage.add_index(DirectoryUsage.bytes.desc(), name="directory_usage_by_bytes")
    UserUsage.add_index(UserUsage.bytes.desc(), name="user_usage_by_bytes")
    UserUsage.add_index(UserUsage.volume, UserUsage.gid, UserUsage.bytes.desc(), name="user_usage_by_volume")
    UserUsage.add_index(UserUsage.gid, UserUsage.bytes.desc(), name="user_usage_by_gid")
    VaultFile.add_index(VaultFile.volume, VaultFile.gid, name="vault_file_by_volume")
    GroupStanding.add_index(GroupStanding.volume, GroupStanding.as_of, name="group_standing_by_volume")
    GroupStanding.add_index(
        GroupStanding.level.desc(),
        GroupStanding.bytes.desc(),
        where=SQL("latest"),
        name="group_standing_by_level",
    )
    GroupStanding.add_index(GroupStanding.bytes.desc(), where=SQL("latest"), name="group_standing_by_bytes")
    GroupStanding.add_index(GroupStanding.newest, where=SQL("latest"), name="group_standing_by_newest")
    GroupStanding.add_index(GroupStanding.gid, where=SQL("latest"), name="group_standing_by_gid")
    Event.add_index(Event.subject, Event.at, name="event_by_subject")
    Area.add_index(Area.level.desc(), Area.path, name="area_by_level")
    Area.add_index(Area.volume, Area.level, Area.last_scanned, name="area_standing")
    Area.add_index(Area.volume, Area.size.desc(), name="area_by_size")
    Area.add_index(Area.user, Area.path, name="area_of_user")
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
    Wish.add_index(Wish.subject, where=SQL("decided_at IS NULL"), name="wish_open")
    Message.add_index(Message.user, Message.created_at, name="message_by_user")
    Message.add_index(Message.created_at, name="message_by_time")
    Message.add_index(Message.created_at, where=SQL("mode = 'held'"), name="message_held")
    Delivery.add_index(
        Delivery.due_at, where=SQL("state IN ('queued', 'sending', 'retry')"), name="delivery_due"
    )
    Delivery.add_index(Delivery.state, name="delivery_by_state")
    db.create_tables(
        [
            User,
            Subject,
            Event,
            Group,
            Membership,
            Load,
            GroupUsage,
            DirectoryUsage,
            UserUsage,
            VaultFile,
            GroupStanding,
            GroupLimit,
            Area,
            Scan,
            Slice,
            Message,
            Delivery,
            Episode,
            Heard,
            Mute,
            Exemption,
            Wish,
            Session,
            Spent,
            Token,
            Binding,
            Change,
            Mark,
        ],
        safe=False,
    )
