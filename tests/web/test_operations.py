"""W3: what operators decide, and that it is kept with who and when."""

import re
import sqlite3
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cli.place import Place
from servers.web import Web

from web.client import Browser
from web.conftest import OPERATORS
from xfc_notify.pages import Scope
from xfc_notify.store import database
from xfc_notify.web import api_tokens


def asked(place: Place, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        return connection.execute(query).fetchall()


def changed(op: Browser) -> str:
    return re.sub(r"<[^>]+>", " ", op.get("/operations/changes").text)


def in_days(days: int) -> str:
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"


def test_a_user_asks_and_an_operator_grants_or_declines(place: Place, op: Browser, web: Web) -> None:
    dan = Browser(web.url, {"X-Remote-User": "dan"})
    for reason in ("a paper <b>is due</b>", "and another"):
        answer = dan.send("/exemption", limit="4 quota_temporal", until=in_days(20), reason=reason)
        assert answer.status_code == 303, answer.text
    page = op.get("/operations/exemptions").text
    assert "a paper &lt;b&gt;is due&lt;/b&gt;" in page
    first, second = re.findall(r'name="number" value="(\d+)"', page)
    empty = op.send("/operations/exemptions", number=first, decision="grant")
    assert empty.status_code == 422
    grant = {"number": first, "decision": "grant", f"answer-{first}": "until the paper"}
    assert op.send("/operations/exemptions", **grant).status_code == 303
    decline = {"number": second, "decision": "decline", f"answer-{second}": "once is enough"}
    assert op.send("/operations/exemptions", **decline).status_code == 303
    assert op.send("/operations/exemptions", **grant).status_code == 422
    assert "until the paper" in dan.get("/exemption").text
    assert "once is enough" in dan.get("/exemption").text
    told = changed(op)
    assert "request granted: quota_temporal of" in told
    assert "request declined: quota_temporal of" in told
    (area,) = asked(place, "SELECT path FROM area WHERE id = 4")
    end = {"area": str(area[0]), "policy": "quota_temporal"}
    assert op.send("/operations/exemptions/end", **end).status_code == 303
    assert "exemption ended: quota_temporal" in changed(op)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"limit": "3 quota_hard", "until": "2026-13-01", "reason": "x"}, "until"),
        ({"limit": "4 nothing", "until": in_days(20), "reason": "x"}, "limit"),
        ({"limit": "3 quota_hard", "until": "2020-01-01", "reason": "x"}, "until"),
        ({"limit": "3 quota_hard", "until": "9999-12-31", "reason": "x"}, "until"),
        ({"limit": "3 quota_hard", "until": in_days(20), "reason": " "}, "reason"),
        ({"limit": "4 quota_hard", "until": in_days(20), "reason": "another's"}, "limit"),
    ],
)
def test_a_request_with_a_mistake_keeps_what_was_typed(
    cleo: Browser, fields: dict[str, str], field: str
) -> None:
    page = cleo.send("/exemption", **fields)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    if fields["reason"].strip():
        assert fields["reason"].replace("'", "&#39;") in page.text


def test_an_operator_lifts_a_limit_of_a_user(op: Browser) -> None:
    fields = {"area": "2", "policy": "quota_hard", "until": in_days(3), "reason": "new disks come"}
    assert op.send("/operations/users/ben", **fields).status_code == 303
    assert "new disks come" in op.get("/operations/exemptions").text
    assert "quota_hard of" in changed(op)
    assert op.send("/operations/users/ben", **{**fields, "policy": "none"}).status_code == 422
    assert op.send("/operations/users/ben", **{**fields, "until": "yesterday"}).status_code == 422


def test_held_messages_are_released_or_dropped(place: Place, op: Browser) -> None:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE message SET mode = 'held'")
        connection.execute("UPDATE delivery SET state = 'held'")
    page = op.get("/operations/held").text
    assert "cleo" in page
    assert op.send("/operations/held", decision="release").status_code == 422
    assert op.send("/operations/held", decision="release", user="cleo").status_code == 303
    assert "1 message released." in op.get("/operations/held").text
    assert op.send("/operations/held", decision="drop", all="yes").status_code == 303
    assert "No messages are held" in op.get("/operations/held").text
    told = changed(op)
    assert "1 held messages released: cleo" in told
    assert "held messages dropped: all" in told
    states = {state for (state,) in asked(place, "SELECT state FROM delivery")}
    assert states == {"queued", "dropped"}


def test_a_program_that_names_nobody_who_can_be_releases_nothing(place: Place, writer: httpx.Client) -> None:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE message SET mode = 'held'")
    for decision in ("release", "drop"):
        writer.post("/messages/held/decision", json={"decision": decision, "users": ["\0"]})
    assert {mode for (mode,) in asked(place, "SELECT mode FROM message")} == {"held"}


