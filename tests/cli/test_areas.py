"""areas list, forget, move; users forget, rename; what discover says."""

from collections.abc import Callable
from pathlib import Path
from shutil import rmtree

import pytest

from cli.console import Ran, run
from cli.place import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place.build(tmp_path)
    made.discover()
    return made


@pytest.fixture
def xfc(place: Place) -> Callable[..., Ran]:
    return lambda *words: run(*words, "--settings", place.settings)


def test_what_is_gone_has_a_mark_and_can_be_forgotten(place, xfc):
    rmtree(place.folder / "vol1" / "dan")
    gone = str(place.folder / "vol1" / "dan")
    assert f"gone: {gone} (nothing was deleted; xfc-notify areas forget forgets it)" in xfc("discover").out
    assert "gone since earlier: 1" in xfc("discover").out
    (area,) = xfc("areas", "list", "--gone", "--json").json
    assert (area["path"], area["user"], area["mark"][:10]) == (gone, "dan", "gone since")
    assert "gone since" in xfc("areas", "list", "--marked").out
    assert len(xfc("areas", "list", "--json").json) == 5
    there = str(place.folder / "vol1" / "ada")
    ran = xfc("areas", "forget", there)
    assert (ran.code, f"{there} is still there" in ran.err) == (2, True)
    assert xfc("areas", "forget", "--gone", "--json").json == {"forgotten": [gone]}
    assert xfc("areas", "forget", "--gone").out == "No area is gone.\n"
    assert xfc("users", "forget", "dan").out == "forgotten: dan, with 0 areas\n"
    assert "There is no user dan" in xfc("users", "show", "dan").err


def test_a_user_whose_directory_is_there_is_not_forgotten(place, xfc):
    ran = xfc("users", "forget", "ada")
    assert (ran.code, "is still there" in ran.err) == (2, True)
    assert xfc("users", "forget", ":operators").code == 2


def test_a_directory_that_was_renamed_takes_its_area_along(place, xfc):
    vol1 = place.folder / "vol1"
    assert xfc("users", "set", "ada", "--hard-quota", "7 TB").code == 0
    (vol1 / "ada").rename(vol1 / "lovelace")
    assert xfc("users", "rename", "ada", "lovelace").code == 0
    assert xfc("areas", "move", vol1 / "ada", vol1 / "lovelace", "--json").json == {
        "from": f"{vol1}/ada",
        "to": f"{vol1}/lovelace",
    }
    found = xfc("discover", "--json").json
    assert (found["known"], found["new_areas"], found["gone"]) == (5, [], 0)
    (area,) = xfc("users", "show", "lovelace", "--json").json["areas"]
    assert area["hard_quota"] == 7 * 10**12
    ran = xfc("areas", "move", vol1 / "lovelace", vol1 / "ben")
    assert (ran.code, f"{vol1}/ben is an area already, of ben" in ran.err) == (2, True)
    assert xfc("areas", "move", vol1 / "nowhere", vol1 / "ben").code == 2


def test_areas_of_a_volume_that_left_the_settings_are_marked(place, xfc):
    text = place.settings.read_text().replace('name = "vol1"', 'name = "scratch"')
    place.settings.write_text(text)
    marks = {area["mark"] for area in xfc("areas", "list", "--json").json}
    assert marks == {"the volume vol1 is not in the settings"}


def test_an_address_that_no_mail_can_reach_is_told_and_stays_visible(place, xfc):
    text = place.settings.read_text().replace("{username}@example.org", "{username}@@example.org")
    place.settings.write_text(text)
    assert "no mail can reach ada at ada@@example.org: " in xfc("discover").out
    assert xfc("users", "list").out.count("(no mail can reach it)") == 5
    assert xfc("users", "list", "--json").json[0]["email_mistake"] is not None
