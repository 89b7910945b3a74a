"""W4: who is asking. Cases 1, 4, 6, 7, 8, 11, 13 and the rate limits."""

import re
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cli.place import Place
from servers.web import Web

from web.client import Browser, link
from web.conftest import OPERATORS


@pytest.fixture(scope="module")
def plain(place: Place) -> Iterator[Web]:
    """A web without a proxy that names users, below a path."""
    with Web(place.settings, prefix="/storage", web='operators = ["op"]') as server:
        yield server


def rows(place: Place, table: str) -> int:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_a_link_by_mail_signs_in_once_and_only_when_pressed(plain: Web, place: Place, mails: Path) -> None:
    person, scanner = Browser(plain.url), Browser(plain.url)
    assert "Look into your mail" in person.post("/sign-in", name="ben", next="/messages").text
    address = link(mails, f"{plain.url}/enter/")
    assert address.startswith(f"{plain.url}/enter/")
    before = rows(place, "session"), rows(place, "spent")
    for method in ("HEAD", "GET", "GET"):
        answer = scanner.client.request(method, address)
        assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
    assert (rows(place, "session"), rows(place, "spent")) == before
    entered = person.client.post(address)
    assert (entered.status_code, entered.headers["location"]) == (303, "/storage/messages")
    cookie = entered.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/storage"} <= {part.strip() for part in cookie.split(";")}
    assert person.get("/messages").status_code == 200
    second = Browser(plain.url).client.post(address)
    assert second.status_code == 410
    assert "This link was used already" in second.text
    assert 'action="/storage/sign-in"' in second.text


def test_after_signing_out_the_session_is_over_wherever_it_was_copied(plain: Web, mails: Path) -> None:
    person = Browser(plain.url)
    person.sign_in("ben", mails)
    stolen = Browser(plain.url)
    stolen.client.cookies.update(person.client.cookies)
    assert stolen.get("/").status_code == 200
    assert person.send("/sign-out").status_code == 303
    for browser in (person, stolen):
        assert browser.get("/").headers["location"].endswith("/sign-in")


def test_a_session_ends_by_itself(plain: Web, place: Place, mails: Path) -> None:
    person = Browser(plain.url)
    person.sign_in("ben", mails)
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE session SET expires_at = '2026-01-01 00:00:00'")
    assert person.get("/").headers["location"].endswith("/sign-in")


def test_whether_there_is_such_a_user_is_not_told(plain: Web) -> None:
    answers = [Browser(plain.url).post("/sign-in", name=name) for name in ("finn", "nobody-at-all")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].text == answers[1].text


def test_trying_too_often_is_refused(place: Place) -> None:
    with Web(place.settings) as server:
        person = Browser(server.url)
        statuses = [person.post("/sign-in", name="ben").status_code for _ in range(6)]
        assert statuses == [200] * 5 + [422]
        page = person.post("/sign-in", name="ben")
        assert "That was tried too often" in page.text
        assert 'aria-invalid="true"' in page.text
        assert Browser(server.url).post("/sign-in", name="ada").status_code == 200


@pytest.mark.parametrize(
    "after",
    ["//e.test", "///e.test", "/\\e.test", "/%5Ce.test", "/%09/e.test", "https:e.test", "/@e.test", "javascript:x",
     "/x\r\nSet-Cookie: a=b", "/../x", "/a/../../x", "https://e.test", "\\\\e.test", "/%2e%2e/x"],
)  # fmt: skip
def test_one_goes_nowhere_else_after_signing_in(plain: Web, place: Place, mails: Path, after: str) -> None:
    from xfc_notify.web.where_to import safe

    assert safe(after) == "/"
    switched = Browser(plain.url).client.get(f"{plain.url}/language", params={"to": "de", "next": after})
    assert (switched.status_code, switched.headers["location"]) == (303, "/storage/")


def test_no_link_has_another_host_than_ours(plain: Web, mails: Path) -> None:
    for headers in ({"Host": "evil.test"}, {"Host": f"127.0.0.1:{plain.port}.evil.test"}):
        answer = httpx.post(f"{plain.at}/storage/sign-in", data={"name": "ada"}, headers=headers)
        assert answer.status_code == 421
    forwarded = {"X-Forwarded-Host": "evil.test", "Forwarded": "host=evil.test"}
    assert (
        httpx.post(f"{plain.at}/storage/sign-in", data={"name": "ada"}, headers=forwarded).status_code == 200
    )
    assert link(mails, f"{plain.url}/enter/").startswith(f"{plain.url}/enter/")
    for target in (b"http://evil.test/storage/sign-in", b"@evil.test"):
        with socket.create_connection(("127.0.0.1", plain.port)) as connection:
            connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % plain.port)
            first = connection.recv(4096)
        assert first.split(b" ")[1] in (b"400", b"421"), first
        assert b"ocation: http://evil" not in first


