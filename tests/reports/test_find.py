"""The newest data of each volume, by the names of old and new versions of wrstat."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from xfc_notify.errors import WrongInput
from xfc_notify.reports.find import Capture, captures, wanted
from xfc_notify.reports.settings import Reports, ReportVolume

NOW = datetime(2021, 6, 20, 12, tzinfo=UTC)
FLAT = "{}_foo.clkdnfnd992nfksj1lld.c35m8359bnc8ni7dgphg.stats.gz"


def a_file(file: Path, when: datetime) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"x")
    for path in (file, file.parent):
        os.utime(path, (when.timestamp(), when.timestamp()))


def found(folder: Path, *mounts: str) -> list[Capture]:
    volumes = tuple(
        ReportVolume(name=str(place), mount=mount) for place, mount in enumerate(mounts or ("/mnt/foo",))
    )
    return captures(volumes[0], Reports.model_validate({"data": str(folder), "volumes": volumes}), NOW)


def test_folders_of_new_versions_are_found_by_the_whole_mount(tmp_path: Path) -> None:
    when = NOW - timedelta(days=400)
    a_file(tmp_path / f"{when:%Y%m%d-%H%M%S}_／mnt／foo" / "stats.gz", when - timedelta(hours=2))
    a_file(tmp_path / "20210619-200000_／mnt／foobar" / "stats.gz", NOW)
    a_file(tmp_path / ".20210619-200000_／mnt／foo" / "stats.gz", NOW)
    a_file(tmp_path / "20210619-200000_／mnt／foo" / "logs.gz", NOW)
    (capture,) = found(tmp_path)
    assert capture.as_of == when - timedelta(hours=2)
    assert capture.file.name == "stats.gz"


def test_old_names_are_looked_at_for_ten_days(tmp_path: Path) -> None:
    for days in (0, 9, 10):
        when = NOW - timedelta(days=days)
        a_file(tmp_path / FLAT.format(f"{when:%Y%m%d}"), when)
    assert [capture.as_of for capture in found(tmp_path)] == [NOW - timedelta(days=9), NOW]


def test_of_several_of_a_day_the_newest_is_wanted(tmp_path: Path) -> None:
    a_file(tmp_path / "20210620_foo.a.b.stats.gz", NOW - timedelta(hours=3))
    a_file(tmp_path / "20210620_foo.z.a.stats.gz", NOW - timedelta(hours=5))
    both = found(tmp_path)
    assert [capture.identity.name for capture in wanted(both, [])] == ["20210620_foo.a.b.stats.gz"]


def test_what_came_late_is_wanted_too_but_nothing_from_before_the_first_load(tmp_path: Path) -> None:
    for days in (5, 4, 3, 0):
        when = NOW - timedelta(days=days)
        a_file(tmp_path / FLAT.format(f"{when:%Y%m%d}"), when)
    four = found(tmp_path)
    assert wanted(four, []) == four[-1:]
    assert wanted(four, [four[1].identity]) == four[2:]
    assert wanted(four, [capture.identity for capture in four[1:]]) == []


def test_a_copy_that_lost_the_time_falls_back_on_the_name(tmp_path: Path) -> None:
    a_file(tmp_path / "20210101-000000_／mnt／foo" / "stats.gz", NOW)
    assert found(tmp_path)[0].as_of == datetime(2021, 1, 1, tzinfo=UTC)


def test_two_volumes_of_one_name_are_told_apart_or_refused(tmp_path: Path) -> None:
    a_file(tmp_path / "20210619-200000_／mnt／foo" / "stats.gz", NOW)
    assert len(found(tmp_path, "/mnt/foo", "/other/foo")) == 1
    a_file(tmp_path / FLAT.format("20210620"), NOW)
    with pytest.raises(WrongInput, match=r"0: the files of /other/foo have the same names"):
        found(tmp_path, "/mnt/foo", "/other/foo")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="nowhere: No such file"):
        found(tmp_path / "nowhere")
