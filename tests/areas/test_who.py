"""An area is volume, directory and owner: what moves is not doubled, and who comes after somebody inherits nothing."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from facility import QUOTA, Facility, claim, install_plugin, measured

from xfc_notify.areas import orders, places, scans, upkeep
from xfc_notify.areas.areas import areas_of
from xfc_notify.areas.discover import Discovery, discover
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.domain import Volume
from xfc_notify.errors import WrongInput
from xfc_notify.notify import exemption_rows, reply_rows
from xfc_notify.notify.tables import EpisodeRow, ExemptionRow
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people import users
from xfc_notify.people.settings import People
from xfc_notify.people.tables import EventRow, SubjectRow, UserRow
from xfc_notify.scan.slice import measure

DAY = timedelta(days=1)
OLD, NEW = 1001, 1002

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="directories of others need root")


@pytest.fixture
def vol1(tmp_path: Path) -> Path:
    (tmp_path / "vol1").mkdir()
    return tmp_path / "vol1"


def directory(volume: Path, name: str, uid: int) -> Path:
    made = volume / name
    made.mkdir(exist_ok=True)
    os.chown(made, uid, -1)
    return made


def facility(folder: Path, *volumes: Path, **tables: Any) -> Facility:
    table = [{"name": path.name, "path": str(path)} for path in volumes]
    people = {"email": "{username}@example.org"}
    limits = {"hard_quota": QUOTA, "temporal_quota": "1000 PB days"}
    people |= tables.pop("people", {"min_uid": 1000})
    return Facility.at(folder, volumes=table, people=people, limits=limits, **tables)


def look(at: Facility, now, **how: Any) -> Discovery:
    return discover(at.service, (), now, **how)


def scan(at: Facility, path: Path, size: int, now) -> None:
    area = upkeep.area_at(str(path))
    scans.open_scans(scans.Choice((area.user.name,), area.volume), None, at.settings.scan.clock, now)
    (order,) = [order for order in claim(now) if order.root == bytes(path)]
    assert at.record(measured(order, size), now)


def lived_in(at: Facility, path: Path, now) -> AreaRow:
    """An area with all that its user may have: limits, a scan, an episode, an exemption, answers, preferences."""
    scan(at, path, 2 * QUOTA, now)
    area = upkeep.area_at(str(path))
    AreaRow.update(hard_quota=7, temporal_quota=8).where(AreaRow.id == area.id).execute()
    users.change(area.user, chat="json://chat.example.org/secret", notify=False)
    users.prefer(area.user, digest="weekly", timezone="Asia/Tokyo", language="de", now=now)
    reply_rows.mute(area.user, "growth", now)
    ExemptionRow.create(
        subject=area.subject_id, policy="quota_hard", until=now + DAY, reason="x", granted_at=now
    )
    return upkeep.area_at(str(path))


# A volume that moves


def test_a_volume_that_moves_is_not_doubled_and_keeps_all_that_is_known(store, tmp_path, vol1, now):
    path = directory(vol1, "ada", OLD)
    at = facility(tmp_path, vol1)
    look(at, now)
    area = lived_in(at, path, now)
    moved = tmp_path / "elsewhere"
    vol1.rename(moved)
    at = Facility.at(tmp_path, volumes=[{"name": "vol1", "path": str(moved)}], people={"min_uid": 1000})
    assert look(at, now + DAY) == Discovery(known=1, without_address=["ada"], refreshed=["ada"])
    after = upkeep.area_at(str(moved / "ada"))
    assert (after.id, after.hard_quota, after.last_scan) == (area.id, 7, area.last_scan)
    assert AreaRow.select().count() == SubjectRow.select().where(SubjectRow.kind == "area").count() == 1
    assert SubjectRow.get(SubjectRow.kind == "area").key == str(moved / "ada")
    scans.open_scans(scans.Choice(), None, at.settings.scan.clock, now + DAY)
    assert [order.root for order in claim(now + DAY)] == [bytes(moved / "ada")]


def test_two_volumes_may_change_places(store, tmp_path, now):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        directory(folder, "ada", OLD)
    look(facility(tmp_path, one, two), now)
    before = {area.volume: area.id for area in AreaRow.select()}
    swapped = [Volume("one", bytes(two)), Volume("two", bytes(one))]
    assert places.follow_settings(swapped) == ["one", "two"]
    assert places.follow_settings(swapped) == []
    found = {area.volume: (area.id, area.path, area.subject.key) for area in AreaRow.select()}
    assert found == {
        "one": (before["one"], f"{two}/ada", f"{two}/ada"),
        "two": (before["two"], f"{one}/ada", f"{one}/ada"),
    }


def test_a_tick_lets_paths_follow_the_settings(store, tmp_path, vol1, now):
    from xfc_notify.areas.duties import DUTIES

    directory(vol1, "ada", OLD)
    look(facility(tmp_path, vol1), now)
    at = Facility.at(tmp_path, volumes=[{"name": "vol1", "path": str(tmp_path / "new")}])
    DUTIES[0].do(at.service, now)
    assert AreaRow.get().path == f"{tmp_path}/new/ada"


# Somebody else


def test_who_comes_after_somebody_of_the_same_name_inherits_nothing(store, tmp_path, vol1, now):
    path = directory(vol1, "ada", OLD)
    at = facility(tmp_path, vol1)
    look(at, now)
    old = lived_in(at, path, now)
    path.rmdir()
    directory(vol1, "ada", NEW)
    found = look(at, now + DAY)
    assert (found.new_users, found.new_areas, found.known) == (["ada"], [str(path)], 0)
    assert found.replaced == {str(path): f"{path}:1001"}
    new = upkeep.area_at(str(path))
    assert (new.user.name, new.user.uid, new.user.email) == ("ada", NEW, "ada@example.org")
    assert (new.user.chat, new.user.language, new.user.timezone, new.user.digest) == (None, None, None, "off")
    assert new.user.notify
    assert (new.hard_quota, new.last_scan, new.level) == (QUOTA, None, None)
    assert not reply_rows.muted_by(new.user)
    assert not exemption_rows.standing(now, new.user)
    assert not EpisodeRow.select().join(SubjectRow).where(SubjectRow.user == new.user).exists()
    former = upkeep.area_at(f"{path}:1001")
    assert (former.id, former.user.id, former.user.name) == (old.id, old.user.id, "ada:1001")
    assert (former.hard_quota, former.gone_at, former.user.language) == (7, now + DAY, "de")
    assert former.user.email is None  # it was that of the account, which is another's now
    assert look(at, now + 2 * DAY) == Discovery(known=1, gone=1)


def test_an_address_that_an_operator_typed_stays_with_the_former_person(store, tmp_path, vol1, now):
    path = directory(vol1, "ada", OLD)
    at = facility(tmp_path, vol1)
    look(at, now)
    users.change(users.user_named("ada"), email="ada@home.example", full_name="Ada the First")
    os.chown(path, NEW, -1)
    look(at, now)
    former, new = users.user_named("ada:1001"), users.user_named("ada")
    assert (former.email, former.full_name) == ("ada@home.example", "Ada the First")
    assert (new.email, new.full_name) == ("ada@example.org", "")


def test_who_comes_back_finds_all_as_it_was(store, tmp_path, vol1, now):
    path = directory(vol1, "ada", OLD)
    at = facility(tmp_path, vol1)
    look(at, now)
    old = lived_in(at, path, now)
    os.chown(path, NEW, -1)
    look(at, now)
    os.chown(path, OLD, -1)
    assert look(at, now).returned == [str(path)]
    back = upkeep.area_at(str(path))
    assert (back.id, back.user.id, back.user.name, back.hard_quota) == (old.id, old.user.id, "ada", 7)
    assert upkeep.area_at(f"{path}:1002").user.name == "ada:1002"
    assert (UserRow.select().count(), AreaRow.select().count()) == (2, 2)


def test_a_scanner_does_not_measure_what_is_somebody_elses_by_now(store, tmp_path, vol1, now):
    path = directory(vol1, "ada", OLD)
    at = facility(tmp_path, vol1)
    look(at, now)
    scans.open_scans(scans.Choice(), None, at.settings.scan.clock, now)
    (order,) = orders.claim_orders(now, 60, one_file_system=True)
    volumes = [table.volume() for table in at.settings.volumes]
    assert measure(order, volumes).failure is None
    os.chown(path, NEW, -1)
    assert measure(order, volumes).failure == (
        f"{path} belongs to uid 1002 now, not to 1001; xfc-notify discover sees whose it is"
    )


def test_two_of_one_name_at_the_same_time_are_told_apart(store, tmp_path, vol1, now):
    vol2 = tmp_path / "vol2"
    vol2.mkdir()
    directory(vol1, "ada", OLD)
    directory(vol2, "ada", NEW)
    found = look(facility(tmp_path, vol1, vol2), now)
    assert found.odd_owners == {f"{vol2}/ada": "belongs to uid 1002, but elsewhere ada is somebody else"}
    assert {(area.volume, area.user.name, area.user.uid) for area in AreaRow.select()} == {
        ("vol1", "ada", OLD),
        ("vol2", "ada:1002", NEW),
    }
    assert users.user_named("ada:1002").email is None


ACCOUNTS = """
from xfc_notify import Person, hookimpl

