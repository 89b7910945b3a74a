"""What is counted for the metrics is counted in an index."""

from typing import Any

from peewee import SQL, BooleanField, CharField, Database, DateTimeField, IntegerField, Model


def up(migrator: Any, db: Database) -> None:
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Area(Table):
        volume = CharField()
        level = IntegerField(null=True)
        last_scanned = DateTimeField(null=True)

    class Scan(Table):
        id = CharField(primary_key=True)
        complete = BooleanField()

    class Episode(Table):
        policy = CharField()
        level = IntegerField()

    class Delivery(Table):
        state = CharField()

    standing = (Area.volume, Area.level, Area.last_scanned)
    db.execute(Area.index(*standing, where=SQL("measured"), name="area_standing"))
    db.execute(Scan.index(Scan.id, where=SQL("NOT complete"), name="scan_incomplete"))
    open_ones = SQL("ended_at IS NULL")
    db.execute(Episode.index(Episode.policy, Episode.level, where=open_ones, name="episode_open_by_policy"))
    db.execute(Delivery.index(Delivery.state, name="delivery_by_state"))
