"""W7: the quota file as Open OnDemand's dashboard reads it (cases 32 and 33), and lines for login messages."""

import json
import logging
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from facility import Facility, new_area

from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.notify.quota_file import write_files

KEYS = ("user", "path", "total_block_usage", "block_limit", "total_file_usage", "file_limit")
DAY = timedelta(days=1)


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    around = {"quota_file": str(tmp_path / "quota.json"), "login_lines": str(tmp_path / "login")}
    return Facility.at(tmp_path, around=around)


def written(folder: Path) -> dict[str, dict[str, object]]:
    """What the dashboard takes from the file: a missing or null key, or a user who is no text, would hide the entry."""
    data = json.loads((folder / "quota.json").read_text())
    assert data["version"] == 1
    for entry in data["quotas"]:
        assert all(entry[key] is not None for key in KEYS)
        assert type(entry["user"]) is str
        assert all(type(entry[key]) is int for key in (*KEYS[2:], "timestamp"))
    return {entry["user"]: entry for entry in data["quotas"]}


def test_the_dashboard_gets_whole_blocks_and_the_time_of_measuring(facility, now, tmp_path):
    facility.scan(new_area("1234", now), 950, now)
    facility.scan(new_area("full", now), 1001, now - 9 * DAY)
    AreaRow.update(hard_quota=3 * 1024).where(AreaRow.path == "/vol1/full").execute()
    new_area("never", now)
    write_files(facility.service, now)
    found = written(tmp_path)
    assert found.keys() == {"1234", "full"}
    assert found["1234"]["block_limit"] == 1  # 1,000 bytes are a limit, and 0 would be none
    assert (found["1234"]["total_block_usage"], found["1234"]["total_file_usage"]) == (1, 1)
    assert found["full"]["block_limit"] == 3
    assert found["full"]["timestamp"] == int((now - 9 * DAY).timestamp())


def test_login_lines_tell_who_is_close_and_what_is_old(facility, now, tmp_path):
    facility.scan(new_area("fine", now), 100, now)
    facility.scan(new_area("close", now), 950, now)
    facility.scan(new_area("over", now), 1001, now - 9 * DAY)
    write_files(facility.service, now)
    lines = dict(line.split("\t") for line in (tmp_path / "login").read_text().splitlines())
    assert lines == {
        "over": "/vol1/over: over: 1 kB of 1 kB used (101 %), measured old: 2026-02-21 08:00 UTC",
        "close": "/vol1/close: warning: 950 B of 1 kB used (95 %), measured 2026-03-02 08:00 UTC",
    }


def test_what_counts_is_what_the_hard_quota_counts(store, tmp_path, now):
    around = {"quota_file": str(tmp_path / "quota.json"), "login_lines": str(tmp_path / "login")}
    facility = Facility.at(tmp_path, around=around, limits={"counts": "allocated"})
    facility.scan(new_area("sparse", now), 950, now)
    ScanRow.update(allocated=4096).execute()
    AreaRow.update(hard_quota=4200).execute()
    write_files(facility.service, now)
    assert written(tmp_path)["sparse"]["total_block_usage"] == 4
    assert (
        (tmp_path / "login")
        .read_text()
        .startswith("sparse\t/vol1/sparse: warning: 4.1 kB of 4.2 kB used (98 %)")
    )


def test_whoever_reads_meanwhile_sees_a_whole_file(facility, now, tmp_path):
    for number in range(30):
        facility.scan(new_area(f"user{number}", now), 100, now)
    write_files(facility.service, now)
    stop, whole, broken = threading.Event(), [], []

    def read() -> None:
        while not stop.is_set():
            try:
                assert len(written(tmp_path)) == 30
                whole.append(True)
            except (ValueError, AssertionError, OSError) as error:
                broken.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    while len(whole) < 20 and not broken:
        write_files(facility.service, now)
    stop.set()
    reader.join()
    assert broken == []
    assert not list(tmp_path.glob(".quota*"))


def test_a_file_that_cannot_be_written_is_one_line_in_the_log(store, tmp_path, now, caplog):
    facility = Facility.at(tmp_path, around={"quota_file": str(tmp_path / "none" / "quota.json")})
    with caplog.at_level(logging.ERROR):
        write_files(facility.service, now)
    assert "cannot be written: No such file or directory" in caplog.text
