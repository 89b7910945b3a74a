"""ack, snooze, mute, unmute, rescan: an operator answers for a user."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.console import assert_told, run
from cli.place import Place


def do(place: Place, *arguments: str) -> str:
    """The output of a command that has to work without a complaint."""
    ran = run(*arguments, "--settings", place.settings)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def do_json(place: Place, *arguments: str) -> Any:
    """The same as JSON."""
    ran = run(*arguments, "--json", "--settings", place.settings)
    assert (ran.code, ran.err) == (0, "")
    return ran.json


def refused(place: Place, *arguments: str) -> str:
    """The one line of a command that is refused."""
    ran = run(*arguments, "--settings", place.settings)
    assert_told(ran, 2)
    return ran.err


@pytest.fixture
def told(place: Place) -> Place:
    """A facility in which ben was told of a warning and cleo that she is over her hard quota."""
    place.discover()
    do(place, "enqueue", "--all")
    return place


def test_ack_is_kept_and_explained(told: Place) -> None:
    area = told.folder / "vol1/cleo"
    assert do_json(told, "ack", "cleo") == [
        {
            "reply": "seen",
            "user": "cleo",
            "area": str(area),
            "policy": "quota_hard",
            "level": "over",
            "until": None,
        }
    ]
    assert do(told, "ack", "cleo", "--policy", "quota_hard") == (
        f"quota_hard of {area}: seen at over; said again when it gets worse.\n"
    )
    assert "quota_hard seen: an operator, by command" in do(told, "explain", "cleo")


def test_what_was_answered_takes_the_place_of_why_it_was_silent_before(told: Place) -> None:
    do(told, "tick")
    assert "silent because: told at" in do(told, "explain", "cleo")
    do(told, "ack", "cleo")
    assert "a reminder is due" not in do(told, "explain", "cleo")
    do(told, "tick")
    assert "silent because: seen by its person at over" in do(told, "explain", "cleo")
    do(told, "unmute", "cleo", "quota_hard")
    do(told, "rescan", "cleo")
    assert "seen by its person" not in do(told, "explain", "cleo")


def test_snooze_by_days_and_by_date_twice(told: Place) -> None:
    (first,) = do_json(told, "snooze", "cleo", "--days", "3")
    until = datetime.fromisoformat(first["until"])
    assert timedelta(days=2, hours=23) < until - datetime.now(UTC) <= timedelta(days=3)
    day = (datetime.now(UTC) + timedelta(days=20)).date()
    assert f"put off until {day} 00:00 UTC, unless it gets worse." in do(
        told, "snooze", "cleo", "--until", str(day)
    )
    assert "quota_hard was put off twice already" in refused(told, "snooze", "cleo", "--days", "1")
    assert f"put off: an operator, by command, until {day} 00:00 UTC" in do(told, "explain", "cleo")


def test_mute_and_unmute(told: Place) -> None:
    assert (
        do(told, "mute", "ben", "quota_hard") == "quota_hard is muted for ben, unless its limit is passed.\n"
    )
    assert do(told, "mute", "ben", "quota_hard") == "quota_hard was muted for ben already.\n"
    assert "still said; see: xfc-notify snooze cleo" in do(told, "mute", "cleo", "quota_hard")
    assert do_json(told, "users", "show", "ben")["muted"] == ["quota_hard"]
    assert "muted: quota_hard" in do(told, "users", "show", "ben")
    assert do_json(told, "unmute", "ben", "quota_hard")[0]["reply"] == "unmuted"
    assert do(told, "unmute", "ben", "quota_hard") == "quota_hard was not muted for ben.\n"


def test_rescan_scans_and_tells_the_good_news_once_an_hour(told: Place) -> None:
    do(told, "ack", "cleo")
    os.truncate(told.folder / "vol1/cleo/ensemble/member1.nc", 4_500_000)
    before = len(told.mails)
    assert do(told, "rescan", "cleo") == f"{told.folder}/vol1/cleo: scanned.\n"
    assert len(told.mails) == before + 1
    assert "message of" in do(told, "explain", "cleo")
    assert "quota_hard ended (ok)" in do(told, "explain", "cleo")
    assert "asked for less than an hour ago; again from" in refused(told, "rescan", "cleo")
    assert do_json(told, "rescan", "ada")[0]["area"] == str(told.folder / "vol1/ada")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ack", "nobody"], "There is no user nobody."),
        (["ack", "ada"], "There is nothing to answer for ada: nothing that was told is open."),
        (["ack", "cleo", "--policy", "quota_temporal"], "nothing to answer for cleo of quota_temporal"),
        (["ack", "cleo", "--policy", "quota"], "Known: growth, "),
        (["snooze", "cleo"], "Give --days 3 or --until"),
        (["snooze", "cleo", "--days", "3", "--until", "2026-03-01"], "Give --days 3 or --until"),
        (["snooze", "cleo", "--days", "2"], "for 1, 3, 7 or 14 days, not 2"),
        (["snooze", "cleo", "--until", "tomorrow"], "'tomorrow' is not a date"),
        (["snooze", "cleo", "--until", "2001-01-01"], "is past"),
        (["snooze", "cleo", "--until", "9999-12-31"], "at most 30 days"),
        (["snooze", "cleo", "--until", "0001-01-01"], "is past"),
        (["mute", "cleo", "\x1b[31m"], r"There is no policy \x1b[31m."),
        (["unmute", "nobody", "quota_hard"], "There is no user nobody."),
        (["rescan", "nobody"], "There is no user nobody."),
    ],
)
def test_what_cannot_be_answered_is_one_line(standing: Place, arguments: list[str], said: str) -> None:
    assert said in refused(standing, *arguments)


def test_a_date_is_meant_where_the_service_is(told: Place) -> None:
    settings = told.settings.read_text()
    told.settings.write_text(settings.replace("[service]\n", '[service]\ntimezone = "Asia/Tokyo"\n'))
    day = (datetime.now(UTC) + timedelta(days=5)).date()
    (done,) = do_json(told, "snooze", "cleo", "--until", str(day))
    assert done["until"] == f"{day - timedelta(days=1)}T15:00:00+00:00"
    assert os.path.isdir(done["area"])
