"""A capture is loaded once, whole or not at all, whoever dies and whatever else is wrong."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from acceptance.processes import until
from facility import break_inserts, install_plugin, repair_inserts, together

from reports import wrstat
from reports.conftest import Site
from reports.wrstat import Entry
from xfc_notify.domain import OPERATORS, Group, Level
from xfc_notify.errors import WrongInput
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people import groups, limits
from xfc_notify.people.tables import UserRow
from xfc_notify.reports import history, loads, views
from xfc_notify.reports.cells import Read
from xfc_notify.reports.course import standing_views
from xfc_notify.reports.errors import BadData, NoRoom
from xfc_notify.reports.load import carry_out, clean, loaded_file
from xfc_notify.reports.states import LoadState
from xfc_notify.reports.summary import Summary
from xfc_notify.reports.tables import GroupStandingRow, GroupUsageRow, LoadRow, UserUsageRow
from xfc_notify.store import lease

DAY = timedelta(days=1)


def tree(size: int = 1000, volume: str = "one") -> list[Entry]:
    folder = f"/v/{volume}/lab".encode()
    return [
        Entry(folder, 4096, gid=4_000_000_001, type="d"),
        Entry(folder + b"/x/a.bam", size, gid=4_000_000_001, mtime=1_700_000_000),
        Entry(folder + b"/b.txt", 10, uid=20002, gid=4_000_000_001, mtime=1_600_000_000),
    ]


def shown() -> list[tuple[str, str | None, int, int]]:
    return [(view.volume, view.base, view.bytes, view.files) for view in views.group_views()]


def test_what_was_loaded_is_shown_with_its_time_and_a_second_run_loads_nothing(site: Site) -> None:
    site.capture("one", tree(), site.now - DAY)
    site.capture("two", tree(5, "two"), site.now)
    assert site.load() == 2
    assert shown() == [("one", "/v/one/lab", 5106, 2), ("two", "/v/two/lab", 4111, 2)]
    first = next(views.group_views())
    assert (first.as_of, first.quota, first.level, first.group) == (
        site.now - DAY,
        None,
        Level.OK,
        "4000000001",
    )
    assert first.last_modified == datetime.fromtimestamp(1_700_000_000, UTC)
    assert first.age_days == round((first.as_of.timestamp() - 1_700_000_000) / 86400, 1)
    assert site.load() == 0
    assert LoadRow.select().count() == 2


def test_a_newer_capture_takes_the_place_of_the_last_one_and_that_becomes_history(site: Site) -> None:
    site.capture("one", tree(1000), site.now - DAY)
    site.capture("two", tree(5, "two"), site.now - 9 * DAY)
    site.load()
    site.capture("one", tree(3000), site.now)
    assert site.load() == 1
    assert shown() == [("one", "/v/one/lab", 7106, 2), ("two", "/v/two/lab", 4111, 2)]
    course = standing_views(4_000_000_001, "one")
    assert [(point.as_of, point.bytes, point.bases) for point in course] == [
        (site.now, 7106, {"/v/one/lab": 7106}),
        (site.now - DAY, 5106, {"/v/one/lab": 5106}),
    ]
    assert standing_views(4_000_000_001, "two")[0].as_of == site.now - 9 * DAY


def test_a_capture_that_comes_late_becomes_history_and_changes_nothing_that_is_newer(site: Site) -> None:
    site.capture("one", tree(1), site.now - 3 * DAY)
    site.load()
    site.capture("one", tree(1000), site.now)
    site.load()
    site.capture("one", tree(500), site.now - DAY)
    assert site.load() == 1
    assert shown() == [("one", "/v/one/lab", 5106, 2)]
    assert [point.bytes for point in standing_views(4_000_000_001)] == [5106, 4606, 4107]


def test_bad_data_leave_the_old_ones_and_other_volumes_go_on(site: Site) -> None:
    site.capture("one", tree(1000), site.now - DAY)
    site.load()
    bad = site.capture("one", [], site.now, wrstat.lines(tree(7)) + b"nonsense\n")
    site.capture("two", tree(5, "two"), site.now)
    site.owe()
    outcome: list[Any] = []
    for row in loads.claim(site.now):
        try:
            outcome.append(carry_out(row.id, site.service, lambda: site.now, lambda _: None))
        except BadData as error:
            outcome.append(error.what)
    assert sorted(outcome, key=str) == [
        f"{bad}, line 4: is written in another form than the first line",
        True,
    ]
    assert shown() == [("one", "/v/one/lab", 5106, 2), ("two", "/v/two/lab", 4111, 2)]
    assert site.load() == 0, "it is not tried again as long as it does not change"
    assert [row.failure for row in LoadRow.select().where(LoadRow.state == LoadState.FAILED)] == [
        f"{bad}, line 4: is written in another form than the first line"
    ]
    site.capture("one", tree(2000), site.now)
    assert site.load() == 1
    assert shown()[0] == ("one", "/v/one/lab", 6106, 2)


def test_a_failure_in_the_middle_of_taking_leaves_all_as_it_was(site: Site) -> None:
    site.capture("one", tree(1000), site.now - DAY)
    site.load()
    before = shown(), loaded_file(site.facility.settings, "one").read_bytes()
    site.capture("one", tree(3000), site.now)
    break_inserts("group_standing")
    with pytest.raises(Exception, match="broken"):
        site.load()
    assert (shown(), loaded_file(site.facility.settings, "one").read_bytes()) == before
    repair_inserts("group_standing")
    later = replace(site, now=site.now + loads.IN_HAND)
    assert later.load() == 1
    assert shown() == [("one", "/v/one/lab", 7106, 2)]
    assert GroupStandingRow.select().count() == 2


def test_what_somebody_has_in_hand_is_left_to_them_until_they_are_silent(site: Site) -> None:
    site.capture("one", tree(), site.now)
    site.owe()
    (row,) = loads.claim(site.now)
    assert loads.claim(site.now) == []
    begun = loads.begin(row.id, site.now)
    assert begun is not None
    assert loads.begin(row.id, site.now + loads.IN_HAND / 2) is None
    loads.renew(begun, site.now + loads.IN_HAND / 2)
    assert loads.claim(site.now + loads.IN_HAND) == []
    after = site.now + 2 * loads.IN_HAND
    assert [again.id for again in loads.claim(after)] == [row.id]
    assert loads.begin(row.id, after) is not None


def test_a_load_is_held_while_the_quotas_are_asked_for_though_that_takes_longer_than_its_lease(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lfs = tmp_path / "bin" / "lfs"
    lfs.parent.mkdir()
    lfs.write_text(
        f"#!/bin/sh\ntouch {tmp_path}/asked\nwhile [ ! -e {tmp_path}/enough ]; do sleep 0.1; done\n"
    )
    lfs.chmod(0o755)
    monkeypatch.setenv("PATH", f"{lfs.parent}:/bin:/usr/bin")
    monkeypatch.setattr(lease, "EVERY", 0.1)
    asks = {"data": "data", "lfs_seconds": 60, "volumes": [{"name": "one", "mount": "/v/one", "lfs": True}]}
    site.facility = type(site.facility).at(site.folder, reports=asks)
    site.capture("one", tree(), site.now)
    site.owe()
    (row,) = loads.claim(site.now)
    passed = timedelta()

    def look() -> bool:
        nonlocal passed
        until((tmp_path / "asked").exists, "the question for the quota")
        passed += loads.IN_HAND
        until(lambda: LoadRow.get().lease_until == site.now + 2 * loads.IN_HAND, "the renewed lease")
        assert loads.claim(site.now + passed) == []
        clean(site.facility.settings, site.now + passed)
        (tmp_path / "enough").touch()
        return False

    def begin_again() -> bool:
        return carry_out(row.id, site.service, lambda: site.now + passed, lambda _: None)

    assert together([begin_again, look]) == [True, False]
    assert shown() == [("one", "/v/one/lab", 5106, 2)]


def test_who_has_lost_a_load_to_another_changes_nothing(site: Site) -> None:
    site.capture("one", tree(), site.now)
    site.owe()
    (row,) = loads.claim(site.now)
    first = loads.begin(row.id, site.now)
    second = loads.begin(row.id, site.now + loads.IN_HAND)
    assert first is not None
    assert second is not None
    before = LoadRow.get()
    loads.renew(first, site.now + DAY)
    loads.fail(first, "wrong", site.now)
    assert not loads.store(first, Read(), Summary(False, (), (), (), ()), (), {}, 1.0, site.now)
    after = LoadRow.get()
    assert (after.state, after.lease_until, after.attempts) == (before.state, before.lease_until, 2)
    loads.fail(second, "wrong", site.now)
    assert LoadRow.get().state == LoadState.FAILED


def test_what_kills_everybody_is_given_up(site: Site) -> None:
    site.capture("one", tree(), site.now)
    site.owe()
    now = site.now
    for _ in range(loads.MOST_TRIES):
        (row,) = loads.claim(now)
        assert loads.begin(row.id, now) is not None
        now += loads.IN_HAND
    assert loads.claim(now) == []
    assert LoadRow.get().state == LoadState.FAILED


def test_two_that_load_the_same_count_it_once(site: Site) -> None:
    site.capture("one", tree(), site.now)
    site.owe()
    (row,) = loads.claim(site.now)
    assert loads.begin(row.id, site.now) is not None
    site_later = site.now + 2 * loads.IN_HAND

    def load_it() -> bool:
        return carry_out(row.id, site.service, lambda: site_later, lambda _: None)

    assert sorted(together([load_it, load_it])) == [False, True]
    assert (
        GroupUsageRow.select().count(),
        UserUsageRow.select().count(),
        history.of_group(4_000_000_001)[0].bytes,
    ) == (
        1,
        2,
        5106,
    )


def test_a_file_that_changed_since_it_was_found_is_not_loaded_as_the_old_one(site: Site) -> None:
    site.capture("one", tree(1), site.now)
    site.owe()
    (row,) = loads.claim(site.now)
    site.capture("one", tree(2_000_000), site.now, wrstat.lines(tree(2)) * 3)
    with pytest.raises(BadData, match="is gone, or has changed"):
        carry_out(row.id, site.service, lambda: site.now, lambda _: None)
    assert site.load() == 1


def test_what_died_leaves_no_folder_behind(site: Site) -> None:
    work = site.folder / "reports" / "loaded" / ".work" / "dead"
    work.mkdir(parents=True)
    (work / "cells.parquet").write_bytes(b"half")
    clean(site.facility.settings, site.now)
    assert not work.exists()


def test_quotas_come_from_a_file_and_an_operator_counts_more(site: Site, tmp_path: Path) -> None:
    (tmp_path / "quotas.csv").write_text("4000000001,/v,5200,3\n")
    reports = site.reports.model_copy(update={"quotas": tmp_path / "quotas.csv"})
    site.facility.settings = site.facility.settings.model_copy(update={"reports": reports})
    site.capture("one", tree(1000), site.now - DAY)
    site.load()
    (view,) = views.group_views()
    assert (view.quota, view.level) == (5200, Level.WARNING)
    (point,) = standing_views(4_000_000_001)
    assert (point.quota_files, point.quota_source) == (3, "file quotas.csv")
    limits.set_limit(groups.named("4000000001"), "one", 5000, site.now)
    site.capture("one", tree(1000), site.now)
    site.load()
    (view,) = views.group_views()
    assert (view.quota, view.level) == (5000, Level.OVER)


def test_a_pseudo_group_has_its_name_and_head_and_may_not_be_called_like_a_real_one(site: Site) -> None:
    lab = {"prefix": "/v/one/lab/x", "gid": -7, "name": "x-project", "head": "ada"}
    site.facility = type(site.facility).at(
        site.folder,
        reports={"data": "data", "volumes": [{"name": "one", "mount": "/v/one"}], "pseudo_groups": [lab]},
    )
    site.capture("one", tree(1000), site.now)
    site.load()
    found = {view.group: (view.gid, view.head, view.bytes) for view in views.group_views()}
    assert found == {"x-project": (-7, "ada", 1000), "4000000001": (4_000_000_001, "", 4106)}
    site.facility = type(site.facility).at(
        site.folder,
        reports={
            "data": "data",
            "volumes": [{"name": "one", "mount": "/v/one"}],
            "pseudo_groups": [lab | {"name": "root"}],
        },
    )
    site.capture("one", tree(2000), site.now + DAY)
    with pytest.raises(WrongInput, match="there is a real group of that name"):
        site.load()


def test_a_sum_beyond_what_a_database_can_hold_is_shown_as_the_most_it_can(site: Site) -> None:
    huge = [Entry(b"/v/one/lab/%d" % number, 2**63 - 1, gid=5) for number in range(3)]
    site.capture("one", huge, site.now)
    site.load()
    assert [view.bytes for view in views.group_views()] == [2**63 - 1]


def test_nine_quadrillion_and_odd_bytes_stay_exact(site: Site) -> None:
    site.capture("one", [Entry(b"/v/one/lab/1", 2**53, gid=5), Entry(b"/v/one/lab/2", 1, gid=5)], site.now)
    site.load()
    (view,) = views.group_views()
    assert json.loads(json.dumps(view.bytes)) == 2**53 + 1 == history.of_group(5)[0].bytes


def test_a_group_that_shrinks_by_half_is_believed_the_second_time(site: Site) -> None:
    for count, shown_as in ((8, 8), (2, 8), (2, 2)):
        groups.put(Group(7, "lab", "ada", members=tuple(f"m{n}" for n in range(count))), site.now)
        row = groups.named("lab")
        assert (len(groups.members(row)), row.complete) == (shown_as, shown_as == count)


def test_the_head_stays_where_nobody_could_tell_one(site: Site) -> None:
    heads = []
    for found in (Group(7, "lab", "ada"), Group(7, "lab", tells_head=False), Group(7, "lab")):
        groups.put(found, site.now)
        heads.append(groups.head_of(groups.named("lab")))
    assert heads == ["ada", "ada", ""]


def test_who_is_missing_where_not_all_could_be_told_is_still_a_member(site: Site) -> None:
    groups.put(Group(7, "lab", members=("ben", "cleo", "dan")), site.now)
    groups.put(Group(7, "lab", members=("dan", "eve"), complete=False), site.now)
    row = groups.named("lab")
    assert (groups.members(row), row.complete) == (["ben", "cleo", "dan", "eve"], False)
    groups.put(Group(7, "lab", members=("dan", "eve")), site.now)
    assert groups.members(groups.named("lab")) == ["dan", "eve"]


LDAP = """
from pathlib import Path
from xfc_notify import Group, hookimpl

