"""The drawing of the course of an area."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from cli.place import Place
from servers.web import Web

from web.client import Browser

PLOT = "/areas/3/plot.svg"


@pytest.fixture
def scanned_before(place: Place) -> Iterator[None]:
    """The area of cleo was measured 10 and 20 days ago too."""
    file = place.folder / "xfc-notify.db"
    with sqlite3.connect(file) as connection:
        columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(scan)")]
        for days in (10, 20):
            then = f"'{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d %H:%M:%S}'"
            new = {"id": f"'before-{days}'", "size": f"size - {days}00000", "as_of": then, "ended_at": then}
            values = ", ".join(new.get(name, name) for name in columns)
            connection.execute(
                f"INSERT INTO scan ({', '.join(columns)}) SELECT {values} FROM scan WHERE area_id = 3 LIMIT 1"
            )
    yield
    with sqlite3.connect(file) as connection:
        connection.execute("DELETE FROM scan WHERE id LIKE 'before-%'")


def test_its_user_and_the_operators_see_it(
    scanned_before: None, web: Web, cleo: Browser, op: Browser, nobody: Browser
) -> None:
    assert f'src="{PLOT}"' in cleo.get("/").text
    drawn = cleo.get(PLOT)
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml")
    picture = ElementTree.fromstring(drawn.content)
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert "<!-- Hard quota: 120 % of 10 MB -->" in drawn.text
    assert op.get(PLOT).content == drawn.content
    assert nobody.get(PLOT).status_code == 303
    assert Browser(web.url, {"X-Remote-User": "ada"}).get(PLOT).status_code == 404


def test_it_is_in_the_language_of_the_visitor(scanned_before: None, web: Web) -> None:
    german = Browser(web.url, {"X-Remote-User": "op", "Accept-Language": "de"})
    drawn = german.get(PLOT).text
    assert "<!-- heute -->" in drawn
    assert "<!-- today -->" not in drawn
