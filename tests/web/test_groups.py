"""The pages of groups: a head sees theirs, an operator all. Cases 14, 18, 27, 31 and 33; German; without the extra."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cli.console import run
from cli.place import Place
from servers.web import Web

from web import labs
from web.client import Browser
from web.conftest import OPERATORS
from web.labs import HUMGEN, ODD, QUIET, TREE

BASE = "/lustre/scratch1/humgen"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return labs.build(tmp_path_factory.mktemp("place"))


@pytest.fixture
def eve(web: Web) -> Browser:
    """The head of tree-of-life, without storage of her own."""
    return Browser(web.url, {"X-Remote-User": "eve"})


def text(page: httpx.Response) -> str:
    assert page.status_code == 200, page.text
    return " ".join(re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2]).split())


def listed(browser: Browser, query: str = "") -> list[tuple[str, str]]:
    """The group and volume of each line, by the addresses to which they lead."""
    page = browser.get(f"/groups?{query}")
    assert page.status_code == 200, page.text
    return re.findall(r'<tr><td><a href="/groups/(-?\d+)\?volume=(\w+)"', page.text)


def test_a_head_sees_their_groups_and_those_below_without_a_head(cleo: Browser) -> None:
    assert set(listed(cleo)) == {(str(gid), f"scratch{n}") for gid in (HUMGEN, QUIET) for n in (1, 2)}
    assert "humgen" in text(cleo.get(f"/groups/{HUMGEN}"))
    below = text(cleo.get(f"/groups/{QUIET}"))
    assert "cleo, as the head of a group above" in below
    assert "Group above humgen" in below


def test_an_operator_sees_all_and_who_heads_none_is_told_so(op: Browser, web: Web) -> None:
    assert {gid for gid, _ in listed(op)} == {str(gid) for gid in labs.GROUPS}
    assert "No data are loaded yet of scratch3." in text(op.get("/groups"))
    dan = Browser(web.url, {"X-Remote-User": "dan"})
    assert "You are not named as the head of a group." in text(dan.get("/groups"))
    assert listed(dan, "search=humgen&volume=scratch1&level=warning") == []


def test_only_whom_it_concerns_is_offered_the_page(
    cleo: Browser, eve: Browser, op: Browser, web: Web
) -> None:
    ben = Browser(web.url, {"X-Remote-User": "ben"})
    offers = ['<a href="/groups"' in one.get("/preferences").text for one in (cleo, eve, op, ben)]
    assert offers == [True, True, True, False]
    zoe = Browser(web.url, {"X-Remote-User": "zoe"})
    for head in (eve, zoe):  # of one there was something to tell, of the other nothing is known
        assert "See the groups that you answer for." in text(head.get("/"))
    assert "Where your groups stand tree-of-life on scratch1" in text(eve.get("/"))
    assert "See the groups" not in text(ben.get("/"))


def test_the_list_has_every_figure_with_its_age(op: Browser) -> None:
    found = text(op.get("/groups"))
    assert re.search(r"humgen scratch1 warning 89 % 35\.9 TB 40 TB 6 \d+ \w+ 20\d\d cleo", found), found
    assert re.search(r"tree-of-life scratch1 over 54 % 16\.3 TB 30 TB 25 \(125 %\) \d+ \w+ 20\d\d eve", found)
    assert re.search(r"humgen scratch2 ok – 9 PB none known 2 \d+ \w+ 20\d\d cleo 20 days ago old", found)


def test_an_operator_reads_which_data_cannot_be_loaded_and_why(
    op: Browser, cleo: Browser, place: Place
) -> None:
    said = "cannot be loaded; what you see is from before. line 7: &lt;what&gt;"
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        for number, (volume, as_of) in enumerate(
            (("scratch1", "2020-01-01 00:00:00"), ("scratch2", "2099-01-02 00:00:00"))
        ):
            connection.execute(
                "INSERT INTO load (id, volume, name, mtime, size, as_of, state, ordered_at, attempts, lines, cells,"
                " seconds, failure) VALUES (?, ?, 'x', 0, 0, ?, 'failed', ?, 1, 0, 0, 0, 'line 7: <what>')",
                (f"refused{number}", volume, as_of, as_of),
            )
    page = op.get("/groups").text
    assert said in " ".join(re.sub(r"</?(?:p|span)[^>]*>", "", page).split())
    assert "The data of scratch2 of 2 January 2099 cannot be loaded" in page
    assert "The data of scratch1" not in page  # what came later was loaded
    assert "cannot be loaded" not in cleo.get("/groups").text
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute("DELETE FROM load WHERE name = 'x'")


def test_the_list_is_searched_sorted_and_filtered(op: Browser) -> None:
    assert [gid for gid, _ in listed(op)][:2] == [str(TREE), str(HUMGEN)]
    assert listed(op, "sort=size")[0] == (str(HUMGEN), "scratch2")
    assert [int(gid) for gid, _ in listed(op, "sort=group")] == [ODD, HUMGEN, HUMGEN, QUIET, QUIET, TREE]
    assert {volume for _, volume in listed(op, "sort=untouched")[:2]} == {"scratch2"}
    assert listed(op, "search=EVE") == [(str(TREE), "scratch1")]
    assert listed(op, "search=%25") == listed(op, "search=%27") == listed(op, "volume=xy") == []
    assert op.get("/groups?volume=x%00y").status_code == 404
    assert listed(op, "level=over") == [(str(TREE), "scratch1")]
    assert len(listed(op, "volume=scratch2")) == 2
    assert listed(op, "page=2") == []
    assert len(listed(op, "page=x&sort=x&level=x")) == 6
    assert op.get("/groups?search=%00").status_code == 404
    sorted_by = re.findall(r'aria-sort="(\w+)"><a[^>]*>([^<]+)', op.get("/groups?sort=untouched").text)
    assert sorted_by == [("ascending", "Last changed")]


def test_one_group_is_shown_with_all_that_is_kept(cleo: Browser) -> None:
    page = cleo.get(f"/groups/{HUMGEN}")
    found = text(page)
    for said in (
        "2 members ben, dan",
        "On scratch1: warning",
        "Size 89 % 35.9 TB of 40 TB notice",
        "The level is warning because of where that leads within a week.",
        "The quota was set by those who run the service on",
        "Size: 30 days ago 20.9 TB, 7 days ago 32.4 TB, now 35.9 TB; the limit is 40 TB.",
        f"{BASE} 35.9 TB 6",
        "20002 24 TB 67 %",
        "bam 24 TB 67 %",
        "Of it, 500 GB look temporary by their names.",
        "For more than Size Share 1 month 9.8 TB 27 %",
        "2 years 500 GB 1 %",
        "Deeper ones and single files are not.",
    ):
        assert said in found, said
    assert re.search(r"At the pace since \w+ \d+ \w+ \(UTC\), the quota will be full on \w+ \d+ \w+", found)
    assert "reports query" not in found
    assert page.text.count("<tr><td><time") == len(labs.DAYS)


def test_what_vaults_keep_is_shown_with_owner_size_and_what_is_to_become_of_it(cleo: Browser) -> None:
    page = text(cleo.get(f"/groups/{QUIET}?volume=scratch1"))
    assert "What vaults keep is to be archived: 1 file, 12 B" in page
    assert re.search(r"/lustre/scratch1/quiet/a\.txt is to be archived 20001 12 B", page), page
    assert "What vaults keep" not in text(cleo.get(f"/groups/{HUMGEN}?volume=scratch1"))


def test_one_looks_into_a_base_directory(cleo: Browser) -> None:
    address = f"/groups/{HUMGEN}?volume=scratch1&base={BASE}"
    found = text(cleo.get(address))
    assert re.search(r"projects/gwas 24 TB 1 \d+ \w+ 20\d\d 67 % bam 24 TB", found)
    assert "users/ben 500 GB" in found
    assert "files in the base directory itself 4 kB" in found

    def names(by: str) -> list[str]:
        page = cleo.get(f"{address}&by={by}").text.partition('id="where"')[2].partition("Whose it is")[0]
        return re.findall(r'<tr><td>(?:<span class="path" dir="ltr">)?([^<]+)', page)

    assert names("size")[0] == "projects/gwas"
    assert names("files")[0] == "projects/ibd"
    assert names("age")[0].startswith("files in the base")
    assert names("none") == names("size")
    assert "reports query" in text(Browser(cleo.url, {"X-Remote-User": "op"}).get(address))


@pytest.mark.parametrize(
    ("table", "name", "more"),
    [
        ("directory_usage", "directory", "&base=/lustre/scratch1/tree/users"),
        ("group_usage", "base", ""),
    ],
)
def test_a_long_list_has_pages(op: Browser, place: Place, table: str, name: str, more: str) -> None:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "id"]
        taken = ", ".join({name: "?", "bytes": "1"}.get(column, column) for column in columns)
        connection.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} FROM {table} WHERE gid = ? LIMIT 1",
            [(f"/more/{number:03}", TREE) for number in range(60)],
        )
    first = op.get(f"/groups/{TREE}?volume=scratch1{more}").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following, first
    second = op.get(following[1].replace("&amp;", "&")).text
    shown = [set(re.findall(r">(/more/\d+)<", page)) for page in (first, second)]
    assert len(shown[0] | shown[1]) == 60
    assert not shown[0] & shown[1]
    assert 'rel="next"' not in second.partition("Whose it is")[0]
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute(f"DELETE FROM {table} WHERE {name} LIKE '/more/%'")


@pytest.mark.parametrize(
    "query",
    [
        "?volume=scratch3", "?volume=none", "?volume=scratch2&base=" + BASE, "?base=/etc", "?base=../..",
        "?volume=scratch1&base=%00", "?volume=scratch1&base=" + BASE + "/projects",
    ],
)  # fmt: skip
def test_case_14_what_a_group_does_not_have_is_no_page(cleo: Browser, query: str) -> None:
    assert cleo.get(f"/groups/{HUMGEN}{query}").status_code == 404


@pytest.mark.parametrize(
    "query", ["", "?volume=scratch1", f"?volume=scratch1&base={BASE}", "?page=2", "?user=cleo"]
)
def test_case_14_anothers_group_and_none_answer_alike_whatever_is_added(eve: Browser, query: str) -> None:
    for way in ("", "/plot.svg"):
        answers = [
            eve.get(f"/groups/{gid}{way}{query}")
            for gid in (HUMGEN, QUIET, "4123456789", "-7", "humgen", "x" * 99)
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.text for answer in answers}) == 1


def test_case_18_names_are_shown_literally(op: Browser) -> None:
    page = op.get(f"/groups/{ODD}").text
    assert "<title>&#34;&gt;&lt;svg onload=x&gt;" in page
    assert "<svg onload" not in page
    assert "<script" not in page
    inside = op.get(f"/groups/{HUMGEN}?volume=scratch1&base={BASE}").text
    assert "&lt;b&gt;bold &amp; co" in inside


def test_case_27_the_same_integer_is_on_the_page_in_rest_and_in_json(
    op: Browser, place: Place, web: Web
) -> None:
    exact = 2**53 + 1
    for address in ("/groups", f"/groups/{HUMGEN}?volume=scratch2"):
        assert f'<data value="{exact}">9 PB</data>' in op.get(address).text
    rest = op.get("/api/v1/reports/standings?volume=scratch2").text
    assert f'"bytes": {exact}' in rest
    printed = run("reports", "groups", "--json", "--settings", place.settings)
    assert f'"bytes": {exact}' in printed.out


def test_case_31_who_is_not_all_known_is_called_so(op: Browser, place: Place) -> None:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE groups SET complete = 0 WHERE gid = ?", (TREE,))
    assert "Members none are known There are more than are known." in text(op.get(f"/groups/{TREE}"))


def test_case_33_the_age_and_the_word_old_stand_beside_figures(op: Browser) -> None:
    found = text(op.get(f"/groups/{HUMGEN}?volume=scratch2"))
    assert "Counted 20 days ago:" in found
    assert "This is old: today it may be otherwise." in found
    assert "No quota is known, so there is no forecast." in found
    fresh = text(op.get(f"/groups/{HUMGEN}?volume=scratch1"))
    assert "This is old" not in fresh


def test_a_plot_is_drawn_also_without_a_quota_and_not_of_a_single_capture(op: Browser) -> None:
    for gid in (HUMGEN, TREE, QUIET):
        plot = op.get(f"/groups/{gid}/plot.svg?volume=scratch1")
        assert plot.status_code == 200
        assert plot.headers["content-type"].startswith("image/svg")
    assert op.get(f"/groups/{HUMGEN}/plot.svg?volume=scratch2").status_code == 404
    assert "There are too few captures yet to draw a course." in text(
        op.get(f"/groups/{HUMGEN}?volume=scratch2")
    )


def test_who_wants_german_reads_german(op: Browser) -> None:
    found = text(op.get(f"/groups/{HUMGEN}", **{"Accept-Language": "de"}))
    for said in (
        "Auf scratch1: Warnung",
        "Wo es liegt",
        "35,9 TB von 40 TB",
        "1 Monat",
        "Geht es weiter wie seit",
    ):
        assert said in found
    assert "Gruppen und was sie belegen" in text(op.get("/groups", **{"Accept-Language": "de"}))


def test_rest_shows_what_the_commands_print(op: Browser, place: Place) -> None:
    def printed(*words: str) -> object:
        return run(*words, "--json", "--settings", place.settings).json

    def got(path: str) -> object:
        return op.get(f"/api/v1{path}").json()["items"]

    assert got("/groups") == printed("groups", "list")
    assert op.get("/api/v1/groups/humgen").json() == printed("groups", "show", "humgen")
    assert op.get(f"/api/v1/groups/{HUMGEN}").json() == printed("groups", "show", "humgen")
    assert op.get("/api/v1/groups/none").status_code == 404
    assert got("/reports/types/humgen") == printed("reports", "types", "--group", "humgen")
    assert got("/reports/history/humgen?volume=scratch1&count=5") == printed(
        "reports", "history", "humgen", "--volume", "scratch1", "--count", "5"
    )
    for name in ("groups", "users", "directories", "vaults"):
        every = printed("reports", name, "--group", "tree-of-life")
        assert isinstance(every, list)
        found = got(f"/reports/{name}?group=tree-of-life&size=1000")
        assert isinstance(found, list)
        assert sorted(map(str, found)) == sorted(map(str, every))
        assert [one["bytes"] for one in found] == sorted((one["bytes"] for one in found), reverse=True)


def test_rest_has_pages(op: Browser) -> None:
    first = op.get("/api/v1/reports/users?group=tree-of-life&size=20").json()
    second = op.get(first["next"]).json()
    assert (len(first["items"]), len(second["items"]), second["next"]) == (20, 5, None)
    assert len({one["uid"] for one in first["items"] + second["items"]}) == 25


def test_rest_shows_heads_their_groups_alone(cleo: Browser, op: Browser) -> None:
    for name in ("standings", "groups", "users", "directories"):
        found = cleo.get(f"/api/v1/me/reports/{name}").json()["items"]
        assert {one["gid"] for one in found} == {HUMGEN, QUIET}
        assert cleo.get(f"/api/v1/reports/{name}").status_code == 403
        assert op.get(f"/api/v1/me/reports/{name}").json()["items"] == []
    for path in ("groups?group=", "users?group=", "types/", "history/"):
        theirs, none = (cleo.get(f"/api/v1/me/reports/{path}{group}") for group in ("tree-of-life", "none"))
        assert (theirs.status_code, theirs.text) == (none.status_code, none.text)
        assert none.status_code == 404


@pytest.fixture
def without_extra(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """The web of the same place in a process that finds none of the libraries of the extra."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Hiding:\n"
        "    def __init__(self, finder): self.finder = finder\n"
        "    def __getattr__(self, name): return getattr(self.finder, name)\n"
        "    def find_spec(self, name, *more):\n"
        "        hidden = name.partition('.')[0] in {'duckdb', 'isal', 'pyarrow'}\n"
        "        return None if hidden else self.finder.find_spec(name, *more)\n"
        "sys.meta_path[:] = map(Hiding, sys.meta_path)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Web(place.settings, web=OPERATORS) as server:
        yield Browser(server.url, {"X-Remote-User": "op"})


