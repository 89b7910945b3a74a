"""simulate: who would be told what, of scans that were made or are stored, for people and as JSON."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.console import assert_harmless, assert_told, on_terminal, run
from cli.place import Place

TB = 10**12


def line(user: str = "ada", day: int = 1, share: float = 0.5, **changes: Any) -> str:
    """A scan on a day of March 2026; the share is of the hard quota of 40 TB."""
    made = {"user": user, "as_of": f"2026-03-{day:02}T08:00:00+00:00", "size": int(share * 40 * TB),
            "byte_days": 1e12, "files": 3, "complete": True}  # fmt: skip
    return json.dumps(made | changes)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without settings."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def made(folder: Path, *lines: str) -> Path:
    """A made history."""
    file = folder / "history.jsonl"
    file.write_text("\n".join(lines) + "\n")
    return file


def messages(*arguments: str | Path) -> list[Any]:
    """The lines of JSON."""
    ran = run("simulate", "--json", *arguments)
    assert (ran.code, ran.err) == (0, "")
    return [json.loads(text) for text in ran.out.splitlines()]


def test_a_line_of_json_for_every_message(folder: Path) -> None:
    file = made(
        folder, line(day=1, share=1.01), line(day=5, share=1.01), line(day=8, share=0.6), line("ben", 8)
    )
    reason = {"policy": "quota_hard", "reason": "began", "level": "over"}
    repeat, ended = reason | {"reason": "repeat"}, reason | {"reason": "ended", "level": "ok"}
    assert messages("--history", file) == [
        {"user": "ada", "at": "2026-03-01T08:00:00+00:00", "reasons": [reason]},
        {"user": "ada", "at": "2026-03-05T08:00:00+00:00", "reasons": [repeat]},
        {"user": "ada", "at": "2026-03-08T08:00:00+00:00", "reasons": [ended]},
    ]
    assert list(folder.iterdir()) == [file], "a simulation needs no database and writes nothing"


def test_lines_may_come_in_any_order_and_a_time_without_a_zone_is_utc(folder: Path) -> None:
    late = line(day=3, share=0.5, as_of="2026-03-03T08:00:00")
    file = made(folder, late, "", line(day=1, share=0.85))
    assert [it["at"] for it in messages("--history", file)] == [
        "2026-03-01T08:00:00+00:00",
        "2026-03-03T08:00:00+00:00",
    ]


def test_quotas_can_be_tried(folder: Path) -> None:
    file = made(folder, line(share=0.5))
    assert messages("--history", file) == []
    (hard,) = messages("--history", file, "--hard-quota", "22 TB")
    assert hard["reasons"] == [{"policy": "quota_hard", "reason": "began", "level": "warning"}]
    (temporal,) = messages("--history", file, "--temporal-quota", "0.9 TB days")
    assert temporal["reasons"] == [{"policy": "quota_temporal", "reason": "began", "level": "over"}]


def test_changed_settings_can_be_tried(folder: Path) -> None:
    file = made(folder, *(line(day=day, share=1.01) for day in (1, 4, 11)))
    tried = folder / "tried.toml"
    tried.write_text('[messages]\nrepeat_over = "5d"\n[limits]\nhard_quota = "20 TB"\n')
    assert len(messages("--history", file)) == 3
    assert len(messages("--history", file, "--settings", tried)) == 2
    tried.write_text('[limits]\nhard_quota = "400 TB"\n')
    assert messages("--history", file, "--settings", tried) == []
    tried.write_text('[plugins]\ndisabled = ["quota_hard"]\n')
    assert messages("--history", file, "--settings", tried) == []


def test_the_tables_count_messages_by_month_and_name_who_gets_most(folder: Path) -> None:
    lines = [line(day=day, share=1.01) for day in (1, 4, 11, 25, 31)]
    lines += [line("ben", 1, 0.85), line("cleo", 1, 0.2)]
    april = line("cleo", as_of="2026-04-02T08:00:00Z")
    ran = run("simulate", "--history", made(folder, *lines, april))
    assert (ran.code, ran.err) == (0, "")
    rows = [text.split() for text in ran.out.splitlines()]
    assert ["2026-03", "5", "2", "1.67"] in rows
    assert ["2026-04", "0", "0", "0.00"] in rows
    assert ["all", "5", "2", "0.83"] in rows
    assert "ada" in rows[-4]
    assert "quota_hard repeat × 3" in ran.out
    assert ran.out.splitlines()[-1] == (
        "Left out: persistence. There was nothing to judge: "
        "a history knows sizes and byte-days, but no ages of files and no directories."
    )
    assert ran.out.startswith("3 people, scans from 2026-03-01 08:00 to 2026-04-02 08:00 UTC.\n")


HOSTILE = "\x1b[31mred\u202e<b>\n"


def test_hostile_names_reach_no_terminal(folder: Path) -> None:
    file = made(folder, line(HOSTILE, share=1.01))
    shown = run("simulate", "--history", file)
    assert_harmless(shown.raw)
    assert "\\x1b[31mred" in shown.out
    printed = run("simulate", "--history", file, "--json")
    assert_harmless(printed.raw)
    assert printed.json["user"] == HOSTILE


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("{", "JSON"),
        ("[]", "object"),
        ("17", "object"),
        ("[" * 9000, "JSON"),
        ("x" * 10_001, "longer than 10,000 bytes"),
        (line().replace("as_of", "when"), "as_of: Field required"),
        (line(more=1), "more: "),
        (line(size=-1), "size: should be greater than or equal to 0"),
        (line(size=2**63), "size: "),
        (line(size=10**400), "size: "),
        (line(size="much"), "size: "),
        (line(byte_days=float("nan")), "byte_days: "),
        (line(byte_days=float("inf")), "byte_days: "),
        (line(byte_days=1e300), "byte_days: "),
        (line(files=None), "files: "),
        (line(files=1.5), "files: "),
        (line(complete="maybe"), "complete: "),
        (line(""), "user: "),
        (line("a" * 65), "user: "),
        (line(as_of="yesterday"), "as_of: "),
        (line(as_of=1_770_000_000), "as_of: "),
        (line(as_of="0001-01-01T00:00:00+14:00"), "as_of: must be between 1970 and 2200"),
        (line(as_of="9999-12-31T23:59:59Z"), "as_of: must be between 1970 and 2200"),
        (line(**{"\x1b[2J\n": 1}), "\\x1b[2J\\x0a: "),
        (line("ben"), "a second scan of ben at 2026-03-01T08:00:00+00:00"),
    ],
)
def test_a_bad_line_is_named_by_file_and_number(folder: Path, bad: str, told: str) -> None:
    file = made(folder, line("ben"), "", bad)
    assert_told(run("simulate", "--history", file), 2, f"{file}: line 3: ", told)


def test_bytes_that_are_no_text_are_a_bad_line(folder: Path) -> None:
    file = folder / "history.jsonl"
    file.write_bytes(line().encode() + b'\n{"user": "\xff"}\n')
    assert_told(run("simulate", "--history", file), 2, f"{file}: line 2: ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--history", "none"], "none: No such file"),
        (["--history", "."], "Is a directory"),
        (["--hard-quota", "lots"], "--hard-quota: 'lots' is not a size"),
        (["--hard-quota", "0"], "--hard-quota: '0' is no limit"),
        (["--temporal-quota", "3 TB"], "--temporal-quota: '3 TB' is not an amount of byte-days"),
    ],
)
def test_other_mistakes_are_told_in_a_line(folder: Path, arguments: list[str], told: str) -> None:
    assert_told(run("simulate", *arguments), 2, told)


def test_a_policy_that_raises_ends_the_simulation_by_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from facility import install_plugin

    source = (
        "from xfc_notify import hookimpl\n\n@hookimpl\ndef evaluate(area):\n    raise ValueError('broken')\n"
    )
    install_plugin(folder, monkeypatch, "odd", source)
    ran = run("simulate", "--history", made(folder, line()))
    assert_told(ran, 2, "plugin odd: evaluate: ValueError: broken")


def test_an_empty_history_is_no_mistake(folder: Path) -> None:
    assert run("simulate", "--history", made(folder)).out == "There is no whole scan to replay.\n"
    assert messages("--history", made(folder)) == []


def test_the_stored_scans_say_again_what_was_said(standing: Place) -> None:
    told = messages("--settings", standing.settings)
    assert {it["user"] for it in told} == {"ben", "cleo", "dan", "finn"}
    for message in told:
        (written,) = run("explain", message["user"], "--json", "--settings", standing.settings).json[
            "messages"
        ]
        assert [(it["policy"], it["reason"], it["level"]) for it in written["reasons"]] == [
            (it["policy"], it["reason"], it["level"]) for it in message["reasons"]
        ]
    silent = messages(
        "--settings", standing.settings, "--hard-quota", "1 TB", "--temporal-quota", "1 PB days"
    )
    assert silent == []


def test_before_the_first_scan_there_is_nothing_to_replay(place: Place) -> None:
    assert run("simulate", "--settings", place.settings).out == "There is no whole scan to replay.\n"


def test_progress_is_shown_on_a_terminal_and_leaves_the_output_alone(folder: Path) -> None:
    file = made(folder, *(line(f"user{number}", share=1.01) for number in range(50)))
    shown = on_terminal("simulate", "--history", str(file), "--json", stream="stderr")
    assert shown.code == 0
    assert len(shown.pipe.splitlines()) == 50
    assert b"replaying" in shown.terminal
