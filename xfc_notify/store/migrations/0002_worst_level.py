"""The worst level of an area's last scan, and failed scans, by index: `status` reads them at 100,000 areas."""

import json
from typing import Any

from peewee import SQL, AutoField, CharField, Database, DateTimeField, IntegerField, Model, TextField

LEVELS = {"ok": 0, "notice": 1, "warning": 2, "over": 3}


def up(migrator: Any, db: Database) -> None:
    class Area(Model):
        id = AutoField()
        path = TextField()
        level = IntegerField(null=True)

        class Meta:
            database = db

    class Scan(Model):
        id = CharField(primary_key=True, max_length=36)
        state = CharField(max_length=8)
        as_of = DateTimeField()

        class Meta:
            database = db

    db.execute_sql("ALTER TABLE area ADD COLUMN level INTEGER")
    last = db.execute_sql(
        "SELECT area.id, findings FROM area JOIN scan ON scan.id = area.last_scan"
    ).fetchall()
    of_level: dict[int, list[int]] = {}
    for area, findings in last:
        worst = max((LEVELS[finding["level"]] for finding in json.loads(findings or "[]")), default=0)
        of_level.setdefault(worst, []).append(area)
    for level, areas in of_level.items():
        for first in range(0, len(areas), 500):
            Area.update(level=level).where(Area.id.in_(areas[first : first + 500])).execute()
    db.execute(Area.index(Area.level.desc(), Area.path, name="area_by_level"))
    db.execute(Scan.index(Scan.as_of, where=SQL("state = 'failed'"), name="scan_failed"))
