"""Case 14: a table of routes and roles. A new route without an entry fails."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cli.place import Place
from servers.web import Web

from web import labs, lives
from web.client import Browser
from web.conftest import scanned_before
from xfc_notify import components
from xfc_notify.pages import Role, Scope
from xfc_notify.store import database
from xfc_notify.web import api_tokens
from xfc_notify.web.signed import hashed

WHO = ("nobody", "ada", "cleo", "op")
SIGN_IN, OK, NO, ABSENT, GONE, START = 303, 200, 403, 404, 410, 303

PAGES = {
    # path: the status for nobody, for ada, for cleo, whose area number 3 is, and for an operator
    "/": (SIGN_IN, OK, OK, OK),
    "/messages": (SIGN_IN, OK, OK, OK),
    "/messages/{message}": (SIGN_IN, ABSENT, OK, OK),
    "/areas/{area}": (SIGN_IN, ABSENT, OK, OK),
    "/areas/{area}/plot.svg": (SIGN_IN, ABSENT, OK, OK),
    "/groups": (SIGN_IN, OK, OK, OK),
    "/groups/{group}": (SIGN_IN, ABSENT, OK, OK),  # cleo is its head
    "/groups/{group}/plot.svg": (SIGN_IN, ABSENT, OK, OK),
    "/datasets": (SIGN_IN, OK, OK, OK),
    "/datasets/{dataset}": (SIGN_IN, ABSENT, OK, OK),
    "/expiring": (SIGN_IN, OK, OK, OK),
    "/expiring/{dataset}": (SIGN_IN, ABSENT, OK, OK),
    "/preferences": (SIGN_IN, OK, OK, OK),
    "/tokens": (SIGN_IN, OK, OK, OK),
    "/tokens/revoke": (SIGN_IN, START, START, START),
    "/cleaned-up": (SIGN_IN, START, START, START),
    "/exemption": (SIGN_IN, OK, OK, OK),
    "/sign-in": (OK, START, START, START),
    "/sign-in/provider": (ABSENT,) * 4,
    "/sign-in/back": (ABSENT,) * 4,
    "/sign-out": (START,) * 4,
    "/language": (ABSENT,) * 4,
    "/enter/{token}": (GONE,) * 4,
    "/confirm/{token}": (GONE,) * 4,
    "/answer/{token}": (GONE,) * 4,
    "/decide/{token}": (GONE,) * 4,
    "/operations": (SIGN_IN, NO, NO, OK),
    "/operations/areas": (SIGN_IN, NO, NO, OK),
    "/operations/areas/gone": (SIGN_IN, NO, NO, OK),
    "/operations/volumes": (SIGN_IN, NO, NO, OK),
    "/operations/volumes/{volume}": (SIGN_IN, NO, NO, OK),
    "/operations/users": (SIGN_IN, NO, NO, OK),
    "/operations/users/{user}": (SIGN_IN, NO, NO, OK),
    "/operations/users/{user}/storage": (SIGN_IN, NO, NO, OK),
    "/operations/users/{user}/answer": (SIGN_IN, NO, NO, START),
    "/operations/users/{user}/preview": (SIGN_IN, NO, NO, OK),
    "/operations/users/{user}/change": (SIGN_IN, NO, NO, OK),
    "/operations/users/{user}/rename": (SIGN_IN, NO, NO, OK),
    "/operations/users/{user}/forget": (SIGN_IN, NO, NO, OK),
    "/operations/groups": (SIGN_IN, NO, NO, OK),
    "/operations/groups/{group}": (SIGN_IN, NO, NO, OK),
    "/operations/groups/{group}/limit": (SIGN_IN, NO, NO, OK),
    "/operations/exemptions": (SIGN_IN, NO, NO, OK),
    "/operations/exemptions/end": (SIGN_IN, NO, NO, START),
    "/operations/expiring": (SIGN_IN, NO, NO, OK),
    "/operations/go-live": (SIGN_IN, NO, NO, OK),
    "/operations/simulation": (SIGN_IN, NO, NO, OK),
    "/operations/held": (SIGN_IN, NO, NO, OK),
    "/operations/deliveries": (SIGN_IN, NO, NO, OK),
    "/operations/tokens": (SIGN_IN, NO, NO, OK),
    "/operations/tokens/make": (SIGN_IN, NO, NO, OK),
    "/operations/changes": (SIGN_IN, NO, NO, OK),
}

DATASETS = ("", "/{dataset}", "/{dataset}/files", "/{dataset}/history", "/{dataset}/journal")
LIVES = ("lives", "lives/{dataset}", "notices")
REPORTS = ("standings", "groups", "users", "directories", "vaults")
RESOURCES = {
    # (method, path): may a user, may a token of a user with scope own, read, write; an operator's with these
    ("GET", "/me"): (200, 200, 403, 403, 404, 403, 403),
    ("GET", "/me/standings"): (200, 200, 403, 403, 404, 403, 403),
    ("GET", "/me/scans"): (200, 200, 403, 403, 404, 403, 403),
    ("GET", "/me/explanation"): (200, 200, 403, 403, 404, 403, 403),
    ("POST", "/me/replies"): (401, 403, 403, 200, 403, 403, 404),
    ("GET", "/standings"): (403, 403, 403, 403, 403, 200, 403),
    ("GET", "/users"): (403, 403, 403, 403, 403, 200, 403),
    ("GET", "/users/{user}"): (403, 403, 403, 403, 403, 200, 403),
    ("GET", "/users/{user}/standings"): (403, 403, 403, 403, 403, 200, 403),
    ("GET", "/users/{user}/scans"): (403, 403, 403, 403, 403, 200, 403),
    ("GET", "/users/{user}/explanation"): (403, 403, 403, 403, 403, 200, 403),
    ("POST", "/users/{user}/exemptions"): (401, 403, 403, 403, 403, 403, 400),
    ("GET", "/groups"): (403, 403, 403, 403, 403, 200, 403),
    ("GET", "/groups/{group}"): (403, 403, 403, 403, 403, 200, 403),
    **{("GET", f"/reports/{name}"): (403, 403, 403, 403, 403, 200, 403) for name in REPORTS},
    **{("GET", f"/me/reports/{name}"): (200, 200, 403, 403, 200, 403, 403) for name in REPORTS},
    **{
        ("GET", f"/me/reports/{name}/{{group}}"): (200, 200, 403, 403, 404, 403, 403)
        for name in ("types", "history")  # the operator is not its head
    },
    **{
        ("GET", f"/reports/{name}/{{group}}"): (403, 403, 403, 403, 403, 200, 403)
        for name in ("types", "history")
    },
    **{("GET", f"/datasets{name}"): (403, 403, 403, 403, 403, 200, 403) for name in DATASETS},
    **{
        ("GET", f"/me/datasets{name}"): (200, 200, 403, 403, 404 if name else 200, 403, 403)
        for name in DATASETS  # that number d1 is cleo's
    },
    **{("GET", f"/{name}"): (403, 403, 403, 403, 403, 200, 403) for name in LIVES},
    ("GET", "/me/lives"): (200, 200, 403, 403, 200, 403, 403),
    ("GET", "/me/lives/{dataset}"): (200, 200, 403, 403, 404, 403, 403),
    ("GET", "/me/notices"): (200, 200, 403, 403, 200, 403, 403),
    ("GET", "/exemptions"): (403, 403, 403, 403, 403, 200, 403),
    ("GET", "/wishes"): (403, 403, 403, 403, 403, 200, 403),
    ("GET", "/failures"): (403, 403, 403, 403, 403, 200, 403),
    ("GET", "/volumes"): (403, 403, 403, 403, 403, 200, 403),
    ("GET", "/messages/held"): (403, 403, 403, 403, 403, 200, 403),
    ("POST", "/messages/held/decision"): (401, 403, 403, 403, 403, 403, 200),
    ("GET", "/deliveries"): (403, 403, 403, 403, 403, 200, 403),
    ("POST", "/deliveries/{number}/retry"): (401, 403, 403, 403, 403, 403, 404),
}

BODIES = {
    # what is valid, and changes nothing
    "/me/replies": {"reply": "unmuted", "policy": "none"},
    "/users/{user}/exemptions": {
        "area": "/none", "policy": "none", "until": "2999-01-01T00:00:00Z", "reason": "none",
    },
    "/messages/held/decision": {"decision": "release", "users": ["nobody"]},
}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """With groups, too: cleo is the head of one; and with datasets that expire."""
    made = labs.build(tmp_path_factory.mktemp("place"))
    labs.keep(made)
    lives.expire(made)
    scanned_before(made)
    return made


def filled(path: str, place: Place) -> str:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        (message,) = connection.execute(
            "SELECT m.id FROM message m JOIN users u ON m.user_id = u.id WHERE u.name = 'cleo'"
        ).fetchone()
    values = {"message": message, "area": "3", "token": "x", "volume": "vol1", "user": "cleo", "number": "1",
              "group": str(labs.HUMGEN), "dataset": "d1"}  # fmt: skip
    return path.format_map(values)


def test_every_page_has_its_entry() -> None:
    declared = [page for module in components.modules("pages") for page in module.PAGES]
    assert {page.path for page in declared} == PAGES.keys()
    for page in declared:
        assert (page.role is Role.OPERATOR) == page.path.startswith("/operations")
    resources = [one for module in components.modules("resources") for one in module.RESOURCES]
    assert {("POST" if one.change else "GET", one.path) for one in resources} == RESOURCES.keys()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_as_everybody(web: Web, place: Place, path: str) -> None:
    for who, status in zip(WHO, PAGES[path], strict=True):
        browser = Browser(web.url, {} if who == "nobody" else {"X-Remote-User": who})
        answer = browser.get(filled(path, place))
        assert answer.status_code == status, (who, path, answer.text[-600:])
        if who in {"nobody", "ada"} and path != "/":
            assert "vol1/cleo" not in answer.text


@pytest.fixture(scope="module")
def tokens(web: Web, place: Place) -> dict[str, str]:
    """A token of cleo's and one of the operator's for every scope."""
    database.prepare(f"sqlite:///{place.folder}/xfc-notify.db")
    with database.connected():
        return {
            f"{name} {scope}": api_tokens.create(name, "test", [scope], timedelta(days=1), datetime.now(UTC))
            for name in ("cleo", "op")
            for scope in Scope
            if scope is not Scope.DATASETS
        }


@pytest.mark.parametrize("call", RESOURCES, ids=" ".join)
def test_a_resource_with_every_token(
    web: Web, place: Place, tokens: dict[str, str], call: tuple[str, str]
) -> None:
    method, path = call
    url = f"{web.url}/api/v1{filled(path, place)}"
    shown = [{"X-Remote-User": "cleo"}, *({"Authorization": f"Bearer {token}"} for token in tokens.values())]
    bodies = {"json": BODIES[path]} if path in BODIES else {}
    for headers, status in zip(shown, RESOURCES[call], strict=True):
        answer = httpx.request(method, url, headers=headers, timeout=30, **bodies)
        assert answer.status_code == status, (headers, answer.text)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["status"] == answer.status_code
    assert httpx.request(method, url, **bodies).status_code == 401


def test_what_is_anothers_answers_like_what_is_not_there(web: Web, place: Place) -> None:
    ada = Browser(web.url, {"X-Remote-User": "ada"})
    for theirs, none in (
        ("/areas/3", "/areas/9"),
        ("/messages/" + filled("{message}", place), "/messages/" + "0" * 36),
        (f"/groups/{labs.HUMGEN}", "/groups/4123456789"),
        (f"/groups/{labs.QUIET}", "/groups/4123456789"),
        (f"/groups/{labs.HUMGEN}/plot.svg", "/groups/4123456789/plot.svg"),
        ("/datasets/d1", "/datasets/d9"),
        ("/expiring/d1", "/expiring/d9"),
    ):
        one, other = ada.get(theirs), ada.get(none)
        assert one.status_code == other.status_code == 404
        assert one.text.replace(theirs.replace("/", "%2F"), "") == other.text.replace(
            none.replace("/", "%2F"), ""
        )


def test_a_token_is_kept_as_a_hash_and_ends(web: Web, place: Place, tokens: dict[str, str]) -> None:
    token = tokens["cleo own"]
    kept = b"".join(file.read_bytes() for file in place.folder.glob("xfc-notify.db*"))
    assert hashed(token).encode() in kept  # so a token would be found there
    assert token.encode() not in kept
    cleo = Browser(web.url, {"X-Remote-User": "cleo"})
    page = cleo.send("/tokens", label="my notebook", scope="own", days="7")
    made = page.text.partition('class="path once">')[2].partition("<")[0]
    headers = {"Authorization": f"Bearer {made}"}
    assert httpx.get(f"{web.url}/api/v1/me", headers=headers).json()["user"]["name"] == "cleo"
    assert made not in cleo.get("/tokens").text
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE token SET expires_at = '2026-01-01' WHERE label = 'my notebook'")
    assert httpx.get(f"{web.url}/api/v1/me", headers=headers).status_code == 401


def test_the_command_makes_and_ends_tokens(place: Place, web: Web) -> None:
    from cli.console import run

    made = run("tokens", "create", "cleo", "--scope", "own", "--json", "--settings", place.settings).json
    headers = {"Authorization": f"Bearer {made['token']}"}
    assert httpx.get(f"{web.url}/api/v1/me", headers=headers).status_code == 200
    listed = run("tokens", "list", "--json", "--settings", place.settings).json
    assert run("tokens", "revoke", listed[0]["number"], "--settings", place.settings).code == 0
    assert httpx.get(f"{web.url}/api/v1/me", headers=headers).status_code == 401
    assert run("tokens", "create", "zoe", "--scope", "own", "--settings", place.settings).code == 2


@pytest.fixture
def api(web: Web, tokens: dict[str, str]) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {tokens['op read']}"}
    with httpx.Client(base_url=f"{web.url}/api/v1", headers=headers, timeout=30) as client:
        yield client


def test_rest_shows_what_the_commands_print(place: Place, api: httpx.Client) -> None:
    from cli.console import run

    printed = run("status", "--json", "--settings", place.settings).json
    assert api.get("/standings").json() == {"items": printed, "page": 1, "next": None}
    assert (
        api.get("/users").json()["items"] == run("users", "list", "--json", "--settings", place.settings).json
    )
    first = api.get("/standings", params={"size": 2}).json()
    second = api.get(first["next"]).json()
    assert first["items"] + second["items"] == printed[:4]
    over = api.get("/standings", params={"level": "over"}).json()["items"]
    assert {one["user"] for one in over} == {"cleo", "dan"}
    assert api.get("/standings", params={"level": "worst"}).status_code == 422


def test_a_change_needs_json_and_a_token(web: Web, place: Place, tokens: dict[str, str]) -> None:
    url, write = f"{web.url}/api/v1/me/replies", {"Authorization": f"Bearer {tokens['cleo write']}"}
    body = json.dumps({"reply": "seen"})
    for headers in (
        {**write, "Content-Type": "text/plain"},
        {**write},
        {"X-Remote-User": "cleo", "Content-Type": "text/plain"},
    ):
        assert httpx.post(url, content=body, headers=headers).status_code in {401, 415, 422}
    done = httpx.post(url, json={"reply": "seen"}, headers=write)
    assert done.status_code == 200, done.text
    assert done.json()["done"][0]["policy"] == "quota_hard"
    kept = Browser(web.url, {"X-Remote-User": "op"}).get("/operations/changes").text
    assert "answers seen" in kept


def test_what_others_were_told_of_a_user_is_for_operators(
    web: Web, place: Place, cleo: Browser, op: Browser
) -> None:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        (message,) = connection.execute(
            "SELECT m.id FROM message m JOIN users u ON m.user_id = u.id WHERE u.name = 'cleo'"
        ).fetchone()
        connection.execute("UPDATE message SET audience = 'contact' WHERE id = ?", (message,))
    try:
        own = cleo.get("/api/v1/me/explanation").json()["messages"]
        of_user = op.get("/api/v1/users/cleo/explanation").json()["messages"]
    finally:
        with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
            connection.execute("UPDATE message SET audience = 'user' WHERE id = ?", (message,))
    assert message not in str(own)
    assert message in str(of_user)
    assert message in str(cleo.get("/api/v1/me/explanation").json()["messages"])
