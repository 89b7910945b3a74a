"""Users and areas are found from the directories under the volumes; nothing else is touched."""

import os
import pwd
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from facility import Facility, install_plugin, together

from xfc_notify.areas.areas import NEVER
from xfc_notify.areas.discover import Discovery, discover
from xfc_notify.areas.tables import AreaRow
from xfc_notify.components import tables
from xfc_notify.errors import WrongInput
from xfc_notify.people import users
from xfc_notify.people.tables import UserRow

DAY = timedelta(days=1)


@pytest.fixture
def vol1(tmp_path: Path) -> Path:
    (tmp_path / "vol1").mkdir()
    return tmp_path / "vol1"


@pytest.fixture
def vol2(tmp_path: Path) -> Path:
    (tmp_path / "vol2").mkdir()
    return tmp_path / "vol2"


def facility(folder: Path, *volumes: Path, retired: bool = False, **tables: Any) -> Facility:
    table = [{"name": path.name, "path": str(path), "retired": retired} for path in volumes]
    return Facility.at(folder, volumes=table, **tables)


def look(at: Facility, now, *names: str) -> Discovery:
    return discover(at.service, names, now)


def everything() -> dict[str, list[Any]]:
    return {model.__name__: sorted(map(str, model.select().tuples())) for model in tables()}


def test_every_directory_becomes_an_area_of_the_user_of_its_name(store, tmp_path, vol1, now):
    for name in ("alice", "ben"):
        (vol1 / name).mkdir()
    place = facility(tmp_path, vol1, limits={"hard_quota": "3 TB", "temporal_quota": "20 TB days"})
    assert look(place, now) == Discovery(
        new_users=["alice", "ben"], new_areas=[f"{vol1}/alice", f"{vol1}/ben"]
    )
    area = AreaRow.get(AreaRow.path == f"{vol1}/alice")
    assert (area.user.name, area.volume, area.hard_quota, area.temporal_quota) == (
        "alice",
        "vol1",
        3 * 10**12,
        2e13,
    )
    assert (area.added_at, area.last_scanned, area.last_attempt) == (now, None, NEVER)
    assert (area.user.notify, area.user.email) == (True, "alice@example.org")


def test_looking_again_finds_nothing_new_and_changes_nothing(store, tmp_path, vol1, now):
    (vol1 / "alice").mkdir()
    place = facility(tmp_path, vol1)
    look(place, now)
    AreaRow.update(hard_quota=7, temporal_quota=8, last_scanned=now).execute()
    users.change(UserRow.get(), email="other@example.org", notify=False, full_name="Alice A.")
    before = everything()
    assert look(place, now + DAY) == Discovery(known=1)
    assert everything() == before


def test_a_directory_that_appears_is_added_beside_those_that_are_known(store, tmp_path, vol1, now):
    (vol1 / "alice").mkdir()
    place = facility(tmp_path, vol1)
    look(place, now)
    (vol1 / "ben").mkdir()
    assert look(place, now) == Discovery(new_users=["ben"], new_areas=[f"{vol1}/ben"], known=1)


def test_a_directory_that_vanished_is_told_once_kept_and_marked_until_it_is_back(store, tmp_path, vol1, now):
    for name in ("alice", "ben"):
        (vol1 / name).mkdir()
    place = facility(tmp_path, vol1)
    look(place, now)
    before = everything()
    (vol1 / "alice").rmdir()
    assert look(place, now + DAY) == Discovery(known=1, gone=1, vanished=[f"{vol1}/alice"])
    assert AreaRow.get(AreaRow.directory == "alice").gone_at == now + DAY
    assert look(place, now + 2 * DAY) == Discovery(known=1, gone=1)
    (vol1 / "alice").mkdir()
    assert look(place, now + 3 * DAY) == Discovery(known=2, returned=[f"{vol1}/alice"])
    assert everything() == before


def test_a_volume_without_a_guard_on_which_nothing_is_left_is_taken_for_unmounted(store, tmp_path, vol1, now):
    (vol1 / "alice").mkdir()
    look(facility(tmp_path, vol1), now)
    before = everything()
    (vol1 / "alice").rmdir()
    with pytest.raises(WrongInput, match="holds none of the 1 directories that were there") as caught:
        look(facility(tmp_path, vol1), now)
    assert "Nothing was changed" in caught.value.hint
    assert everything() == before


