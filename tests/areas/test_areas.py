"""Areas are found by index, however many there are."""

from datetime import timedelta
from typing import Any

import pytest
from facility import Facility, new_area
from peewee import chunked

from xfc_notify.areas import areas
from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import Level
from xfc_notify.people.tables import SubjectRow
from xfc_notify.store import database
from xfc_notify.store.database import db


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path)


def test_the_worst_come_first_and_those_never_scanned_last(facility, now):
    for name, size in (("zoe", 10), ("ben", 950), ("ada", 1001), ("eve", 951), ("dan", None)):
        area = new_area(name, now)
        if size is not None:
            facility.scan(area, size, now)
    found = [(area.user.name, scan and scan.size) for area, scan in areas.with_last_scan()]
    assert found == [("ada", 1001), ("ben", 950), ("eve", 951), ("zoe", 10), ("dan", None)]
    assert [area.user.name for area, _ in areas.with_last_scan(least=Level.WARNING)] == ["ada", "ben", "eve"]
    assert [area.user.name for area, _ in areas.with_last_scan(count=2)] == ["ada", "ben"]
    assert areas.levels() == {Level.OVER: 1, Level.WARNING: 2, Level.OK: 1, None: 1}
    assert list(areas.levels()) == [Level.OVER, Level.WARNING, Level.OK, None]


def test_the_level_follows_the_last_scan(facility, now):
    area = new_area("ada", now)
    sizes = [
        (1001, Level.OVER),
        (10, Level.OVER),
        (10, Level.OK),
        (850, Level.NOTICE),
    ]  # a drop is seen twice
    for day, (size, level) in enumerate(sizes):
        facility.scan(area, size, now + timedelta(days=day))
        assert AreaRow.get().level == level


def test_the_worst_are_found_by_index(store, now):
    rows: list[dict[str, Any]] = [
        {"user": 1, "subject": number + 2, "volume": "vol1", "directory": f"{number:05}",
         "path": f"/{number:05}", "hard_quota": 1, "temporal_quota": 1,
         "added_at": now, "last_attempt": now, "level": number % 4}
        for number in range(3000)
    ]  # fmt: skip
    new_area("ada", now)
    for some in chunked(rows, AreaRow.at_once()):
        about = [{"user": 1, "kind": "area", "key": row["path"], "place": "vol1"} for row in some]
        SubjectRow.insert_many(about).execute()
        AreaRow.insert_many(some).execute()
    db.execute_sql("ANALYZE")
    asked: list[str] = []
    execute = db.obj.execute_sql

    def explaining(sql: str, params: Any = None) -> Any:
        how = "EXPLAIN QUERY PLAN" if database.is_sqlite() else "EXPLAIN"
        asked.append("\n".join(str(row[-1]) for row in execute(f"{how} {sql}", params)))
        return execute(sql, params)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db.obj, "execute_sql", explaining)
        assert len(list(areas.with_last_scan(count=50))) == 50
    assert "area_by_level" in asked[0]
    assert "Seq Scan on area" not in asked[0]
    assert "SCAN t1" not in asked[0]