def test_a_program_names_a_policy_that_there_is_and_says_why_in_words(
    place: Place, web: Web, writer: httpx.Client
) -> None:
    with database.connected():
        mine = api_tokens.create("dan", "test", [Scope.WRITE], timedelta(days=1), datetime.now(UTC))
    muted = {"reply": "muted", "policy": "quota_none"}
    bearer = {"Authorization": f"Bearer {mine}"}
    answer = httpx.post(f"{web.url}/api/v1/me/replies", json=muted, headers=bearer)
    assert (answer.status_code, answer.json()["detail"]) == (400, "There is no policy quota_none.")
    assert asked(place, "SELECT policy FROM mute") == []
    long = httpx.post(f"{web.url}/api/v1/me/replies", json={**muted, "policy": "q" * 101}, headers=bearer)
    assert long.status_code == 422
    ((area,),) = asked(place, "SELECT path FROM area WHERE id = 4")
    lifted = {"area": area, "policy": "quota_hard", "until": f"{in_days(3)}T00:00:00Z", "reason": "  "}
    assert writer.post("/users/dan/exemptions", json=lifted).status_code == 400


def test_dead_deliveries_are_sent_again(place: Place, op: Browser) -> None:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE delivery SET state = 'dead', error = '<i>no</i>'")
    page = op.get("/operations/deliveries?state=dead").text
    assert "&lt;i&gt;no&lt;/i&gt;" in page
    numbers = re.findall(r'name="number" value="(\d+)"', page)
    assert "will never arrive" in op.get("/operations").text
    assert op.send("/operations/deliveries", number=numbers[0]).status_code == 303
    assert op.send("/operations/deliveries", number=numbers[0]).status_code == 422
    assert op.send("/operations/deliveries", number="all").status_code == 303
    assert "deliveries queued again: all" in changed(op)


def test_all_again_is_all_that_were_shown(place: Place, op: Browser) -> None:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE delivery SET state = 'retry'")
        connection.execute("UPDATE delivery SET state = 'dead' WHERE id = (SELECT min(id) FROM delivery)")
    page = op.get("/operations/deliveries?state=dead").text
    assert '<input type="hidden" name="state" value="dead"><button name="number" value="all">' in page
    assert op.send("/operations/deliveries", number="all", state="dead").status_code == 303
    assert "1 delivery queued again." in op.get("/operations/deliveries").text
    states = {state for (state,) in asked(place, "SELECT state FROM delivery")}
    assert states == {"queued", "retry"}


def test_requests_and_exemptions_come_in_pages_the_newest_first(place: Place, op: Browser) -> None:
    wish = (
        "INSERT INTO wish (subject_id, policy, until, reason, asked_at, answer) VALUES (?, 'p', ?, ?, ?, '')"
    )
    ((subject,),) = asked(place, "SELECT subject_id FROM area WHERE id = 4")
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        for number in range(60):
            connection.execute(wish, (subject, "2099-01-01 00:00:00", f"why{number}", "2026-01-01 00:00:00"))
    try:
        pages = [op.get(f"/operations/exemptions?page={page}").text for page in (1, 2)]
        mistake = op.send("/operations/exemptions?page=2", number="1", decision="grant")
    finally:
        with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
            connection.execute("DELETE FROM wish WHERE policy = 'p'")
    shown = [re.findall(r"“why(\d+)”", page) for page in pages]
    assert [int(number) for page in shown for number in page] == list(reversed(range(60)))
    assert [len(page) for page in shown] == [50, 10]
    assert 'rel="next"' in pages[0]
    assert 'rel="next"' not in pages[1]
    assert mistake.status_code == 422
    assert re.findall(r"“why(\d+)”", mistake.text) == shown[1]


def test_a_page_that_fails_is_logged_once(place: Place, op: Browser, web: Web) -> None:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        before = connection.execute("SELECT id, state FROM delivery").fetchall()
        connection.execute("UPDATE delivery SET state = 'oddity'")
    answer = op.get("/operations/deliveries")
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.executemany("UPDATE delivery SET state = ? WHERE id = ?", [(s, i) for i, s in before])
    assert answer.status_code == 500
    assert "It is written down" in answer.text
    assert op.get("/operations/deliveries").status_code == 200
    assert web.log.count("ValueError: 'oddity'") == 1
    assert "/operations/deliveries failed" in web.log


def test_areas_that_are_gone_are_in_no_list_of_areas(place: Place, op: Browser) -> None:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE area SET gone_at = '2026-01-01 00:00:00' WHERE path LIKE '%/cleo'")
    try:
        paths = [f"/operations/areas?sort={sort}" for sort in ("size", "level", "scan", "area")]
        pages = [op.get(path).text for path in (*paths, "/operations/volumes/vol1")]
    finally:
        with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
            connection.execute("UPDATE area SET gone_at = NULL")
    for page in pages:
        assert "/vol1/ben" in page
        assert "/vol1/cleo" not in page


