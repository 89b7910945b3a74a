"""Any question of what is loaded may be asked, and nothing else can be reached by it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reports import wrstat
from reports.wrstat import AS_OF, Entry
from xfc_notify.errors import WrongInput
from xfc_notify.reports.cells import write_cells
from xfc_notify.reports.query import ask


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("query")
    text = wrstat.lines(Entry(b"/v/d%d/f" % n, n, gid=n % 3) for n in range(2000))
    file = wrstat.write(folder / "stats.gz", text)
    for volume in ("one", "o'two"):
        write_cells(file, folder / f"{volume}.parquet", datetime.fromtimestamp(AS_OF, UTC), lambda _: None)
    return {volume: folder / f"{volume}.parquet" for volume in ("one", "o'two")}


def test_a_question_is_answered_over_all_volumes(files: dict[str, Path]) -> None:
    answer = ask("SELECT volume, gid, sum(files)::INT FROM cells GROUP BY ALL ORDER BY ALL", files, 10, 100)
    assert answer.columns[:2] == ["volume", "gid"]
    assert answer.rows == [(v, g, n) for v in ("o'two", "one") for g, n in ((0, 667), (1, 667), (2, 666))]
    assert ask("SELECT * FROM cells", files, 10, 7).cut


@pytest.mark.parametrize(
    "question",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM '{folder}/secret.parquet'",
        "SELECT * FROM read_parquet('{folder}/link.parquet')",
        "SELECT * FROM read_parquet('{folder}/../{name}/secret.parquet')",
        "SELECT * FROM glob('/etc/*')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "COPY cells TO '{folder}/one.parquet'",
        "ATTACH '{folder}/other.db'",
        "EXPORT DATABASE '{folder}/export'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "PRAGMA database_list",
        "SELECT getenv('HOME')",
        "SELECT 1; SELECT 2",
        "SELECT 1; COPY (SELECT 1) TO '{folder}/out.csv'",
        "DROP VIEW cells",
        "CREATE TABLE x AS SELECT 1",
        "SELECT * FROM read_csv('http://127.0.0.1:9/x')",
        "CALL pragma_version()",
        "",
        "SELECT",
    ],
)
def test_case_28_nothing_outside_can_be_read_or_written(files: dict[str, Path], question: str) -> None:
    folder = files["one"].parent
    secret, link = folder / "secret.parquet", folder / "link.parquet"
    secret.write_bytes(files["one"].read_bytes())
    link.unlink(missing_ok=True)
    link.symlink_to(secret)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(WrongInput) as refused:
        ask(question.format(folder=folder, name=folder.name), files, 10, 100)
    assert "\n" not in refused.value.what
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_case_28_time_and_memory_are_limited(files: dict[str, Path]) -> None:
    with pytest.raises(WrongInput, match="takes longer than"):
        ask(
            "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 7",
            files,
            0.5,
            10,
        )
    with pytest.raises(WrongInput, match="more memory"):
        ask("SELECT list(a.range || 'xxxxxxxxxxxxxxxxxxxxxxxxx') FROM range(100000000) a", files, 60, 10)


def test_case_28_a_symbolic_link_among_the_data_is_no_data(files: dict[str, Path]) -> None:
    link = files["one"].parent / "volume.parquet"
    link.unlink(missing_ok=True)
    link.symlink_to("/etc/passwd")
    with pytest.raises(WrongInput, match="Nothing is loaded yet"):
        ask("SELECT 1", {"one": link}, 10, 10)