@hookimpl
def find_group(group):
    if group == 4_000_000_001:
        return Group(group, "lab", "ada", members=tuple(Path({file!r}).read_text().split()))
"""


def test_operators_hear_once_of_a_group_that_has_lost_most_of_its_members(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "members.txt"
    install_plugin(tmp_path, monkeypatch, "directory", LDAP.format(file=str(file)))
    one = {"data": "data", "volumes": [{"name": "one", "mount": "/v/one"}]}
    site.facility = type(site.facility).at(site.folder, reports=one)
    told = []
    for number, names in enumerate(["a b c d e", "a", "a", "a"]):
        file.write_text(names)
        site.now += groups.AGAIN
        site.capture("one", tree(1000 + number), site.now)
        assert site.load() == 1
        about = MessageRow.select().join(UserRow).where(UserRow.name == OPERATORS)
        told.append(len([row for row in about if "members are gone of 1 group" in row.subject]))
    assert told == [0, 1, 1, 1]
    assert groups.members(groups.named("lab")) == ["a"]
    assert "lab" in about[0].text


def test_a_group_cannot_lie_above_itself(site: Site) -> None:
    for gid in (7, 8):
        groups.put(Group(gid, f"lab{gid}"), site.now)
    groups.change(groups.named("lab7"), groups.Change(parent="lab8", head="ben"))
    with pytest.raises(WrongInput, match="above itself"):
        groups.change(groups.named("lab8"), groups.Change(parent="7"))
    assert groups.group(groups.named("lab7")).parent == 8
    assert [row.name for row in groups.headed_by("ben")] == ["lab7"]


def test_a_head_answers_for_the_groups_below_that_have_no_head(site: Site) -> None:
    above = {1: None, 2: 1, 3: 2, 4: 1, 5: 4, 6: 6}
    heads = {1: "eve", 4: "ada"}
    for gid, parent in above.items():
        groups.put(Group(gid, f"lab{gid}", heads.get(gid, ""), parent=parent), site.now)
    groups.change(groups.named("lab3"), groups.Change(parent="lab2"))
    assert [row.gid for row in groups.headed_by("eve")] == [1, 2, 3]
    assert [row.gid for row in groups.headed_by("ada")] == [4, 5]
    assert groups.headed_by("") == []
    everybody = {gid: groups.answers_for(row) for gid, row in groups.by_gid(above).items()}
    assert everybody == {1: "eve", 2: "eve", 3: "eve", 4: "ada", 5: "ada", 6: ""}
    assert [groups.heads_any(name) for name in ("eve", "ada", "ben", "")] == [True, True, False, False]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of 100 KB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"UNTESTED: mounting is not allowed here: {mounted.stderr!r}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_case_25_a_full_disk_is_one_line_that_names_the_folder_and_the_load_stays_owed(
    site: Site, small: Path
) -> None:
    reports = site.reports.model_copy(update={"out": small})
    site.facility.settings = site.facility.settings.model_copy(update={"reports": reports})
    site.capture("one", [Entry(b"/v/one/%d/f" % (n * 7919), n, gid=5) for n in range(20_000)], site.now)
    for _ in range(loads.MOST_TRIES + 2):  # tick after tick
        with pytest.raises(NoRoom, match=str(small)) as refused:
            site.load()
    assert refused.value.exit_code == 1
    assert "\n" not in refused.value.what
    assert list((small / "loaded" / ".work").iterdir()) == []
    assert list(views.group_views()) == []
    subprocess.run(["mount", "-o", "remount,size=50m", small], check=True)
    assert site.load() == 1