def test_who_has_no_area_has_nothing_to_measure_again(place: Place, web: Web, cleo: Browser) -> None:
    assert 'action="/cleaned-up"' in cleo.get("/").text
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute("INSERT INTO users (name, full_name, notify, digest, added_at, full_name_from, email_from)"
                           " SELECT 'gus', '', notify, digest, added_at, full_name_from, email_from"
                           " FROM users WHERE name = 'ada'")  # fmt: skip
    page = Browser(web.url, {"X-Remote-User": "gus"}).get("/").text
    assert "You have no storage here" in page
    assert 'action="/cleaned-up"' not in page


def test_a_program_sees_all_requests(place: Place, op: Browser) -> None:
    wish = (
        "INSERT INTO wish (subject_id, policy, until, reason, asked_at, answer) VALUES (?, 'p', ?, ?, ?, '')"
    )
    ((subject,),) = asked(place, "SELECT subject_id FROM area WHERE id = 4")
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        for number in range(110):
            connection.execute(wish, (subject, "2099-01-01 00:00:00", str(number), "2026-01-01 00:00:00"))
    try:
        first = op.get("/api/v1/wishes").json()
        second = op.get(first["next"]).json()
        assert "110 requests for an exemption wait for you." in op.get("/operations").text
    finally:
        with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
            connection.execute("DELETE FROM wish WHERE policy = 'p'")
    assert [one["reason"] for one in first["items"] + second["items"]] == [str(n) for n in range(110)]
    assert second["next"] is None


def test_what_fails_for_a_program_is_logged_once(place: Place, op: Browser, web: Web) -> None:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE delivery SET state = 'nonsense'")
    answer = op.get("/api/v1/deliveries")
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE delivery SET state = 'sent'")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert op.get("/api/v1/deliveries").status_code == 200
    assert web.log.count("ValueError: 'nonsense'") == 1


def test_what_others_were_told_of_a_user_hides_nothing_that_the_user_was_told(
    place: Place, cleo: Browser
) -> None:
    """Ten later messages to the operators: the page of cleo's messages is as it was."""
    before = re.findall(r"/messages/[^\"]+", cleo.get("/messages").text)
    assert before
    of_cleo = "FROM message m JOIN users u ON m.user_id = u.id WHERE u.name = 'cleo'"
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(message)")]
        for number in range(10):
            new = {
                "id": f"'later-{number}'",
                "audience": "'operators'",
                "created_at": "'2099-01-01 00:00:00'",
            }
            values = ", ".join(new.get(name, f"m.{name}") for name in columns)
            connection.execute(
                f"INSERT INTO message ({', '.join(columns)}) SELECT {values} {of_cleo} LIMIT 1"
            )
    try:
        after = re.findall(r"/messages/[^\"]+", cleo.get("/messages").text)
    finally:
        with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
            connection.execute("DELETE FROM message WHERE id LIKE 'later-%'")
    assert after == before


def test_a_volume_that_holds_more_than_its_capacity_is_more_than_full(place: Place) -> None:
    ((used,),) = asked(place, "SELECT sum(size) FROM area")
    before = place.settings.read_text()
    place.settings.write_text(
        before.replace('path = "vol1"', f'path = "vol1"\ncapacity = "{int(used) - 1} B"')
    )
    with Web(place.settings, web=OPERATORS) as server:
        page = Browser(server.url, {"X-Remote-User": "op"}).get("/operations/volumes/vol1").text
    place.settings.write_text(before)
    assert "That is 101 % of" in page


def test_areas_are_searched_sorted_and_filtered(op: Browser) -> None:
    def shown(query: str) -> list[str]:
        return re.findall(r"/operations/users/(\w+)\"", op.get(f"/operations/areas?{query}").text)

    assert shown("sort=area") == ["ada", "ben", "cleo", "dan", "finn"]
    assert shown("sort=size")[0] == "cleo"
    assert shown("search=cle") == ["cleo"]
    assert shown("search=%25") == []
    assert shown("level=ok&sort=area")[0] == "ada"
    assert shown("page=2") == []
    assert shown("page=x&sort=none&level=none")[0] in {"cleo", "dan"}


def test_cleaned_up_orders_a_scan_once_an_hour(place: Place, web: Web) -> None:
    finn = Browser(web.url, {"X-Remote-User": "finn"})
    assert finn.send("/cleaned-up").status_code == 303
    assert "Your area is measured again" in finn.get("/").text
    assert len(asked(place, "SELECT id FROM scan WHERE state = 'open'")) == 1
    assert finn.send("/cleaned-up").status_code == 422


def test_a_message_whose_text_is_no_longer_kept_says_so(place: Place, op: Browser) -> None:
    ((message, subject),) = asked(place, "SELECT id, subject FROM message ORDER BY created_at LIMIT 1")
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE message SET text = NULL, html = NULL WHERE id = ?", (message,))
    page = op.get(f"/messages/{message}")
    assert page.status_code == 200
    assert str(subject) in page.text
    assert "The text of this message is no longer kept." in page.text