def test_the_pages_need_none_of_the_libraries_of_the_extra(without_extra: Browser) -> None:
    assert len(listed(without_extra)) == 6
    for path in (
        f"/groups/{HUMGEN}?volume=scratch1&base={BASE}",
        f"/groups/{TREE}/plot.svg",
        "/api/v1/reports/groups",
    ):
        assert without_extra.get(path).status_code == 200


@pytest.fixture
def below_a_path(place: Place) -> Iterator[Browser]:
    """The web of the same place behind a proxy that leaves a path before ours."""
    with Web(place.settings, web=OPERATORS, prefix="/storage") as server:
        yield Browser(server.url, {"X-Remote-User": "op"})


def test_case_12_no_address_leaves_the_prefix(below_a_path: Browser) -> None:
    for path in ("/groups?sort=size", f"/groups/{HUMGEN}?volume=scratch1&base={BASE}"):
        page = below_a_path.get(path)
        assert page.status_code == 200
        found = re.findall(r'(?:href|src|action)="([^"#]+)', page.text)
        assert [address for address in found if not address.startswith(("/storage/", "mailto:"))] == []
        for address in {one.replace("&amp;", "&") for one in found if "/groups" in one}:
            assert below_a_path.get(address.removeprefix("/storage")).status_code == 200, address


