"""W6: what watches over the web. Cases 15 and 16, and a database that can only be read."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg
import pytest
from cli.console import run
from cli.place import Place
from servers.postgres import GivenPostgres, Postgres
from servers.process import until
from servers.web import Web

from web.conftest import OPERATORS


def test_a_busy_web_is_alive_says_so_and_turns_others_away(place: Place) -> None:
    with Web(place.settings, web=OPERATORS) as server:
        holding = sqlite3.connect(place.folder / "xfc-notify.db", isolation_level=None)
        page = httpx.get(f"{server.url}/tokens", headers={"X-Remote-User": "cleo"}).text
        proof = page.partition('name="proof" value="')[2][:64]
        data = {"proof": proof, "label": "x", "scope": "own", "days": "7"}
        holding.execute("BEGIN IMMEDIATE")

        def make(_: int) -> int:
            headers = {"X-Remote-User": "cleo"}
            return httpx.post(f"{server.url}/tokens", data=data, headers=headers, timeout=60).status_code

        with ThreadPoolExecutor(60) as crowd:
            waiting = [crowd.submit(make, number) for number in range(60)]
            until(lambda: sum(one.done() for one in waiting) >= 20, "20 that are turned away")
            assert httpx.get(f"{server.url}/healthz").status_code == 200
            answered = {one.result() for one in waiting if one.done()}
            assert answered == {503}  # so it did not wait for anybody else's turn
            ready = httpx.get(f"{server.url}/readyz")
            assert (ready.status_code, ready.json()["threads"]) == (503, "busy")
            assert httpx.get(f"{server.url}/metrics", timeout=20).status_code == 200
            away = httpx.get(f"{server.url}/", headers={"X-Remote-User": "cleo"})
            assert (away.status_code, away.headers["retry-after"]) == (503, "5")
            holding.execute("ROLLBACK")
            statuses = [one.result() for one in waiting]
        assert statuses.count(503) == 20
        assert set(statuses) <= {200, 422, 503}
        assert httpx.get(f"{server.url}/readyz").status_code == 200
        holding.execute("DELETE FROM token")
        holding.close()


def test_strangers_make_no_series(web: Web) -> None:
    def series() -> int:
        text = httpx.get(f"{web.url}/metrics").text
        return len([line for line in text.splitlines() if line.startswith("xfc_notify_http_requests_total")])

    with httpx.Client(base_url=web.url) as client:
        client.get("/nothing")
        client.request("BREW", "/")
        client.get("/metrics")
        before = series()
        for number in range(300):
            client.get(f"/nothing/{number}.php")
            client.request(f"M{number}", "/")
        assert series() <= before + 1
    text = httpx.get(f"{web.url}/metrics").text
    assert 'route="unmatched"' in text
    assert "cleo" not in text
    assert "/vol1" not in text


def test_pages_show_where_the_database_can_only_be_read(
    postgres: Postgres | GivenPostgres, tmp_path: Path
) -> None:
    url = postgres.new_database()
    place = Place.build(tmp_path / "place", f'[database]\nurl = "{url}"\n')
    assert run("migrate", "--settings", place.settings).code == 0
    place.discover()
    assert run("enqueue", "--all", "--settings", place.settings).code == 0
    with psycopg.connect(url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    with Web(place.settings, web=OPERATORS) as server:
        for who, paths in (
            ("cleo", ["/", "/messages", "/areas/3", "/preferences", "/tokens", "/exemption"]),
            ("op", ["/operations", "/operations/areas", "/operations/users/cleo", "/operations/volumes"]),
        ):
            for path in paths:
                answer = httpx.get(f"{server.url}{path}", headers={"X-Remote-User": who}, timeout=30)
                assert answer.status_code == 200, (path, answer.text[-500:], server.log[-3000:])


def test_without_its_database_it_says_so_and_comes_back(place: Place) -> None:
    with Web(place.settings, web=OPERATORS) as server:
        file, away = place.folder / "xfc-notify.db", place.folder / "away.db"
        file.rename(away)
        file.mkdir()
        try:
            answer = httpx.get(f"{server.url}/", headers={"X-Remote-User": "cleo"})
            assert answer.status_code == 503
            assert str(place.folder) not in answer.text
            assert httpx.get(f"{server.url}/readyz").status_code == 503
            assert httpx.get(f"{server.url}/metrics").status_code == 500
            assert httpx.get(f"{server.url}/healthz").status_code == 200
        finally:
            file.rmdir()
            away.rename(file)
        assert httpx.get(f"{server.url}/", headers={"X-Remote-User": "cleo"}).status_code == 200
        assert httpx.get(f"{server.url}/readyz").status_code == 200


@pytest.mark.parametrize("missing", ["url", "secret"])
def test_what_is_missing_in_the_settings_is_one_line(place: Place, missing: str) -> None:
    file = place.settings.with_name("bad.toml")
    more = '\n[web]\nurl = "https://storage.example.org"\n' if missing == "secret" else ""
    file.write_text(place.settings.read_text() + more)
    ran = run("web", "--settings", file)
    assert ran.code == 2
    assert ("web.url needs service.secret" if missing == "secret" else "web.url is needed") in ran.err
