"""A place whose users have been told, and the web that serves it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cli.console import run
from cli.place import Place
from servers.web import Web

from web.client import Browser
from xfc_notify.pages import Scope
from xfc_notify.store import database
from xfc_notify.web import api_tokens

OPERATORS = 'operators = ["op"]\nproxy_header = "X-Remote-User"\ntrusted_proxies = ["127.0.0.1"]'
"""Tests that are not about signing in name the user in a header, as a trusted proxy does."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """ada is fine, ben near, cleo over, dan over the temporal quota, finn has odd names; all were told."""
    made = Place.build(tmp_path_factory.mktemp("place"))
    made.discover()
    assert run("enqueue", "--all", "--settings", made.settings).code == 0
    scanned_before(made)
    return made


def scanned_before(place: Place) -> None:
    """Give all areas a course."""
    for hours in (36, 72):
        _scanned_before(place, hours)


def _scanned_before(place: Place, hours: int) -> None:
    """Let every area have been scanned so long before its last scan too, with the same figures."""
    with closing(sqlite3.connect(place.folder / "xfc-notify.db")) as connection, connection:
        connection.execute(
            "CREATE TEMP TABLE past AS SELECT * FROM scan WHERE id IN (SELECT last_scan FROM area)"
        )
        connection.execute(
            "UPDATE past SET id = ? || substr(id, 5), as_of = datetime(as_of, ?)",
            (f"{hours:04}", f"-{hours} hours"),
        )
        connection.execute("INSERT INTO scan SELECT * FROM past")


@pytest.fixture(scope="module")
def web(place: Place) -> Iterator[Web]:
    """The web of the place."""
    with Web(place.settings, web=OPERATORS) as server:
        yield server


@pytest.fixture
def nobody(web: Web) -> Browser:
    """Somebody who has not signed in."""
    return Browser(web.url)


@pytest.fixture
def cleo(web: Web) -> Browser:
    """A user, over the hard quota."""
    return Browser(web.url, {"X-Remote-User": "cleo"})


@pytest.fixture
def op(web: Web) -> Browser:
    """An operator, without storage."""
    return Browser(web.url, {"X-Remote-User": "op"})


@pytest.fixture
def writer(web: Web, place: Place) -> Iterator[httpx.Client]:
    """A program with a token of the operator's that changes things."""
    database.prepare(f"sqlite:///{place.folder}/xfc-notify.db")
    with database.connected():
        token = api_tokens.create("op", "test", [Scope.WRITE], timedelta(days=1), datetime.now(UTC))
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{web.url}/api/v1", headers=headers, timeout=30) as client:
        yield client


@pytest.fixture
def mails(place: Place) -> Path:
    """Where mail goes."""
    return place.folder / "mail"
