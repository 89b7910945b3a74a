"""W3: what the command line does for one user, on pages; and that it is kept with who and when."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli.console import run
from cli.place import Place
from servers.web import Web

from web.client import Browser
from web.conftest import OPERATORS
from xfc_notify.pages import Scope
from xfc_notify.store import database
from xfc_notify.web import api_tokens
from xfc_notify.web.tables import BindingRow

CLEO = "/operations/users/cleo"


def asked(place: Place, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(place.folder / "xfc-notify.db")) as connection, connection:
        return connection.execute(query).fetchall()


def known_elsewhere(place: Place, name: str) -> str:
    """A token of a user, who has signed in at a provider, too."""
    database.prepare(f"sqlite:///{place.folder}/xfc-notify.db")
    with database.connected():
        token = api_tokens.create(name, "his", [Scope.OWN], timedelta(days=1), datetime.now(UTC))
        BindingRow.create(issuer="https://idp", subject=name, name=name, bound_at=datetime.now(UTC))
    return token


def changed(op: Browser) -> str:
    return re.sub(r"<[^>]+>", " ", op.get("/operations/changes").text)


def test_an_operator_answers_for_a_user(place: Place, op: Browser) -> None:
    assert op.send(f"{CLEO}/answer", reply="seen").status_code == 303
    assert "1 answer is kept." in op.get(CLEO).text
    assert "an operator, on a page" in op.get(CLEO).text
    assert op.send(f"{CLEO}/answer", reply="put off", days="3").status_code == 303
    assert asked(place, "SELECT snoozes FROM episode WHERE quiet_until IS NOT NULL") == [(1,)]
    assert op.send(f"{CLEO}/answer", reply="put off", days="4").status_code == 422
    assert op.send(f"{CLEO}/answer", reply="muted", policy="quota_hard").status_code == 303
    assert 'value="unmuted"' in op.get(CLEO).text
    assert op.send(f"{CLEO}/answer", reply="unmuted", policy="quota_hard").status_code == 303
    assert op.send(f"{CLEO}/answer", reply="muted", policy="no_such").status_code == 422
    assert op.send(f"{CLEO}/answer", reply="muted").status_code == 404
    assert op.send(f"{CLEO}/answer", reply="<b>").status_code == 404
    assert op.send(f"{CLEO}/answer", reply="rescan").status_code == 303
    assert len(asked(place, "SELECT id FROM scan WHERE state = 'open'")) == 1
    assert op.send(f"{CLEO}/answer", reply="rescan").status_code == 422
    told = changed(op)
    for what in ("seen: quota_hard", "muted: quota_hard", "rescan: /"):
        assert f"answered for cleo: {what}" in told


def test_the_message_as_it_would_be_now_is_shown_and_not_sent(place: Place, op: Browser) -> None:
    before = asked(place, "SELECT count(*) FROM message")
    page = op.get(f"{CLEO}/preview").text
    assert "<h1>[XFC]" in page
    assert "/answer/" not in page
    assert asked(place, "SELECT count(*) FROM message") == before


def test_an_operator_changes_an_address_and_limits_which_count_at_once(place: Place, op: Browser) -> None:
    form = op.get(f"{CLEO}/change").text
    assert 'value="cleo@example.org"' in form
    fields = {"email": "c@example.org", "contact": "boss@example.org", "notify": "on", "hard_quota": "1 GB"}
    assert op.send(f"{CLEO}/change", **fields).status_code == 303
    row = "SELECT u.email, u.notify, a.hard_quota, a.level FROM users u JOIN area a ON a.user_id = u.id"
    assert asked(place, f"{row} WHERE u.name = 'cleo'") == [("c@example.org", 1, 10**9, 0)]
    assert asked(place, "SELECT contact FROM subject WHERE contact IS NOT NULL") == [("boss@example.org",)]
    told = "cleo changed: email c@example.org, contact boss@example.org, notify on, hard_quota 1 GB"
    assert told in changed(op)
    back = {**fields, "email": "cleo@example.org", "contact": "", "hard_quota": "default"}
    assert op.send(f"{CLEO}/change", **back).status_code == 303
    assert asked(place, f"{row} WHERE u.name = 'cleo'") == [("cleo@example.org", 1, 10**7, 3)]
    assert asked(place, "SELECT contact FROM subject WHERE contact IS NOT NULL") == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "a@b"),
        ("email", "<a@b.org>"),
        ("contact", "x"),
        ("notify", "perhaps"),
        ("hard_quota", "0"),
        ("hard_quota", "much"),
        ("temporal_quota", "40 TB"),
    ],
)
def test_a_mistake_changes_nothing(place: Place, op: Browser, field: str, value: str) -> None:
    before = asked(place, "SELECT * FROM users") + asked(place, "SELECT * FROM area")
    answer = op.send(f"{CLEO}/change", **{"notify": "on", "hard_quota": "2 GB", field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert asked(place, "SELECT * FROM users") + asked(place, "SELECT * FROM area") == before


def test_tokens_of_all_are_shown_and_revoked(place: Place, op: Browser, web: Web) -> None:
    database.prepare(f"sqlite:///{place.folder}/xfc-notify.db")
    with database.connected():
        token = api_tokens.create("dan", "<i>my</i>", [Scope.OWN], timedelta(days=1), datetime.now(UTC))
    program = Browser(web.url, {"Authorization": f"Bearer {token}"})
    assert program.get("/api/v1/me").status_code == 200
    page = op.get("/operations/tokens").text
    assert "&lt;i&gt;my&lt;/i&gt;" in page
    assert token not in page
    (number,) = re.findall(r'name="number" value="(\d+)"', page)
    assert op.send("/operations/tokens", number=number).status_code == 303
    assert program.get("/api/v1/me").status_code == 401
    assert op.send("/operations/tokens", number=number).status_code == 404
    assert f"token revoked: {number}" in changed(op)


def test_an_operator_makes_a_token_for_somebody_that_looks_and_changes_nothing(web: Web, op: Browser) -> None:
    make, given = "/operations/tokens/make", {"user": "cleo", "label": "a <b>plot</b>", "days": "30"}
    page = op.send(make, scope="own", **given).text
    assert "This is the token of cleo." in page
    (token,) = re.findall(r'<p class="path once">(\S+)</p>', page)
    assert token not in op.get(make).text
    program = Browser(web.url, {"Authorization": f"Bearer {token}"})
    assert program.get("/api/v1/me").json()["user"]["name"] == "cleo"
    reply = {"reply": "unmuted", "policy": "none"}
    assert program.client.post(f"{web.url}/api/v1/me/replies", json=reply).status_code == 403
    for scope in ("write", "datasets", "read", "", "none"):  # cleo is no operator
        assert op.send(make, scope=scope, **given).status_code == 422
    for wrong in ({"user": "nobody"}, {"user": ""}, {"label": ""}, {"days": "31"}):
        assert op.send(make, scope="own", **{**given, **wrong}).status_code == 422
    assert "This is the token of op." in op.send(make, scope="read", **{**given, "user": "op"}).text
    assert "token made for cleo: a &lt;b&gt;plot&lt;/b&gt;: own, 30 days" in changed(op)


def test_a_user_is_renamed_with_all_that_is_theirs(place: Place, web: Web, op: Browser) -> None:
    token = known_elsewhere(place, "ben")
    path = "/operations/users/ben/rename"
    for wrong in ("cleo", "", "../x", "a b", ":operators", "x" * 300):
        assert op.send(path, name=wrong).status_code == 422
    assert op.send(path, name="benjamin").headers["location"].endswith("/operations/users/benjamin")
    program = Browser(web.url, {"Authorization": f"Bearer {token}"})
    assert program.get("/api/v1/me").json()["user"]["name"] == "benjamin"
    assert asked(place, "SELECT name FROM binding") == [("benjamin",)]
    assert op.get("/operations/users/ben").status_code == 404
    assert "ben is called benjamin from now on" in changed(op)
    assert op.send("/operations/users/benjamin/rename", name="ben").status_code == 303


def test_a_user_is_forgotten_by_name_once_the_directories_are_gone(
    place: Place, web: Web, op: Browser
) -> None:
    path = "/operations/users/dan/forget"
    assert "Directories of this user are still there." in op.get(path).text
    assert op.send(path, name="dan").status_code == 422
    asked(place, "UPDATE area SET gone_at = '2026-01-01 00:00:00' WHERE path LIKE '%/dan'")
    token = known_elsewhere(place, "dan")
    assert op.send(path, name="Dan").status_code == 422
    assert op.send(path).status_code == 422
    assert op.send(path, name="dan").headers["location"].endswith("/operations/users")
    assert Browser(web.url, {"Authorization": f"Bearer {token}"}).get("/api/v1/me").status_code == 401
    assert asked(place, "SELECT name FROM binding WHERE name = 'dan'") == []
    assert op.get("/operations/users/dan").status_code == 404
    assert op.get(path).status_code == 404
    assert "user dan forgotten" in changed(op)
    assert (place.folder / "vol1" / "dan").is_dir()  # no file is touched


def test_areas_that_are_gone_are_forgotten_and_no_others(place: Place, op: Browser) -> None:
    asked(place, "UPDATE area SET gone_at = '2026-01-01 00:00:00' WHERE path LIKE '%/ada'")
    page = op.get("/operations/areas/gone").text
    assert "1 area is gone" in page
    (number,) = re.findall(r'name="area" value="(\d+)"', page)
    assert op.send("/operations/areas/gone").status_code == 422
    others = asked(place, "SELECT id FROM area WHERE gone_at IS NULL")
    assert op.send("/operations/areas/gone", area=[str(id_) for (id_,) in others]).status_code == 422
    assert op.send("/operations/areas/gone", area=[number, "3"]).status_code == 303
    assert asked(place, "SELECT id FROM area") == others
    assert "forgotten: " in changed(op)


def test_going_live_is_chosen_and_kept(tmp_path: Path) -> None:
    place = Place.build(tmp_path / "shadow")
    assert run("discover", "--settings", place.settings).code == 0
    assert run("enqueue", "--all", "--settings", place.settings).code == 0
    with Web(place.settings, web=OPERATORS) as server:
        op = Browser(server.url, {"X-Remote-User": "op"})
        assert "Going live would send 4 messages" in op.get("/operations/go-live").text
        assert op.send("/operations/go-live").status_code == 422
        assert asked(place, "SELECT name FROM mark WHERE name = 'live'") == []
        assert op.send("/operations/go-live", what="all").status_code == 303
        assert "Messages are sent from now on." in op.get("/operations/go-live").text
        assert op.send("/operations/go-live", what="all").status_code == 422
        assert "went live" in changed(op)
    assert run("tick", "--settings", place.settings).code == 0
    assert len(place.mails) == 4


def test_the_settings_win_over_going_live(tmp_path: Path) -> None:
    place = Place.build(tmp_path / "shadow", '\n[messages]\nmode = "shadow"\n')
    assert run("discover", "--settings", place.settings).code == 0
    with Web(place.settings, web=OPERATORS) as server:
        op = Browser(server.url, {"X-Remote-User": "op"})
        assert 'name="what"' not in op.get("/operations/go-live").text
        assert op.send("/operations/go-live", what="all").status_code == 422
        assert "went live" not in changed(op)
