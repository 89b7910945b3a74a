"""An installation that has sent messages is live, and stays so; messages are found by their time."""

from typing import Any

from peewee import CharField, Database, DateTimeField, Model, fn


def up(migrator: Any, db: Database) -> None:
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Message(Table):
        mode = CharField()
        created_at = DateTimeField()

    class Mark(Table):
        name = CharField(primary_key=True)
        at = DateTimeField()

    first = Message.select(fn.MIN(Message.created_at)).where(Message.mode == "live").scalar(as_tuple=True)[0]
    if first is not None:
        Mark.insert(name="live", at=first).execute()
    db.execute(Message.index(Message.created_at, name="message_by_time"))
