"""However many things there are, no statement has more values than a database takes: in the tests, SQLite takes 999."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from datasets.conftest import Site
from datasets.workers import Workers
from facility import Facility
from peewee import OperationalError, SqliteDatabase, chunked

from xfc_notify.areas import areas, orders, scans
from xfc_notify.areas.discover import discover
from xfc_notify.areas.scans import Choice
from xfc_notify.areas.tables import AreaRow, ScanRow, SliceRow
from xfc_notify.datasets import orders as transfers
from xfc_notify.datasets.states import Command, DatasetState, FileState
from xfc_notify.datasets.tables import DatasetRow, FileRow, JournalRow
from xfc_notify.datasets.visible import visible
from xfc_notify.domain import Exemption, Group, Person
from xfc_notify.lifecycle import lives, stuck
from xfc_notify.lifecycle import subjects as heard
from xfc_notify.lifecycle import visible as expiring
from xfc_notify.lifecycle.life import Life, Notice
from xfc_notify.lifecycle.states import Decision, Phase
from xfc_notify.notify import episode_rows, exemption_rows
from xfc_notify.people import groups, users
from xfc_notify.people.tables import GroupRow, MembershipRow, SubjectRow, UserRow
from xfc_notify.reports import latest, loads
from xfc_notify.reports.choice import Choice as Reported
from xfc_notify.reports.choice import chosen
from xfc_notify.reports.find import Capture
from xfc_notify.reports.latest import Wanted
from xfc_notify.reports.stream import Identity
from xfc_notify.reports.tables import GroupUsageRow, LoadRow
from xfc_notify.store.database import db
from xfc_notify.usage import Clock

MANY = 1100
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def test_in_tests_sqlite_refuses_what_has_more_values() -> None:
    with (
        SqliteDatabase(":memory:") as opened,
        pytest.raises(OperationalError, match="too many SQL variables"),
    ):
        opened.execute_sql(f"SELECT 1 IN ({', '.join('?' * 1000)})", range(1000))


def test_a_dataset_of_many_files_goes_every_way(store: str, tmp_path: Path) -> None:
    site = Site.at(tmp_path)
    contents = {f"{n // 100}/{n}.dat": str(n).encode() for n in range(MANY)}
    uid = site.registered("exp", contents)
    shutil.copytree(tmp_path / "one/exp", tmp_path / "two/exp")
    taken = site.catalog.copy(uid, "two:", dry_run=True)
    assert (taken.files, taken.taken_over) == (MANY, MANY)
    assert site.catalog.copy(uid, "two:").taken_over == MANY
    twin = site.catalog.register("tree", "two:", "exp").uid
    assert site.catalog.remove(uid, "two:", dry_run=True).shared == MANY
    assert site.catalog.remove(uid, "two:").shared == MANY
    assert len(site.tree("two")) == MANY

    site.catalog.copy(uid, "three:kept")
    for name in contents:
        (tmp_path / "three/kept/exp" / name).write_bytes(b"!")
    assert len(site.catalog.verify(uid, "three:kept")[0].wrong) == MANY
    (repaired,) = site.catalog.repair(uid)
    assert (repaired.state, repaired.files) == ("good", MANY)

    site.catalog.shift_root(uid, 1)
    site.catalog.rebuild(uid, "one:exp")
    site.catalog.move(uid, "three:kept/exp", "three:moved")
    assert all(copy.files == MANY for copy in site.catalog.show(uid).replicas)
    ordered = site.catalog.order("copy", uid, new_root="two:again")
    Workers(site).work()
    assert site.catalog.command(ordered.id).success is True
    assert len(site.catalog.files(uid)) == 3 * MANY
    site.catalog.remove(twin, "two:", force_last=True)
    assert FileRow.select().where(FileRow.state != FileState.GOOD).count() == 0


def test_a_tar_of_many_files_is_packed_and_comes_back(store: str, tmp_path: Path) -> None:
    kinds = {"one": "disk", "two": "disk", "three": "archive"}
    stores = [{"name": name, "url": (tmp_path / name).as_uri(), "kind": kind} for name, kind in kinds.items()]
    site = Site.at(tmp_path, stores=stores)
    uid = site.registered("exp", {f"{n}.dat": str(n).encode() for n in range(MANY)})
    before = site.tree("one")
    site.catalog.archive(uid, "three:")
    assert site.catalog.verify(uid)[0].state == "good"
    site.catalog.activate(uid)
    assert site.tree("one") == before
    site.catalog.remove(uid, "three:")


def datasets(count: int, now: datetime, **values: Any) -> list[str]:
    """Rows of so many datasets, d0000 …"""
    plain = {"spec": "tree", "arguments": {}, "points": {}, "document": {}, "description": "", "originator": "",
             "metadata": "", "state": DatasetState.KEPT, "registered_at": now, "owner": "ada", "group": ""}  # fmt: skip
    rows = [{**plain, "uid": f"d{n:04}", "path": f"exp/{n}", **values} for n in range(count)]
    for some in chunked(rows, DatasetRow.at_once()):
        DatasetRow.insert_many(some).execute()
    return [str(row["uid"]) for row in rows]


def commands(uids: list[str], now: datetime, **values: Any) -> None:
    """A copy of each of these datasets that was ordered."""
    plain = {"command": Command.COPY, "arguments": {}, "ordered": True, "began_at": now, "step": "reading",
             "folders": [], "turn": 0, "lease_until": now, "outcome": ""}  # fmt: skip
    rows = [{**plain, "id": str(uuid4()), "dataset": uid, **values} for uid in uids]
    for some in chunked(rows, len(uids) // 50):
        JournalRow.insert_many(some).execute()


def test_many_commands_are_sent_and_given_back(store: str, now: datetime) -> None:
    commands([f"d{n}" for n in range(MANY)], now)
    begun, _ = transfers.claim(now)
    assert len(begun) == MANY
    assert transfers.claim(now) == ([], [])
    transfers.unclaim(begun, [], now)
    assert len(transfers.claim(now)[0]) == MANY


def test_a_person_who_heads_many_groups_sees_what_is_theirs(store: str, now: datetime) -> None:
    groups.put(Group(1, "top", "eve", "", None, ()), now)
    for n in range(MANY):
        groups.put(Group(1000 + n, f"g{n}", "", "", 1, ()), now)
    datasets(3, now, group=f"g{MANY - 1}")
    assert len(groups.headed_by("eve")) == MANY + 1
    found = DatasetRow.select().where(visible("eve"))
    assert [row.uid for row in found.order_by(DatasetRow.uid)] == ["d0000", "d0001", "d0002"]
    assert DatasetRow.select().where(visible("fay")).count() == 0
    gids = frozenset(row.gid for row in groups.headed_by("eve"))
    assert latest.latest_views(Wanted(gids=gids)) == []
    assert latest.volumes_of(gids) == []
    assert list(chosen(GroupUsageRow, Reported(None, gids))) == []


def test_many_members_come_and_go(store: str, now: datetime) -> None:
    for begin in (0, MANY // 2):
        names = tuple(f"u{n}" for n in range(begin, begin + MANY))
        groups.put(Group(1, "lab", "ada", "", None, names), now)
        assert groups.members(GroupRow.get()) == sorted(names)
    assert MembershipRow.select().count() == MANY


def test_many_lives_are_found_by_who_heard_of_them(store: str, tmp_path: Path, now: datetime) -> None:
    users.add_user(Person("ada", "Ada", "ada@example.org"), now)
    ada = users.user_named("ada")
    datasets(MANY, now)
    for row in DatasetRow.select():
        heard.put(row, ada)
        lives.begin(row, now)
    assert expiring.asked("ada", now) == []
    assert len(lives.those(DatasetRow.owner == "ada")) == MANY


def test_many_voters_are_asked_when_they_were_told(store: str, now: datetime) -> None:
    votes = {f"u{n}": 1 for n in range(MANY)}
    notice = Notice(Decision.REMOVE, now, now, 2, "lab", now, votes)
    assert heard.told_of(Life("d0", Phase.CLOSED, now, notice=notice)) == {}


def test_many_transfers_are_set_aside_in_one_message(store: str, tmp_path: Path, now: datetime) -> None:
    site = Site.at(tmp_path, service={"operators": "ops@example.org"})
    commands(datasets(MANY, now), now, ended_at=now, success=False, outcome="store full")
    assert stuck.set_aside(site.facility.service, now + 40 * DAY) == MANY
    assert stuck.set_aside(site.facility.service, now + 41 * DAY) == 0


def people(count: int, now: datetime) -> list[AreaRow]:
    """So many users, each with an area."""
    for n in range(count):
        users.add_user(Person(f"u{n:04}", "", None), now)
    new = [
        areas.NewArea(user, "vol1", user.name, f"/vol1/{user.name}", 10, 1e18) for user in UserRow.select()
    ]
    with db.atomic():
        areas.add(new, now)
    return list(AreaRow.select().order_by(AreaRow.id))


def test_many_areas_are_scanned_in_turn_or_at_once(store: str, now: datetime) -> None:
    known = people(MANY, now)
    assert len(areas.of_subjects(area.subject_id for area in known)) == MANY
    assert scans.open_scans(Choice(), None, Clock.ARRIVAL, now) == MANY
    scans.hasten([area.id for area in known], Clock.ARRIVAL, now)
    claimed = orders.claim_orders(now, budget=60, one_file_system=True)
    orders.settle(claimed, len(claimed), now)
    claimed += orders.claim_orders(now + MINUTE, budget=60, one_file_system=True)
    assert len({order.scan_id for order in claimed}) == MANY
    SliceRow.delete().execute()
    ScanRow.delete().execute()
    scans.hasten([area.id for area in known], Clock.ARRIVAL, now)
    stale = {area.subject_id: now + DAY for area in known}
    assert scans.open_stale(stale, Clock.ARRIVAL, now + DAY) == 0
    assert ScanRow.select().count() == MANY


def test_many_directories_become_areas_and_go_again(store: str, tmp_path: Path, now: datetime) -> None:
    folder = tmp_path / "vol1"
    for n in range(MANY):
        (folder / f"u{n:04}").mkdir(parents=True)
    place = Facility.at(tmp_path, volumes=[{"name": "vol1", "path": str(folder)}])
    assert len(discover(place.service, (), now).new_areas) == MANY
    UserRow.update(uid=None, email="old@example.org").execute()
    again = discover(place.service, (), now)
    assert (len(again.refreshed), again.known) == (MANY, MANY)
    assert UserRow.select().where(UserRow.email == "old@example.org").count() == 0
    for n in range(1, MANY):
        (folder / f"u{n:04}").rmdir()
    assert discover(place.service, (), now).gone == MANY - 1


def test_many_exemptions_end_at_once(store: str, now: datetime) -> None:
    for row in SubjectRow.select().where(SubjectRow.id.in_(people_subjects(now))):
        exemption_rows.grant(row, Exemption("quota_hard", now, "agreed"), now - DAY)
    ended = exemption_rows.ended(now)
    assert len(ended) == MANY
    exemption_rows.end(ended, now - MINUTE)
    exemption_rows.close(ended)
    assert exemption_rows.ended(now) == []
    assert episode_rows.of(users.user_named("u0000"), range(MANY)) == []


def people_subjects(now: datetime) -> Any:
    people(MANY, now)
    return AreaRow.select(AreaRow.subject)


def test_many_captures_are_loaded(store: str, now: datetime) -> None:
    owed = [Capture("vol1", Path("x"), Identity(f"{n}", n, n), now) for n in range(MANY)]
    assert loads.owe(owed, now) == MANY
    claimed = loads.claim(now)
    assert len(claimed) == MANY
    loads.unclaim([row.id for row in claimed])
    assert len(loads.claim(now)) == MANY
    LoadRow.update(attempts=100, lease_until=None).execute()
    assert loads.claim(now) == []
    assert LoadRow.select().where(LoadRow.state == "failed").count() == MANY