def test_an_operator_says_who_answers_for_a_group_and_what_its_quotas_are(op: Browser, cleo: Browser) -> None:
    path = f"/operations/groups/{TREE}"
    assert "tree-of-life" in text(op.get("/operations/groups?search=eve"))
    assert f'href="{path}"' in op.get(f"/groups/{TREE}").text
    assert path not in cleo.get(f"/groups/{HUMGEN}").text
    assert cleo.get(f"/groups/{TREE}").status_code == 404
    assert op.send(path, head="cleo", contact="lab@example.org", parent="").status_code == 303
    assert "tree-of-life" in text(cleo.get(f"/groups/{TREE}"))
    for wrong in ({"contact": "a@b"}, {"parent": "none"}, {"parent": "tree-of-life"}, {"head": "x" * 300}):
        assert op.send(path, **{"head": "cleo", "contact": "", "parent": "", **wrong}).status_code == 422
    assert op.send(path, head="", contact="", parent="").status_code == 303
    assert cleo.get(f"/groups/{TREE}").status_code == 404
    assert op.send(f"{path}/limit", volume="scratch1", limit="40 TB").status_code == 303
    assert "40 TB on scratch1" in text(op.get(path))
    for wrong in ({"limit": "much"}, {"limit": "-1"}, {"volume": ""}, {"volume": "x" * 300}):
        assert op.send(f"{path}/limit", **{"volume": "scratch1", "limit": "1 TB", **wrong}).status_code == 422
    assert op.send(f"{path}/limit", volume="scratch1", limit="").status_code == 303
    assert "None was set here." in text(op.get(path))
    assert (
        op.get("/operations/groups/999999").status_code == op.get("/operations/groups/x").status_code == 404
    )
    told = text(op.get("/operations/changes"))
    assert "group tree-of-life changed: head cleo, contact lab@example.org, parent of the directory" in told
    assert "quota of group tree-of-life on scratch1: taken back" in told