def test_only_the_exact_header_of_a_trusted_proxy_counts(web: Web, plain: Web) -> None:
    def who(*headers: tuple[str, str], url: str = "") -> int:
        return httpx.get(f"{url or web.url}/", headers=list(headers)).status_code

    assert who(("X-Remote-User", "cleo")) == 200
    assert who(("x-remote-USER", "cleo")) == 200
    assert who(("X_Remote_User", "op")) == 303
    assert who(("X-Remote-User", "")) == 303
    assert who(("X-Remote-User", "cleo"), ("X-Remote-User", "op")) == 400
    assert who(("X-Remote-User", "cleo,op")) == 400
    assert "refused: 127.0.0.1 has several users in X-Remote-User" in web.log
    assert who(("X-Remote-User", "cleo"), url=plain.url) == 303


def test_a_proxy_that_is_not_trusted_names_nobody(place: Place) -> None:
    more = OPERATORS.replace('"127.0.0.1"', '"192.0.2.1", "unix"')
    with Web(place.settings, web=more) as server:
        assert httpx.get(f"{server.url}/", headers={"X-Remote-User": "op"}).status_code == 303


def test_the_header_decides_each_request(web: Web, place: Place, mails: Path) -> None:
    person = Browser(web.url)
    person.sign_in("ada", mails)
    assert "ada</span>" in person.get("/").text
    theirs = person.get("/", **{"X-Remote-User": "ben"})
    assert "ben</span>" in theirs.text
    assert "ada" not in theirs.text
    assert person.get("/operations", **{"X-Remote-User": "op"}).status_code == 200
    assert person.get("/operations", **{"X-Remote-User": "ben"}).status_code == 403
    assert person.get("/operations", **{"X-Remote-User": "op"}).status_code == 200
    proof = person.proof()  # of ada's session
    data = {"digest": "weekly", "notify": "yes", "proof": proof}
    answer = person.client.post(f"{web.url}/preferences", data=data, headers={"X-Remote-User": "ben"})
    assert answer.status_code == 403


def test_everything_below_a_prefix_stays_there(plain: Web, mails: Path) -> None:
    person = Browser(plain.url)
    first = httpx.get(f"{plain.at}/storage")
    assert first.headers["location"] == "/storage/sign-in"
    deep = httpx.get(f"{plain.at}/storage/areas/3?gone=a&gone=b")
    assert deep.headers["location"] == "/storage/sign-in?next=%2Fareas%2F3%3Fgone%3Da%26gone%3Db"
    person.sign_in("cleo", mails)
    seen, todo = set(), ["/storage/", "/storage"]
    while todo:
        path = todo.pop()
        if path in seen or "/language" in path:
            continue
        seen.add(path)
        page = person.client.get(f"{plain.at}{path}", follow_redirects=True)
        assert page.status_code == 200, path
        if "html" not in page.headers["content-type"]:
            continue
        for found in re.findall(r'(?:href|src|action)="([^"#]*)"', page.text):
            if found.startswith("mailto:"):
                continue
            where = found.removeprefix(plain.at)
            assert where == "/storage" or where.startswith("/storage/"), (path, found)
            if "/answer/" not in where and "/sign-out" not in where and "/cleaned-up" not in where:
                todo.append(where.replace("&amp;", "&"))
    assert len(seen) > 8
    stripped = httpx.get(f"{plain.at}/sign-in")  # behind a proxy that takes the prefix off
    assert 'href="/storage/static/style.css"' in stripped.text


def test_pages_of_people_are_not_kept_by_caches_and_files_are(web: Web, cleo: Browser) -> None:
    for path in ("/", "/messages", "/areas/3", "/api/v1/me", "/sign-in"):
        assert cleo.get(path).headers["cache-control"] == "no-store"
    style = cleo.get("/static/style.css")
    assert style.headers["cache-control"] == "public, max-age=3600"
    assert "set-cookie" not in style.headers


def test_a_new_address_counts_only_when_it_is_confirmed(web: Web, place: Place, mails: Path) -> None:
    ada = Browser(web.url, {"X-Remote-User": "ada"})
    fields = {"notify": "yes", "digest": "off", "email": "ada@new.example.org"}
    assert ada.send("/preferences", **fields).status_code == 303
    address = link(mails, f"{web.url}/confirm/")
    assert 'value="ada@example.org"' in ada.get("/preferences").text
    assert httpx.get(address).status_code == 200
    assert 'value="ada@example.org"' in ada.get("/preferences").text
    assert "go to ada@new.example.org now" in httpx.post(address).text
    assert 'value="ada@new.example.org"' in ada.get("/preferences").text
    assert httpx.post(address).status_code == 410
    wrong = ada.send("/preferences", **{**fields, "email": "not an address"})
    assert wrong.status_code == 422
    assert 'value="not an address"' in wrong.text
