"""No row per file: what the database holds does not grow with what the areas hold."""

from pathlib import Path

import pytest
from facility import Facility

from xfc_notify import components
from xfc_notify.areas import scans
from xfc_notify.areas.discover import discover
from xfc_notify.areas.scans import Choice
from xfc_notify.areas.tables import ScanRow
from xfc_notify.components import tables
from xfc_notify.queues.pipeline import utc_now
from xfc_notify.store import database, migrate
from xfc_notify.usage import Clock


@pytest.mark.parametrize("slice_seconds", [0, 60], ids=["in many slices", "in one slice"])
def test_ten_thousand_files_take_no_more_rows_than_ten(tmp_path, slice_seconds):
    area = tmp_path / "volume" / "alice"
    make_files(area, 10)
    few = after_a_scan(tmp_path, "few", slice_seconds)
    make_files(area, 10_000)
    many = after_a_scan(tmp_path, "many", slice_seconds)
    assert (few["files"], many["files"]) == (10, 10_000)
    assert many["rows"] == few["rows"]
    assert many["bytes"] < few["bytes"] + 50_000


def make_files(area: Path, count: int) -> None:
    """Have `count` files in an area, a hundred to a directory."""
    for number in range(count):
        folder = area / "data" / str(number // 100)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.nc").touch()


def after_a_scan(folder: Path, name: str, slice_seconds: float) -> dict[str, int]:
    """Discover and scan the volume through the whole pipeline, with a database of its own; what that holds."""
    url = f"sqlite:///{folder}/{name}.db"
    volume = {"name": "vol1", "path": str(folder / "volume")}
    facility = Facility.at(
        folder, live=False, database={"url": url}, volumes=[volume], scan={"slice_seconds": slice_seconds}
    )
    database.prepare(url)
    with database.connected():
        migrate.upgrade()
        discover(facility.service, (), utc_now())
        assert scans.open_scans(Choice(), None, Clock.ARRIVAL, utc_now()) == 1
        pipeline = components.pipeline(facility.settings)
        pipeline.send_what_is_owed()
        pipeline.work_here(lambda: None)
        scan = ScanRow.get()
        assert scan.state == "whole"
        rows = sum(model.select().count() for model in tables())
        database.db.execute_sql("VACUUM")
        database.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return {"files": scan.files, "rows": rows, "bytes": (folder / f"{name}.db").stat().st_size}