ACCOUNTS = {"ada": 1001, "ben": 1005, "www": 33}

@hookimpl
def find_person(username):
    if username in ACCOUNTS:
        return Person(username, username.capitalize(), f"{username}@directory.example", uid=ACCOUNTS[username])
"""


def test_a_directory_whose_owner_is_not_the_one_of_its_name_is_told_and_nobody_hears_of_it(
    store, tmp_path, vol1, now, monkeypatch
):
    install_plugin(tmp_path, monkeypatch, "accounts", ACCOUNTS)
    for name, uid in (("ada", 1005), ("ben", 0), ("www", 4000), ("software", 0)):
        directory(vol1, name, uid)
    at = facility(tmp_path, vol1)
    found = look(at, now)
    assert found.odd_owners == {
        f"{vol1}/ada": "belongs to uid 1005, but ada has the uid 1001",
        f"{vol1}/ben": "belongs to uid 0, but ben has the uid 1005",
    }
    assert found.refused == {
        f"{vol1}/www": "a system account: its uid 33 is below [people] min_uid = 1000",
        f"{vol1}/software": "belongs to uid 0, and no account is called software",
    }
    whose = {
        area.directory: (area.user.name, area.user.email, area.remark != "") for area in AreaRow.select()
    }
    assert whose == {"ada": ("ada:1005", None, True), "ben": ("ben", "ben@directory.example", True)}
    directory(vol1, "ada", 1001)
    directory(vol1, "ben", 1005)
    found = look(at, now)
    assert (found.odd_owners, list(found.replaced)) == ({}, [f"{vol1}/ada"])
    assert upkeep.area_at(f"{vol1}/ada").user.email == "ada@directory.example"
    assert upkeep.area_at(f"{vol1}/ben").user.uid == 1005


def test_many_directories_that_change_their_owner_at_once_are_no_other_people(store, tmp_path, vol1, now):
    for number in range(20):
        directory(vol1, f"u{number}", 2000 + number)
    at = facility(tmp_path, vol1)
    look(at, now)
    for number in range(11):
        directory(vol1, f"u{number}", 3000 + number)
    with pytest.raises(WrongInput, match="11 of 20 directories have another owner than before") as caught:
        look(at, now)
    assert "Nothing was changed" in caught.value.hint
    assert not AreaRow.select().where(AreaRow.gone_at.is_null(False)).exists()
    assert len(look(at, now, new_owners=True).replaced) == 11


# What a plugin says, and what an operator typed

DIRECTORY = """
from pathlib import Path
from xfc_notify import Person, hookimpl

