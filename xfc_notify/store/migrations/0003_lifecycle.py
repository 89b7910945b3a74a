"""The tables of lifecycle. A frozen copy: it does not follow the models of today."""

from typing import Any

from peewee import SQL, BooleanField, CharField, Database, DateTimeField, IntegerField, Model, TextField


def up(migrator: Any, db: Database) -> None:
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class LifeEvent(Table):
        dataset = CharField(max_length=100)
        number = IntegerField()
        what = CharField(max_length=16)
        at = DateTimeField()
        who = CharField(max_length=250)
        channel = CharField(max_length=8)
        data = TextField()

        class Meta:
            indexes = ((("dataset", "number"), True),)

    class Life(Table):
        dataset = CharField(primary_key=True, max_length=100)
        phase = CharField(max_length=8)
        deciding = CharField(max_length=8)
        parked = BooleanField()
        expires_at = DateTimeField(null=True)
        due_at = DateTimeField(null=True, index=True)
        events = IntegerField()
        bad = IntegerField()

    Life.add_index(Life.expires_at, where=SQL("expires_at IS NOT NULL"), name="life_expiring")
    Life.add_index(Life.deciding, where=SQL("deciding <> ''"), name="life_deciding")
    db.create_tables([LifeEvent, Life], safe=False)
