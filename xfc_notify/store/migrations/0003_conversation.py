"""What people prefer and answer, exemptions, milestones, and whole volumes. A frozen copy of the new tables.

Every new column may be null or has a default, so that the version before can still add rows.
"""

from typing import Any

from peewee import SQL, CharField, Database, DateTimeField, ForeignKeyField, Model, SqliteDatabase, TextField

COLUMNS = {
    "users": {
        "chat": "TEXT",
        "language": "VARCHAR(16)",
        "timezone": "VARCHAR(64)",
        "digest": "VARCHAR(8) NOT NULL DEFAULT 'off'",
        "digested_at": "TIME",
    },
    "area": {
        "measured": "BOOLEAN NOT NULL DEFAULT true",
        "contact": "TEXT",
        "rescan_asked_at": "TIME",
    },
    "episode": {
        "told_milestone": "INTEGER",
        "repeats": "INTEGER NOT NULL DEFAULT 0",
        "replied": "INTEGER",
        "quiet_until": "TIME",
        "snoozes": "INTEGER NOT NULL DEFAULT 0",
        "escalated": "INTEGER NOT NULL DEFAULT 0",
    },
    "message": {
        "images": "TEXT",
        "audience": "VARCHAR(9) NOT NULL DEFAULT 'user'",
    },
}


def up(migrator: Any, db: Database) -> None:
    time, truth = ("DATETIME", "INTEGER") if isinstance(db, SqliteDatabase) else ("TIMESTAMP", "BOOLEAN")
    for table, columns in COLUMNS.items():
        for name, kind in columns.items():
            column = kind.replace("TIME", time).replace("BOOLEAN", truth)
            db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {name} {column}")

    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class User(Table):
        class Meta:
            table_name = "users"

    class Area(Table):
        pass

    class Message(Table):
        mode = CharField()
        created_at = DateTimeField()

    class Mute(Table):
        user = ForeignKeyField(User, on_delete="CASCADE")
        policy = CharField(max_length=100)
        muted_at = DateTimeField()

        class Meta:
            indexes = ((("user", "policy"), True),)

    class Exemption(Table):
        area = ForeignKeyField(Area, on_delete="CASCADE")
        policy = CharField(max_length=100)
        until = DateTimeField()
        reason = TextField()
        granted_at = DateTimeField()
        told_at = DateTimeField(null=True)

    class Mark(Table):
        name = CharField(primary_key=True, max_length=40)
        at = DateTimeField()

    Exemption.add_index(Exemption.area, Exemption.until, name="exemption_by_area")
    db.create_tables([Mute, Exemption, Mark], safe=False)
    held = Message.index(Message.created_at, where=SQL("mode = 'held'"), name="message_held")
    db.execute(held)
