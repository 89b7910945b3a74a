"""Every request: our host, our prefix, the headers of answers, the log."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from cli.console import run
from cli.place import Place
from servers.postgres import GivenPostgres, Postgres
from servers.web import Web

from web.client import Browser
from web.conftest import OPERATORS
from xfc_notify.pages import Scope
from xfc_notify.store import database
from xfc_notify.web import api_tokens


def test_pages_show(nobody: Browser, cleo: Browser, op: Browser) -> None:
    assert nobody.get("/").headers["location"].endswith("/sign-in")
    for browser, paths in (
        (nobody, ["/sign-in", "/healthz", "/readyz", "/metrics", "/static/style.css"]),
        (cleo, ["/", "/messages", "/preferences", "/tokens", "/exemption", "/areas/3"]),
        (op, ["/operations", "/operations/areas", "/operations/users", "/operations/users/cleo",
              "/operations/users/cleo/storage", "/operations/volumes", "/operations/volumes/vol1",
              "/operations/held", "/operations/deliveries", "/operations/exemptions", "/operations/go-live",
              "/operations/changes"]),
    ):  # fmt: skip
        for path in paths:
            answer = browser.get(path)
            assert answer.status_code == 200, (path, answer.text[-2000:])


def test_no_token_is_in_the_log_under_a_prefix_either(place: Place) -> None:
    paths = (
        "/storage/enter/SECRET",
        "/storage/answer/SECRET",
        "/storage/confirm/SECRET",
        "/other/enter/SECRET",
    )
    with Web(place.settings, prefix="/storage") as server:
        browser = Browser(server.at)
        for path in paths:
            browser.get(path)
            browser.get(path, Host="elsewhere.example.org")
        deadline = time.monotonic() + 20
        while server.log.count(" 421 ") < len(paths) and time.monotonic() < deadline:
            time.sleep(0.05)  # it is logged after it is answered
        assert "GET /storage/enter/…" in server.log
        assert "SECRET" not in server.log


def test_a_nul_is_refused_whatever_the_database(postgres: Postgres | GivenPostgres, tmp_path: Path) -> None:
    url = postgres.new_database()
    place = Place.build(tmp_path / "place", f'[database]\nurl = "{url}"\n')
    assert run("migrate", "--settings", place.settings).code == 0
    place.discover()
    database.prepare(url)
    with database.connected():
        token = api_tokens.create("op", "test", list(Scope), timedelta(days=1), datetime.now(UTC))
    more = '[web.old_api]\nnetworks = ["127.0.0.0/8"]\n'
    with Web(place.settings, more, web=OPERATORS) as server:
        op = Browser(server.url, {"X-Remote-User": "op"})
        for path in (
            "/operations/users?search=%00",
            "/operations/users/%00",
            "/operations/areas?search=a%00b",
            "/operations/areas?volume=%00",
            "/operations/areas?%00=x",
            "/messages/%00",
        ):
            assert op.get(path).status_code == 404, path
        assert op.send("/operations/held", decision="drop", user="\0").status_code == 404
        assert Browser(server.url).post("/sign-in", name="ada\0").status_code == 404
        with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=30) as program:
            rest = f"{server.url}/api/v1"
            for path in ("/users/%00", "/users/a%00/scans", "/users?search=%00"):
                assert program.get(rest + path).status_code == 400, path
            held = {"decision": "release", "users": ["ada", "\0"]}
            assert program.post(f"{rest}/messages/held/decision", json=held).status_code == 400
        old = f"{server.at}/xfc_control/api/v1/user"
        assert httpx.get(f"{old}?name=%00").status_code == 400
        assert httpx.post(old, content='{"name": "a\\u0000b"}').status_code == 400
        assert httpx.put(f"{old}?name=ada", content='{"email": "\\u0000"}').status_code == 400
        assert " 500 " not in server.log


def test_what_is_wrong_with_an_address_is_said_in_the_language_of_the_visitor(op: Browser) -> None:
    page = op.get("/operations/users/zoe", **{"Accept-Language": "de"})
    assert page.status_code == 404
    assert "Diese Seite gibt es nicht." in page.text


def test_the_port_that_https_has_anyway_may_be_named_or_not(place: Place) -> None:
    with Web(place.settings, url="https://storage.example.org:443") as server:
        for host in ("storage.example.org", "storage.example.org:443"):
            headers = {"Host": host, "Origin": "https://storage.example.org"}
            assert httpx.get(f"{server.at}/sign-in", headers=headers).status_code == 200
            answer = httpx.post(f"{server.at}/sign-in", data={"name": "zoe"}, headers=headers)
            assert answer.status_code == 200
        other = {"Host": "storage.example.org:8443"}
        assert httpx.get(f"{server.at}/sign-in", headers=other).status_code == 421
