"""Reports as files: byte for byte as before, harmless in spreadsheets, exact in Parquet."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from xfc_notify.domain import Level
from xfc_notify.reports import sheets
from xfc_notify.reports.views import DirectoryView, GroupView, UserView

AS_OF = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
FORMULAS = ('=HYPERLINK("http://e","x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1", " =1", "=1\n,x", "-inf")


def a_group(**changes: object) -> GroupView:
    given = {
        "volume": "one", "group": "lab", "gid": 7, "head": "ada", "base": "/v/one/lab", "bytes": 12345, "files": 3,
        "quota": 20000, "last_modified": datetime(2026, 2, 20, tzinfo=UTC), "age_days": 9.96, "level": Level.OK,
        "as_of": AS_OF,
    }  # fmt: skip
    return GroupView(**(given | changes))  # type: ignore[arg-type]


def test_the_report_of_groups_is_written_as_before() -> None:
    views = [a_group(), a_group(base=None, head="", quota=None, age_days=0.0, bytes=2**53 + 1)]
    sheet = sheets.groups_sheet(views)
    assert sheet.name == "report-output-files/report-20260301"
    assert "".join(sheets.tsv(sheet)) == (
        "Top Level Path\tPI\tGroup\tUsage (bytes)\tQuota (bytes)\tLast Modified (days)\n"
        "/v/one/lab\tada\tlab\t12345\t20000\t10.0\n"
        "-\t-\tlab\t9007199254740993\t-\t0\n"
    )
    assert "".join(sheets.tsv(sheet, "\r\n")).count("\r\n") == 3


def test_the_inspectors_report_is_written_as_before() -> None:
    types = {"bam": 1536, "vcf": 2**20, "bcf": 2**20, "cram": 2**50 * 3, "other": 5}
    day = datetime(2026, 1, 5, tzinfo=UTC)
    view = DirectoryView("one", "lab", 7, "", "/v/one/lab", "users/ada", 1023, 12, types, day, 55.0, AS_OF)
    sheet = sheets.directories_sheet([view])
    assert sheet.name == "inspector-reports/2026-03-01"
    assert "".join(sheets.tsv(sheet)) == (
        "Base Path\tDirectory\tSize\tBAM\tCRAM\tFASTQ\tFASTQ (gzip)\tPEDBED\tSAM\tVCF\tVCF (gzip)\tNum Files\t"
        "Last Modified\tPI\tGroup\n"
        "/v/one/lab\tusers/ada\t1023\t1.50 KiB\t3.00 PiB\t0\t0\t0\t0\t2.00 MiB\t0\t12\t2026-01-05\t-\tlab\n"
    )


def test_the_report_of_users_has_two_rows_each_and_a_column_a_volume() -> None:
    day = datetime(2026, 1, 5, tzinfo=UTC)
    views = [
        UserView("ada", 1, "lab", 7, "two", 1_572_864, day, AS_OF),
        UserView("ada", 1, "lab", 7, "one", 1, day, AS_OF),
        UserView("20002", 20002, "8", 8, "one", 2**21, day, AS_OF),
    ]
    sheet = sheets.users_sheet(views, date(2026, 3, 2))
    assert sheet.name == "user-reports/2026-03-02"
    assert "".join(sheets.tsv(sheet)) == (
        "username\tdata\tgroup\tone\ttwo\n"
        "ada\tsize\tlab\t0.00\t1.50\n"
        "ada\tmtime\tlab\t2026-01-05\t2026-01-05\n"
        "20002\tsize\t8\t2.00\t0\n"
        "20002\tmtime\t8\t2026-01-05\t-\n"
    )


@pytest.mark.parametrize("name", FORMULAS)
def test_case_20_no_text_is_a_formula_in_csv_and_it_is_itself_elsewhere(name: str) -> None:
    (line,) = list(sheets.for_spreadsheets(["name"], [[name]]))[1:]
    (read,) = next(csv.reader(io.StringIO(line, newline="")))
    assert read == f"'{name}"
    sheet = sheets.groups_sheet([a_group(group=name.replace("\t", "").replace("\n", ""))])
    assert name.strip().replace("\t", "").replace("\n", "") in "".join(sheets.tsv(sheet))


@pytest.mark.parametrize(
    "cell", [-5, -0.5, "-5", "+5.25", "-", "plain", "a=b", 'with "quotes", commas', "two\nlines", None]
)
def test_case_20_numbers_and_other_texts_are_left_alone(cell: object) -> None:
    (line,) = list(sheets.for_spreadsheets(["x", "y"], [[cell, "end"]]))[1:]
    assert next(csv.reader(io.StringIO(line, newline=""))) == ["" if cell is None else str(cell), "end"]


def test_case_27_parquet_keeps_whole_numbers_whole(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "groups.parquet"
    sheets.write_parquet([{"group": "lab", "bytes": 2**53 + 1, "as_of": AS_OF}], file)
    read = pq.read_table(file)
    assert read.to_pylist() == [{"group": "lab", "bytes": 2**53 + 1, "as_of": AS_OF}]
    assert str(read.schema.field("bytes").type) == "int64"
