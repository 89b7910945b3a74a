"""The commands of reports and groups, on data that wrstat wrote."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from reports import wrstat
from reports.wrstat import Entry

from cli.console import run
from xfc_notify import components

REAL = Path(__file__).parents[1] / "reports" / "data" / "D_quoted_12col.stats.gz"
GROUP = "volume group gid head base bytes files quota last_modified age_days level as_of"
USER = "user uid group gid volume bytes last_modified as_of"
DIRECTORY = "volume group gid head base directory bytes files types last_modified age_days as_of"
STANDING = (
    "volume group gid head as_of bytes files quota quota_files quota_source last_modified age_days level full_at "
    "files_full_at bases"
)
SETTINGS = """\
[reports]
data = "data"
quotas = "quotas.csv"

[[reports.volumes]]
name = "scratch122"
mount = "/lustre/scratch122"

[[reports.volumes]]
name = "other"
mount = "/v/other"
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings, and the real lines as of a day ago, loaded; the data of the volume `other` are bad."""
    folder = tmp_path_factory.mktemp("reports")
    (folder / "settings.toml").write_text(SETTINGS)
    (folder / "quotas.csv").write_text("15078,/lustre,16000000,0\n")
    when = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    for key, text in (
        ("／lustre／scratch122", None),
        ("／v／other", wrstat.line(Entry(b"/v/other/x")) + b"nonsense\n"),
    ):
        place = folder / "data" / f"{when:%Y%m%d-%H%M%S}_{key}"
        place.mkdir(parents=True)
        if text is None:
            shutil.copy(REAL, place / "stats.gz")
        else:
            wrstat.write(place / "stats.gz", text)
        os.utime(place, (when.timestamp(), when.timestamp()))
    ran = run("reports", "load", "--json", "--settings", folder / "settings.toml")
    assert ran.code == 2
    assert ran.json["loaded"] == 1
    assert ran.err.strip().endswith("stats.gz, line 2: is written in another form than the first line")
    assert ran.err.count("\n") == 1
    return folder / "settings.toml"


def keys(row: dict[str, object]) -> str:
    return " ".join(row)


def test_groups_are_shown_with_quota_level_and_time(site: Path) -> None:
    rows = run("reports", "groups", "--json", "--settings", site).json
    assert {keys(row) for row in rows} == {GROUP}
    assert {row["gid"]: (row["bytes"], row["quota"], row["level"]) for row in rows} == {
        15078: (15_198_645, 16_000_000, "warning"),
        15247: (12_288, None, "ok"),
        15397: (94_270, None, "ok"),
        15623: (12_288, None, "ok"),
    }
    (row,) = run("reports", "groups", "--group", "15078", "--json", "--settings", site).json
    assert row["base"] == "/lustre/scratch122/tol/teams/team1/users"
    shown = run("reports", "groups", "--settings", site)
    assert "15.2 MB" in shown.out
    assert "warning" in shown.out


def test_users_directories_and_history_have_their_keys(site: Path) -> None:
    users = run("reports", "users", "--json", "--settings", site).json
    assert {keys(row) for row in users} == {USER}
    directories = run("reports", "directories", "--json", "--settings", site).json
    assert {keys(row) for row in directories} == {DIRECTORY}
    assert sum(row["bytes"] for row in directories if row["gid"] == 15078) == 15_198_645
    (point,) = run("reports", "history", "15078", "--json", "--settings", site).json
    assert keys(point) == STANDING
    assert (point["quota_source"], point["full_at"]) == ("file quotas.csv", None)
    (make_up,) = run("reports", "types", "--group", "15078", "--json", "--settings", site).json
    assert sum(make_up["types"].values()) == 15_198_645
    assert run("reports", "vaults", "--json", "--settings", site).json == []


@pytest.mark.parametrize("what", ["groups", "users", "directories"])
def test_each_can_be_printed_and_written_in_each_format(site: Path, what: str) -> None:
    rows = run("reports", what, "--json", "--settings", site).json
    tsv = run("reports", what, "--tsv", "--settings", site).raw
    assert run("reports", what, "--tsv", "--crlf", "--settings", site).raw == tsv.replace(b"\n", b"\r\n")
    csv = run("reports", what, "--csv", "--settings", site).out
    assert csv.count("\n") == len(rows) + 1
    file = Path(run("reports", what, "--write", "--settings", site).out.strip())
    assert (file.suffix, file.read_bytes()) == (".tsv", tsv)
    parquet = pq.read_table(run("reports", what, "--parquet", "--settings", site).out.strip())
    assert parquet["bytes"].to_pylist() == [row["bytes"] for row in rows]
    ran = run("reports", what, "--csv", "--tsv", "--settings", site)
    assert (ran.code, ran.err.count("\n")) == (2, 1)


def test_a_question_is_answered_without_the_database(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XFC_NOTIFY_DATABASE__URL", "postgresql://nobody:x@127.0.0.1:9/none")
    ran = run(
        "reports",
        "query",
        "SELECT sum(files)::BIGINT AS files, sum(size) AS size FROM cells",
        "--json",
        "--settings",
        site,
    )
    assert ran.json == [{"files": 128, "size": 25_839_727}]


def test_a_second_load_does_nothing_and_again_tries_what_failed(site: Path) -> None:
    assert run("reports", "load", "--json", "--settings", site).json == {"loaded": 0, "failed": []}
    assert run("reports", "load", "other", "--again", "--settings", site).code == 2


def test_groups_can_be_shown_and_set(site: Path) -> None:
    listed = run("groups", "list", "--json", "--settings", site).json
    assert [row["gid"] for row in listed] == [15078, 15247, 15397, 15623]
    ran = run(
        *(
            "groups",
            "set",
            "15078",
            "--head",
            "ada",
            "--contact",
            "lab@example.org",
            "--volume",
            "scratch122",
        ),
        *("--limit", "20 MB", "--json", "--settings", site),
    )
    assert ran.json["head"] == "ada"
    assert ran.json["limits"] == {"scratch122": 20_000_000}
    assert "head: ada" in run("groups", "show", "15078", "--settings", site).out
    for wrong in (
        ["show", "nobody"],
        ["set", "15078"],
        ["set", "15078", "--limit", "20 MB"],
        ["set", "15078", "--contact", "x"],
        ["set", "15078", "--parent", "15078"],
        ["set", "15078", "--limit", "many", "--volume", "scratch122"],
    ):
        refused = run("groups", *wrong, "--settings", site)
        assert (refused.code, refused.out) == (2, ""), wrong


def test_check_tells_of_what_could_not_be_loaded(site: Path) -> None:
    shown = run("check", "reports", "--settings", site)
    assert "line 2: is written in another form" in " ".join(shown.out.split())


@pytest.mark.parametrize(
    "arguments",
    [["load", "nowhere"], ["groups", "--volume", "nowhere"], ["history", "nobody"], ["query", "SELECT"]],
)
def test_what_is_not_there_is_said_in_one_line(site: Path, arguments: list[str]) -> None:
    ran = run("reports", *arguments, "--settings", site)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") <= 2


def test_without_its_libraries_reports_says_so(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = components.find_spec
    monkeypatch.setattr(components, "find_spec", lambda name: None if name == "duckdb" else there(name))
    ran = run("reports", "load", "--settings", site)
    assert (ran.code, ran.err) == (
        2,
        "xfc-notify: reports needs more libraries.\n  pip install 'xfc-notify[reports]'\n",
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[[reports.volumes]]\nname = "x"\nmount = "/x"\n', "needs `data`"),
        (
            '[reports]\ndata = "d"\n[[reports.volumes]]\nname = "x"\nmount = "x"\n',
            "an absolute path is needed",
        ),
        (
            '[reports]\ndata = "d"\n' + '[[reports.volumes]]\nname = "x"\nmount = "/x"\n' * 2,
            "two volumes have one name",
        ),
        ('[reports]\ndaata = "d"\n', "unknown key"),
        ('[reports]\n[[reports.pseudo_groups]]\nprefix = "/x"\ngid = 5\nname = "x"\n', "less than 0"),
    ],
)
def test_a_mistake_in_the_settings_is_one_line(tmp_path: Path, more: str, said: str) -> None:
    (tmp_path / "settings.toml").write_text(more)
    ran = run("reports", "load", "--settings", tmp_path / "settings.toml")
    assert ran.code == 2
    assert said in ran.err
    assert str(tmp_path / "settings.toml") in ran.err


def test_check_looks_at_the_files_beside_the_data_and_at_each_volume(site: Path) -> None:
    found = {row["name"]: row for row in run("check", "reports", "--json", "--settings", site).json}
    assert found["report files"]["state"] == "ok"
    assert found["report scratch122"]["state"] == "ok"
    assert found["report other"]["what"].endswith(
        "stats.gz, line 2: is written in another form than the first line"
    )
    assert all(
        name in {"settings", "database", "broker", "plugins"} or name.startswith("report ") for name in found
    )


def test_check_does_not_ask_tables_that_there_are_not_yet(site: Path, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(SETTINGS)
    shutil.copy(site.parent / "quotas.csv", tmp_path)
    shutil.copytree(site.parent / "data", tmp_path / "data", copy_function=shutil.copy2)
    ran = run("check", "reports", "--json", "--settings", tmp_path / "settings.toml")
    (row,) = (row for row in ran.json if row["name"] == "report scratch122")
    assert (row["state"], row["do"]) == ("notice", "run: xfc-notify migrate")


def test_check_shows_a_file_beside_the_data_that_cannot_be_read(site: Path, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(SETTINGS)
    (tmp_path / "quotas.csv").write_text("nonsense\n")
    ran = run("check", "reports", "--json", "--settings", tmp_path / "settings.toml")
    (row,) = (row for row in ran.json if row["name"] == "report files")
    assert (ran.code, row["state"]) == (1, "failed")
    assert "quotas.csv" in row["what"]