@hookimpl
def find_person(username):
    name, email = Path({file!r}).read_text().split(";")
    return Person(username, name, email or None)
"""


def test_what_the_directory_says_is_refreshed_and_what_an_operator_typed_stays(
    store, tmp_path, vol1, now, monkeypatch
):
    file = tmp_path / "directory.txt"
    install_plugin(tmp_path, monkeypatch, "directory", DIRECTORY.format(file=str(file)))
    for name, uid in (("ada", OLD), ("ben", NEW)):
        directory(vol1, name, uid)
    at = facility(tmp_path, vol1)
    file.write_text("Lovelace;old@example.edu")
    look(at, now)
    users.change(users.user_named("ben"), email="ben@typed.example")
    file.write_text("Byron;new@example.edu")
    assert look(at, now).refreshed == ["ada", "ben"]
    assert {user.name: (user.full_name, user.email) for user in users.users()} == {
        "ada": ("Byron", "new@example.edu"),
        "ben": ("Byron", "ben@typed.example"),
    }
    file.unlink()  # the plugin raises: it is away
    assert look(at, now).refreshed == []
    file.write_text("Byron;")  # and now knows no address
    assert look(at, now).refreshed == []
    assert users.user_named("ada").email == "new@example.edu"


def test_an_address_of_the_settings_follows_them(store, tmp_path, vol1, now):
    directory(vol1, "ada", OLD)
    look(facility(tmp_path, vol1), now)
    at = facility(tmp_path, vol1, people={"email": "{username}@new.example"})
    assert look(at, now).refreshed == ["ada"]
    assert users.user_named("ada").email == "ada@new.example"


def test_an_address_that_no_mail_can_reach_is_told(store, tmp_path, vol1, now):
    directory(vol1, "ada@uni", OLD)
    found = look(facility(tmp_path, vol1), now)
    assert list(found.bad_addresses) == ["ada@uni"]
    assert found.bad_addresses["ada@uni"].startswith("ada@uni@example.org: ")


# Forgetting and moving


def rows_of_people() -> int:
    return sum(
        model.select().count()
        for model in (AreaRow, SubjectRow, ScanRow, EpisodeRow, EventRow, ExemptionRow, MessageRow)
    )


def test_what_is_gone_can_be_forgotten_and_what_is_there_cannot(store, tmp_path, vol1, now):
    path = directory(vol1, "ada", OLD)
    directory(vol1, "ben", NEW)
    at = facility(tmp_path, vol1)
    look(at, now)
    before = rows_of_people()
    area = lived_in(at, path, now)
    with pytest.raises(WrongInput, match="is still there, and discover would add it again"):
        upkeep.refuse_if_there([area])
    path.rmdir()
    upkeep.refuse_if_there([area])
    upkeep.forget([area])
    assert rows_of_people() - MessageRow.select().count() == before - 2
    assert [user.name for user in users.users()] == ["ada", "ben"]


def test_who_is_forgotten_leaves_nothing(store, tmp_path, vol1, now):
    path = directory(vol1, "ada", OLD)
    at = facility(tmp_path, vol1)
    look(at, now)
    lived_in(at, path, now)
    assert rows_of_people() > 5
    users.forget(users.user_named("ada"))
    assert (rows_of_people(), users.count_users()) == (0, 0)


def test_a_user_keeps_their_area_under_another_name(store, tmp_path, vol1, now):
    directory(vol1, "ada", OLD)
    at = facility(tmp_path, vol1)
    look(at, now)
    ada = users.user_named("ada")
    people = at.settings.of(People)
    users.rename(ada, "lovelace", people)
    assert look(at, now).known == 1
    assert [user.name for user in users.users()] == ["lovelace"]
    for name, what in (("a b", "not the name of a user"), ("x:1", "cannot be"), ("lovelace", "already")):
        with pytest.raises(WrongInput, match=what):
            users.rename(users.user_named("lovelace"), name, people)


def test_an_area_moves_with_all_that_is_known(store, tmp_path, vol1, now):
    vol2 = tmp_path / "vol2"
    vol2.mkdir()
    path = directory(vol1, "ada", OLD)
    directory(vol1, "ben", NEW)
    at = facility(tmp_path, vol1, vol2)
    look(at, now)
    area = lived_in(at, path, now)
    path.rename(vol2 / "ada")
    look(at, now + DAY)
    volumes = [table.volume() for table in at.settings.volumes]
    upkeep.move(upkeep.area_at(str(path)), str(vol2 / "ada"), volumes, replace=False)
    (moved,) = areas_of(users.user_named("ada"))
    assert (moved.id, moved.volume, moved.path, moved.hard_quota, moved.gone_at) == (
        area.id,
        "vol2",
        f"{vol2}/ada",
        7,
        None,
    )
    assert moved.subject.key == f"{vol2}/ada"
    assert look(at, now + DAY).known == 2
    for to, what in (
        (tmp_path / "other" / "ada", "is no volume's path"),
        (vol1 / "ben", "belongs to uid 1002"),
    ):
        with pytest.raises(WrongInput, match=what):
            upkeep.move(moved, str(to), volumes, replace=True)