def test_on_a_guarded_volume_all_may_be_gone(store, tmp_path, vol1, now):
    (vol1 / "alice").mkdir()
    (vol1 / ".here").touch()
    volume = {"name": "vol1", "path": str(vol1), "marker": ".here"}
    place = Facility.at(tmp_path, volumes=[volume])
    look(place, now)
    (vol1 / "alice").rmdir()
    assert look(place, now) == Discovery(gone=1, vanished=[f"{vol1}/alice"])


def test_a_user_may_have_areas_on_several_volumes(store, tmp_path, vol1, vol2, now):
    for volume in (vol1, vol2):
        (volume / "alice").mkdir()
    found = look(facility(tmp_path, vol1, vol2), now)
    assert (found.new_users, len(found.new_areas)) == (["alice"], 2)
    assert {(area.user.name, area.volume) for area in AreaRow.select()} == {
        ("alice", "vol1"),
        ("alice", "vol2"),
    }


def test_only_the_volumes_that_are_named_are_looked_at(store, tmp_path, vol1, vol2, now):
    (vol1 / "alice").mkdir()
    (vol2 / "ben").mkdir()
    assert look(facility(tmp_path, vol1, vol2), now, "vol2").new_users == ["ben"]
    assert [area.volume for area in AreaRow.select()] == ["vol2"]


def test_a_retired_volume_is_still_looked_at(store, tmp_path, vol1, now):
    (vol1 / "alice").mkdir()
    assert look(facility(tmp_path, vol1, retired=True), now).new_users == ["alice"]


def test_what_is_no_directory_or_has_no_users_name_is_refused_and_reported(store, tmp_path, vol1, now):
    (vol1 / "alice").mkdir()
    (vol1 / "link").symlink_to("alice")
    (vol1 / "dangling").symlink_to("nowhere")
    (vol1 / "file").write_text("")
    os.mkfifo(vol1 / "pipe")
    odd = {"two\nlines": "two\\x0alines", "\x1b[2J": "\\x1b[2J", ".hidden": ".hidden", "lost+found": "lost+found",
           "a b": "a b", "-x": "-x", "<b>": "<b>", "ada:1001": "ada:1001", "\u202eada": "\\u202eada"}  # fmt: skip
    for name in odd:
        (vol1 / name).mkdir()
    (Path(os.fsdecode(bytes(vol1) + b"/caf\xe9"))).mkdir()
    found = look(facility(tmp_path, vol1), now)
    assert found.new_areas == [f"{vol1}/alice"]
    never = "cannot be the name of a user"
    pattern = r"not the name of a user, by [people] names = '\\w[\\w.@\\\\-]*'"
    assert found.refused == {
        f"{vol1}/link": "a link",
        f"{vol1}/dangling": "a link",
        f"{vol1}/file": "not a directory",
        f"{vol1}/pipe": "not a directory",
        f"{vol1}/caf\\xe9": never,
        f"{vol1}/two\\x0alines": never,
        f"{vol1}/\\x1b[2J": never,
        f"{vol1}/-x": never,
        f"{vol1}/ada:1001": never,
        f"{vol1}/\\u202eada": never,
        f"{vol1}/.hidden": pattern,
        f"{vol1}/a b": pattern,
        f"{vol1}/<b>": pattern,
        f"{vol1}/lost+found": "a system account, by [people] system_accounts",
    }
    assert len(found.refused) == len(odd) + 5
    assert (UserRow.select().count(), AreaRow.select().count()) == (1, 1)


def test_names_of_mail_addresses_domains_and_other_alphabets_are_names(store, tmp_path, vol1, now):
    names = ["ada@example.org", "DOM\\ben", "jürgen", "Ελένη", "x_1.y-z"]
    for name in names:
        (vol1 / name).mkdir()
    found = look(facility(tmp_path, vol1), now)
    assert (sorted(found.new_users), found.refused) == (sorted(names), {})
    assert look(facility(tmp_path, vol1), now).known == len(names)
    assert {(area.directory, area.path) for area in AreaRow.select() if "DOM" in area.path} == {
        ("DOM\\\\ben", f"{vol1}/DOM\\\\ben")
    }


