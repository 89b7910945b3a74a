"""users export and import: limits in bulk, and everything back after a loss."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.console import Ran, run
from cli.place import Place


@pytest.fixture
def xfc(tmp_path: Path) -> Callable[..., Ran]:
    place = Place.build(tmp_path / "facility", '[[volumes]]\nname = "vol2"\npath = "vol2"\n')
    (place.folder / "vol2" / "ada").mkdir(parents=True)
    place.discover()
    return lambda *words: run(*words, "--settings", place.settings)


def given(folder: Path, text: str) -> Path:
    file = folder / "people.csv"
    file.write_text(text)
    return file


def lose(folder: Path) -> None:
    for file in (folder / "facility").glob("xfc-notify.db*"):
        file.unlink()


def test_all_comes_back_and_the_export_is_the_same(xfc, tmp_path):
    until = datetime.now(UTC) + timedelta(days=9)
    for words in (
        (
            "users",
            "set",
            "ada",
            "--email",
            "a@lovelace.example",
            "--full-name",
            "=Ada, 'L'",
            "--digest",
            "weekly",
        ),
        (
            "users",
            "set",
            "ada",
            "--timezone",
            "Asia/Tokyo",
            "--language",
            "de",
            "--contact",
            "boss@example.org",
        ),
        ("users", "set", "ben", "--no-notify", "--email", "", "--hard-quota", "3 TB"),
        ("users", "set", "cleo", "--temporal-quota", "7 TB days", "--chat", "json://chat.example.org/s3cret"),
        ("enqueue", "--all"),
        ("exempt", "cleo", "--policy", "quota_hard", "--until", f"{until:%Y-%m-%d}", "--reason", 'a, "b"'),
        ("mute", "ben", "quota_hard"),
    ):
        assert xfc(*words).code == 0, words
    file = tmp_path / "all.csv"
    assert xfc("users", "export", file).code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_text()
    assert xfc("users", "export", file).code == 0  # in the place of the one before
    assert [it.name for it in tmp_path.iterdir() if "all.csv" in it.name] == ["all.csv"]
    assert file.read_text() == before
    assert "s3cret" in before
    assert "quota_hard" in before
    lose(tmp_path)
    refused = xfc("users", "import", file)
    assert (refused.code, "line 2: there is no user ada" in refused.err) == (2, True)
    assert xfc("users", "import", file, "--add", "--json").json == {
        "users_added": 5, "users_changed": 0, "areas_added": 6, "areas_changed": 0,
    }  # fmt: skip
    assert xfc("users", "export").out == before
    assert xfc("users", "import", file, "--json").json == {
        "users_added": 0, "users_changed": 0, "areas_added": 0, "areas_changed": 0,
    }  # fmt: skip
    found = xfc("discover", "--json").json
    assert (found["new_users"], found["new_areas"], found["known"]) == ([], [], 6)
    assert xfc("users", "export").out == before


def quotas(xfc: Callable[..., Ran], user: str) -> dict[str, Any]:
    areas = xfc("users", "show", user, "--json").json["areas"]
    return {area["volume"]: (area["hard_quota"], area["temporal_quota"]) for area in areas}


def test_limits_in_bulk(xfc, tmp_path):
    file = given(
        tmp_path, "user,volume,directory,hard_quota,temporal_quota\nada,,,5 TB,\nben,vol1,ben,1,2 TB days\n"
    )
    assert xfc("users", "import", file, "--json").json == {
        "users_added": 0, "users_changed": 0, "areas_added": 0, "areas_changed": 3,
    }  # fmt: skip
    assert quotas(xfc, "ada") == {"vol1": (5 * 10**12, 1e8), "vol2": (5 * 10**12, 1e8)}
    assert quotas(xfc, "ben") == {"vol1": (1, 2e12)}
    assert xfc("users", "import", given(tmp_path, "user,volume,hard_quota\nada,vol2,7\n")).code == 0
    assert quotas(xfc, "ada") == {"vol1": (5 * 10**12, 1e8), "vol2": (7, 1e8)}


def test_a_later_line_counts_even_if_it_gives_back_what_stood_before_the_file(xfc, tmp_path):
    assert (
        xfc("users", "import", given(tmp_path, "user,hard_quota,contact\nada,40 TB,a@example.org\n")).code
        == 0
    )
    lines = ("ada,,,10 TB,b@example.org", "ada,vol1,ada,40 TB,a@example.org")
    file = given(tmp_path, "\n".join(("user,volume,directory,hard_quota,contact", *lines)))
    assert xfc("users", "import", file, "--json").json["areas_changed"] == 2
    areas = xfc("users", "show", "ada", "--json").json["areas"]
    assert {area["volume"]: (area["hard_quota"], area["contact"]) for area in areas} == {
        "vol1": (40 * 10**12, "a@example.org"), "vol2": (10 * 10**12, "b@example.org"),
    }  # fmt: skip


def test_a_limit_that_is_imported_is_judged_at_once(xfc, tmp_path):
    assert xfc("enqueue", "--all").code == 0
    assert xfc("status", "ada", "--json").json[0]["level"] == "ok"
    assert xfc("users", "import", given(tmp_path, "user,volume,hard_quota\nada,vol1,900 kB\n")).code == 0
    assert {area["volume"]: area["level"] for area in xfc("status", "ada", "--json").json}["vol1"] == "over"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("nobody,x@example.org,,,,", "there is no user nobody"),
        (",x@example.org,,,,", "no user"),
        ("ada,not an address,,,,", "email: 'not an address' is not an address."),
        ("ada,,0,,,", "hard_quota: must be more than 0"),
        ("ada,,many,,,", "hard_quota: 'many' is not a size"),
        ("ada,,,nowhere,ada,", "there is no area ada on nowhere"),
        ("ada,,1,nowhere,,", "ada has no such area"),
        ("ada,,,,ada,", "a directory without a volume"),
        ("ada,,,vol1,../x,", "directory: '../x' is not the name of a directory"),
        ("ada,,,vol1,ben,", "is an area of ben"),
        ("ada,,,vol1,a\\b,", "directory: a lone backslash"),
        ("ada,,,vol1,ada,[]{", "lifted: not as users export writes it"),
        ("ben,other@example.org,,,,", "email of ben is another than in line 2"),
    ],
)
def test_a_mistake_names_its_line_and_nothing_is_changed(xfc, tmp_path, line, what):
    before = xfc("users", "export").out
    header = "user,email,hard_quota,volume,directory,lifted\nben,new@example.org,9 TB,,,\n"
    ran = xfc("users", "import", given(tmp_path, header + line + "\n"))
    assert ran.code == 2
    assert f"people.csv: line 3: {what}" in ran.err or (what in ran.err and "line 3" in ran.err)
    assert "Traceback" not in ran.err
    assert xfc("users", "export").out == before


@pytest.mark.parametrize(
    ("column", "cell"),
    [("uid", "-1"), ("uid", "٣"), ("notify", "yes"), ("digest", "hourly"), ("timezone", "Mars"), ("language", "xx"),
     ("chat", "file:///etc/passwd"), ("email_from", "me"), ("temporal_quota", "inf"), ("temporal_quota", "nan"),
     ("contact", "two@example.org,three@example.org")],
)  # fmt: skip
def test_every_column_is_checked(xfc, tmp_path, column, cell):
    ran = xfc("users", "import", given(tmp_path, f'user,{column}\nada,"{cell}"\n'))
    assert (ran.code, "people.csv: line 2: " in ran.err) == (2, True), ran.err
