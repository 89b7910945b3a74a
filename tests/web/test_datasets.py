"""Datasets as owners, heads and operators see them, on pages and in REST; looking changes nothing."""

import sqlite3

import httpx
import pytest
from cli.console import run
from cli.place import Place
from servers.web import Web

from web import labs
from web.client import Browser


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """d1 is cleo's, d2 is of the group that cleo heads, d3 is dan's."""
    made = labs.build(tmp_path_factory.mktemp("place"))
    labs.keep(made)
    return made


def test_a_user_sees_their_own_and_those_of_groups_that_they_head(web: Web, cleo: Browser) -> None:
    page = cleo.get("/datasets").text
    assert ("/datasets/d1" in page, "/datasets/d2" in page, "/datasets/d3" in page) == (True, True, False)
    assert "images &lt;i&gt;of&lt;/i&gt; a run" in page
    assert "\x1b" not in page
    assert cleo.get("/datasets/d2").status_code == 200
    assert cleo.get("/datasets/d3").status_code == 404
    dan = Browser(web.url, {"X-Remote-User": "dan"})
    assert "/datasets/d3" in dan.get("/datasets").text
    assert dan.get("/datasets/d1").status_code == 404


def test_the_navigation_and_my_storage_lead_there(web: Web, cleo: Browser, op: Browser) -> None:
    for browser in (cleo, op):
        assert 'href="/datasets"' in browser.get("/preferences").text
    assert "See your datasets, and where they lie." in cleo.get("/").text
    ada = Browser(web.url, {"X-Remote-User": "ada"})
    assert 'href="/datasets"' not in ada.get("/preferences").text


def test_one_dataset_with_copies_history_and_journal(cleo: Browser) -> None:
    page = cleo.get("/datasets/d1").text
    for shown in ("disk1", "tape/kept", "bad", "good", "copy", "register",
                  "is not what it was"):  # fmt: skip
        assert shown in page
    german = cleo.get("/datasets/d1", Cookie="xfc_language=de").text
    assert 'lang="de"' in german
    assert "Wo er gelegen hat" in german


def test_what_is_in_its_files_is_shown(cleo: Browser, op: Browser) -> None:
    page = cleo.get("/datasets/d2").text
    assert "What is in its files" in page
    assert "/&lt;b&gt;frames" in page
    for shown in ("3 × 4", "&lt;f8", "5.5", "3.45205", "holds texts or references, which are not read"):
        assert shown in page
    assert "Was in den Dateien steht" in cleo.get("/datasets/d2", Cookie="xfc_language=de").text
    assert "What is in its files" not in op.get("/datasets/d3").text


def test_a_search_finds_by_path_description_uid_and_store(op: Browser) -> None:
    def found(query: str) -> list[str]:
        page = op.get(f"/datasets?{query}").text
        return [uid for uid in ("d1", "d2", "d3") if f'href="/datasets/{uid}"' in page]

    assert found("") == ["d1", "d2", "d3"]
    assert found("search=aardvark") == ["d2"]
    assert found("search=d3") == ["d3"]
    assert found("search=images") == ["d1", "d2", "d3"]
    assert found("store=tape") == ["d1"]
    assert found("search=%25") == []
    assert found("store=mars&page=99999999") == ["d1", "d2", "d3"]
    assert "No dataset is like that." in op.get("/datasets?search=none").text


def test_what_is_under_way_is_shown(place: Place, cleo: Browser, op: Browser) -> None:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE journal SET ended_at = NULL, success = NULL WHERE command = 'copy'")
    try:
        assert "Under way" in op.get("/datasets").text
        assert "Under way" in cleo.get("/datasets/d1").text
        with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
            connection.execute(
                "UPDATE journal SET bytes = 100, done = 25, copied_at = NULL WHERE command = 'copy'"
            )
        page = cleo.get("/datasets/d1").text
        assert "Will end" in page
        assert "25" in page.partition("Will end")[2][:600]
        assert "Under way" not in cleo.get("/datasets/d2").text
    finally:
        with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
            connection.execute("UPDATE journal SET ended_at = began_at, success = 1 WHERE command = 'copy'")


def test_rest_shows_what_the_commands_print(web: Web, place: Place) -> None:
    def printed(*command: str) -> object:
        return run("datasets", *command, "--json", "--settings", place.settings).json

    as_op = {"X-Remote-User": "op"}
    url = f"{web.url}/api/v1/datasets"
    assert httpx.get(url, headers=as_op).json() == {"items": printed("list"), "page": 1, "next": None}
    assert httpx.get(f"{url}/d1", headers=as_op).json() == printed("show", "d1")
    assert httpx.get(f"{url}/d2", headers=as_op).json()["items"] == printed("show", "d2")["items"]  # type: ignore[index]
    for kind in ("files", "history", "journal"):
        shown = httpx.get(f"{url}/d1/{kind}", headers=as_op).json()["items"]
        assert shown == printed(kind, "d1") if kind != "journal" else len(shown) == 3
    first = httpx.get(url, params={"size": 2}, headers=as_op).json()
    assert len(first["items"]) == 2
    assert len(httpx.get(first["next"], headers=as_op).json()["items"]) == 1
    mine = httpx.get(f"{web.url}/api/v1/me/datasets", headers={"X-Remote-User": "cleo"}).json()["items"]
    assert {one["uid"] for one in mine} == {"d1", "d2"}
    found = httpx.get(url, params={"owner": "dan"}, headers=as_op).json()["items"]
    assert [one["uid"] for one in found] == ["d3"]


def test_c34_looking_changes_nothing(place: Place, web: Web, op: Browser) -> None:
    def dump() -> list[str]:
        with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
            return list(connection.iterdump())

    before = dump()
    for path in ("/datasets", "/datasets/d1"):
        assert op.get(path).status_code == 200
    for path in ("", "/d1", "/d1/files", "/d1/history", "/d1/journal"):
        answer = httpx.get(f"{web.url}/api/v1/datasets{path}", headers={"X-Remote-User": "op"})
        assert answer.status_code == 200, answer.text
    assert dump() == before
