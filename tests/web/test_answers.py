"""W1: the pages to which the links of messages lead. Cases 1, 2, 3 and 5."""

import re
import sqlite3
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cli.place import Place
from servers.process import until
from servers.web import SECRET, Web

from web.client import Browser
from xfc_notify.notify.replies import Reply
from xfc_notify.notify.tokens import Request, sign


def dump(place: Place) -> list[str]:
    """Everything in the database."""
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        return [line for line in connection.iterdump() if "schema_migration" not in line]


def token(user: str, reply: Reply, place: Place, *, ago: timedelta = timedelta(), days: int = 0) -> str:
    """What a link for all open episodes of a user would have in it."""
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        rows = connection.execute(
            "SELECT e.id FROM episode e JOIN subject s ON e.subject_id = s.id JOIN users u ON s.user_id = u.id "
            "WHERE u.name = ? AND e.ended_at IS NULL",
            (user,),
        )
        ids = tuple(number for (number,) in rows)
    return sign(Request(user, reply, ids, days), SECRET, datetime.now(UTC) - ago)


def text_of(page: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_a_mail_scanner_that_follows_every_link_changes_nothing(
    web: Web, place: Place, nobody: Browser
) -> None:
    before = dump(place)
    links = [f"/answer/{token('cleo', reply, place, days=3)}" for reply in Reply]
    for path in links:
        for method in ("HEAD", "GET", "HEAD", "GET"):
            answer = nobody.client.request(method, web.url + path)
            assert answer.status_code == 200
            assert "set-cookie" not in answer.headers
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["cache-control"] == "no-store"
            assert "<script" not in answer.text
    assert dump(place) == before


def test_an_answer_is_shown_then_done_and_twice_is_once(web: Web, place: Place, nobody: Browser) -> None:
    path = f"/answer/{token('ben', Reply.SEEN, place)}"
    page = nobody.get(path)
    assert "<h1>I have seen it: write only if it gets worse?</h1>" in page.text
    assert "hard quota" in page.text
    done = nobody.post(path)
    assert done.status_code == 200
    assert "Thank you. You hear of it again only if it gets worse." in done.text
    again = nobody.post(path)
    assert "This was answered already," in again.text


def test_the_page_speaks_the_language_of_its_reader(web: Web, place: Place) -> None:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE users SET language = 'de', timezone = 'Europe/Berlin' WHERE name = 'dan'")
    german = Browser(web.url, {"Accept-Language": "en"})
    path = f"/answer/{token('dan', Reply.PUT_OFF, place, days=3)}"
    page = german.get(path)
    assert 'lang="de"' in page.text
    assert "<h1>In 3 Tagen erinnern, oder wenn es schlimmer wird?</h1>" in page.text
    done = german.post(path).text
    assert re.search(r"Sie hören davon wieder ab [^<]+ \((MEZ|MESZ)\), oder wenn es schlimmer wird", done), (
        done
    )
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE users SET language = NULL, timezone = NULL WHERE name = 'dan'")


@pytest.mark.parametrize("kind", ["forged", "cut", "expired", "of another service", "too long", "of nobody"])
def test_a_link_that_is_not_valid_leads_to_a_helpful_page(
    web: Web, place: Place, nobody: Browser, kind: str
) -> None:
    good = token("cleo", Reply.SEEN, place)
    bad = {
        "forged": good[:-3] + ("abc" if not good.endswith("abc") else "abd"),
        "cut": good[: len(good) // 2],
        "expired": token("cleo", Reply.SEEN, place, ago=timedelta(days=31)),
        "of another service": sign(
            Request("cleo", Reply.SEEN, (1,)), "another secret of 30 letters.", datetime.now(UTC)
        ),
        "too long": good * 30,
        "of nobody": sign(Request("zoe", Reply.SEEN, (1,)), SECRET, datetime.now(UTC)),
    }[kind]
    before = dump(place)
    for answer in (nobody.get(f"/answer/{bad}"), nobody.post(f"/answer/{bad}")):
        assert answer.status_code == 410
        assert "<h1>This link does not work</h1>" in answer.text
        assert "See my storage" in answer.text
    assert dump(place) == before


def muted(place: Place) -> list[tuple[str, ...]]:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        return connection.execute(
            "SELECT policy FROM mute JOIN users u ON user_id = u.id WHERE u.name = 'finn'"
        ).fetchall()


def test_one_click_unsubscribe_is_a_post_and_nothing_else(web: Web, place: Place) -> None:
    """As a mail provider posts to the address in List-Unsubscribe: a link that mutes, in the messages of finn."""
    link = f"{web.url}/answer/{token('finn', Reply.MUTED, place)}"
    for method in ("GET", "HEAD"):
        answer = httpx.request(method, link)
        assert answer.status_code == 200
        assert muted(place) == []
    assert "<form" in httpx.get(link).text
    answer = httpx.post(link, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
    once = muted(place)
    assert once
    boundary = b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    assert httpx.post(link, content=boundary, headers=kind).status_code == 200
    assert muted(place) == once


def test_who_wants_to_hear_of_something_again_has_answered(web: Web, place: Place) -> None:
    dan = Browser(web.url, {"X-Remote-User": "dan"})
    dan.post(f"/answer/{token('dan', Reply.MUTED, place)}")
    page = dan.get("/preferences").text
    (policy,) = re.findall(r'name="hear" value="(\w+)"', page)
    dan.send("/preferences", notify="yes", digest="off", hear=policy)
    assert 'name="hear"' not in dan.get("/preferences").text
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        kept = connection.execute("SELECT policy, what FROM event WHERE kind = 'unmuted'").fetchall()
    assert kept == [(policy, "the person, by link")]


def test_a_form_that_another_page_sends_is_refused(web: Web, place: Place, cleo: Browser) -> None:
    before = dump(place)
    for headers in (
        {"Origin": "https://evil.test"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": web.url},
    ):
        data = {"notify": "no", "digest": "off", "proof": cleo.proof()}
        answer = cleo.client.post(f"{web.url}/preferences", data=data, headers=headers)
        assert answer.status_code == 403
    assert cleo.post("/preferences", notify="no", digest="off").status_code == 403
    assert cleo.post("/preferences", proof="0" * 64, notify="no", digest="off").status_code == 403
    assert dump(place) == before


def test_no_token_reaches_a_log_a_page_or_a_metric(
    web: Web, place: Place, nobody: Browser, op: Browser
) -> None:
    secret = token("cleo", Reply.SEEN, place)
    nobody.get(f"/answer/{secret}")
    nobody.get(f"/answer/{secret}?x=1")
    nobody.get(f"/enter/{secret}")
    until(lambda: re.search(r"GET /answer/…[0-9a-f]{8} 200", web.log), "the line of the answer")
    assert secret not in web.log
    assert secret not in op.get("/operations/changes").text
    assert secret not in nobody.get("/metrics").text


def test_the_mails_carry_links_to_the_web(web: Web, place: Place) -> None:
    from cli.console import run

    assert run("preview", "cleo", "--settings", web.file).out.count(f"{web.url}/answer/") == 3
