"""Every database that a version has left is upgraded, and goes on: see make_dumps.py."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from facility import Facility, claim, measured

from xfc_notify import __version__
from xfc_notify.areas import history
from xfc_notify.components import duties, tables
from xfc_notify.notify import views
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.people import users
from xfc_notify.store import database, migrate
from xfc_notify.usage import Counted
from xfc_notify.watch.tick import tick

DUMPS = sorted((Path(__file__).parent / "dumps").glob("*.sql"))
LATER = datetime(2026, 3, 8, 8, tzinfo=UTC)


def load(dump: Path, request: pytest.FixtureRequest) -> str:
    """A database as the dump has it; its url."""
    text = dump.read_text()
    if dump.stem.endswith("sqlite"):
        url: str = request.getfixturevalue("sqlite_url")
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as opened:
            opened.executescript(text)
        return url
    url = request.getfixturevalue("postgres_url")
    with psycopg.connect(url) as connection:
        connection.execute(text.encode())
    return url


def columns() -> dict[str, set[str]]:
    """Table → its columns, as they are there."""
    return {name: {it.name for it in database.db.get_columns(name)} for name in database.db.get_tables()}


@pytest.fixture(params=DUMPS, ids=[dump.stem for dump in DUMPS])
def upgraded(request: pytest.FixtureRequest) -> Any:
    """Each of them, upgraded; connected to."""
    database.prepare(load(request.param, request))
    with database.connected():
        migrate.upgrade()
        yield request.param.stem


def test_there_are_dumps_of_this_version():
    assert {dump.stem for dump in DUMPS} >= {f"{__version__}-sqlite", f"{__version__}-postgresql"}


def test_it_has_the_tables_of_a_new_one(upgraded: str):
    there = columns()
    for row in tables():
        name = row._meta.table_name
        assert there[name] >= {field.column_name for field in row._meta.sorted_fields}, name
    assert (migrate.pending(), migrate.newer()) == ([], [])


def test_what_was_there_is_there(upgraded: str, tmp_path: Path):
    settings = Facility.at(tmp_path, live=False).settings
    standings = {it.user: it for it in views.standings(LATER, Counted.APPARENT)}
    assert {user: (it.size, it.files) for user, it in standings.items()} == {
        "ada": (1203, 2), "ben": (300, 1), "cleo": (100, 1), "dan": (None, None),
    }  # fmt: skip
    assert str(standings["ada"].level) == "over"
    told = views.explanation(users.user_named("ada"), settings)
    assert [str(episode.level) for episode in told.areas[0].episodes] == ["over"]
    assert {str(event.kind) for event in told.areas[0].events} >= {"began", "told"}
    assert len(told.messages) >= 1
    assert MessageRow.select().count() == DeliveryRow.select().count() >= 2
    assert views.user_in_full(users.user_named("cleo")).muted == ("quota_hard",)
    assert [it.user for it in views.exemptions(LATER)] == ["ben"]
    assert len(list(history.whole())) == 12


def test_it_goes_on(upgraded: str, tmp_path: Path):
    facility = Facility.at(tmp_path)
    for moment in (LATER + day * timedelta(hours=25) for day in range(3)):
        tick(duties(), facility.service, moment)
        for order in claim(moment):
            assert facility.record(measured(order, 10), moment)
    standings = {it.user: (it.size, str(it.level)) for it in views.standings(moment, Counted.APPARENT)}
    assert standings == dict.fromkeys(("ada", "ben", "cleo", "dan"), (10, "ok"))
    assert EpisodeRow.select().where(EpisodeRow.ended_at.is_null()).count() == 0