def test_which_names_are_users_is_a_setting(store, tmp_path, vol1, now):
    for name in ("ab12345", "project", "a b"):
        (vol1 / name).mkdir()
    place = facility(tmp_path, vol1, people={"names": "[a-z]{2}[0-9]{5}|a b", "system_accounts": []})
    assert look(place, now).new_users == ["a b", "ab12345"]


@pytest.mark.parametrize("length", [200, 201])
def test_a_name_may_have_200_characters(store, tmp_path, vol1, now, length):
    (vol1 / ("a" * length)).mkdir()
    found = look(facility(tmp_path, vol1), now)
    assert (len(found.new_areas), len(found.refused)) == ((1, 0) if length == 200 else (0, 1))


@pytest.mark.parametrize("trouble", ["missing", "a file", "a loop of links"])
def test_a_volume_that_cannot_be_read_is_one_clear_error_and_nothing_is_stored(
    store, tmp_path, vol1, now, trouble
):
    (vol1 / "alice").mkdir()
    bad = tmp_path / "vol2"
    if trouble == "a file":
        bad.write_text("")
    elif trouble == "a loop of links":
        bad.symlink_to("vol2")
    place = facility(tmp_path, vol1, bad)
    with pytest.raises(WrongInput) as caught:
        look(place, now)
    assert caught.value.what.startswith(f"The volume vol2 at {bad} cannot be read: ")
    assert "\n" not in caught.value.what
    assert caught.value.hint == "Is it mounted? Nothing was changed."
    assert (UserRow.select().count(), AreaRow.select().count()) == (0, 0)


def test_a_volume_that_nobody_knows_is_an_error_that_names_those_that_are_known(store, tmp_path, vol1, now):
    (vol1 / "alice").mkdir()
    with pytest.raises(WrongInput, match=r"There is no volume vol\\x0a9 in .*settings.toml") as caught:
        look(facility(tmp_path, vol1), now, "vol1", "vol\n9")
    assert caught.value.hint == "Known: vol1"
    assert UserRow.select().count() == 0


def test_several_that_look_at_once_add_everybody_once(store, tmp_path, vol1, now):
    for number in range(20):
        (vol1 / f"user{number}").mkdir()
    place = facility(tmp_path, vol1)
    found = together([lambda: look(place, now)] * 4)
    assert sum(len(it.new_users) for it in found) == sum(len(it.new_areas) for it in found) == 20
    assert (UserRow.select().count(), AreaRow.select().count()) == (20, 20)


# Addresses


def test_without_an_address_a_user_is_added_and_reported(store, tmp_path, vol1, now):
    (vol1 / "alice").mkdir()
    place = facility(tmp_path, vol1, people={"email": ""})
    assert look(place, now).without_address == ["alice"]
    assert UserRow.get().email is None
    users.change(UserRow.get(), email="alice@example.org")
    assert look(place, now).without_address == []


def test_the_system_knows_the_names_of_its_accounts(store, tmp_path, vol1, now):
    from xfc_notify_passwd import full_name

    account = next(it for it in pwd.getpwall() if it.pw_gecos.strip(",") and it.pw_name.isalnum())
    (vol1 / account.pw_name).mkdir()
    os.chown(vol1 / account.pw_name, account.pw_uid, -1)
    look(facility(tmp_path, vol1), now)
    assert UserRow.get().full_name == full_name(account.pw_name, account.pw_gecos) != ""
    assert UserRow.get().email == f"{account.pw_name}@example.org"


DIRECTORY = """
from xfc_notify import Person, hookimpl

@hookimpl
def find_person(username):
    if username == "ben":
        raise RuntimeError("the directory is away")
    if username == "alice":
        return Person("alice", "Alice Archer", "a.archer@example.edu")
"""


def test_an_address_that_a_plugin_knows_comes_before_the_pattern(store, tmp_path, vol1, monkeypatch, now):
    install_plugin(tmp_path, monkeypatch, "directory", DIRECTORY)
    for name in ("alice", "ben", "cleo"):
        (vol1 / name).mkdir()
    look(facility(tmp_path, vol1), now)
    assert {user.name: (user.full_name, user.email) for user in UserRow.select()} == {
        "alice": ("Alice Archer", "a.archer@example.edu"),
        "ben": ("", "ben@example.org"),
        "cleo": ("", "cleo@example.org"),
    }
