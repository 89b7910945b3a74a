"""What others wrote can forge no line of any command, whatever way it came into the database.

Every column of free text is filled with a line break and a line that looks like ours; then every command that
shows something is called.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from peewee import CharField, TextField
from typer.core import TyperGroup
from typer.main import get_command

from cli.console import assert_harmless, run
from cli.place import Place
from xfc_notify.cli.app import build
from xfc_notify.components import tables
from xfc_notify.store.fields import JSONTextField

FORGED = "volume vol1: over: 9.2 EB of 2 PB used"
FOREIGN = f"some text\n{FORGED}\x1b[31m\u202e"

OURS = {
    *("users.name", "users.language", "users.timezone", "users.digest"),
    *("subject.kind", "subject.key", "event.kind", "area.path", "area.volume", "area.last_scan"),
    *("scan.id", "scan.state", "scan.clock", "scan.source", "slice.id", "mark.name"),
    *("message.id", "message.mode", "message.broke_interval", "message.thread", "message.audience"),
    *("delivery.state", "episode.thread", "message.unsubscribe", "area.directory", "area.judged_by"),
    *("users.full_name_from", "users.email_from"),
}
"""Columns that hold only what we chose: names of states, keys, and what is refused unless it is printable."""

SHOWS = {
    "check": "", "deliveries list": "", "discover": "", "exempt list": "", "explain": "ben", "history": "ben",
    "messages held": "", "metrics": "", "plugins": "", "preview": "ben", "simulate": "", "status": "",
    "completion": "bash", "users list": "", "areas list": "", "groups list": "",
    "users show": "ben", "volumes": "", "tokens list": "", "where": "ben", "scan": "vol1",
}  # fmt: skip
"""The commands that show something, each with what it needs to be told."""

ACTS = {
    *(
        "demo",
        "migrate",
        "tick",
        "enqueue",
        "send-test",
        "go-live",
        "ack",
        "snooze",
        "mute",
        "unmute",
        "rescan",
    ),
    *(
        "areas forget",
        "areas move",
        "groups set",
        "groups show",
        "users forget",
        "users export",
        "users import",
        "users rename",
    ),
    *("web", "make-directories", "tokens create", "tokens revoke"),
    *("users set", "messages release", "messages drop", "deliveries retry", "exempt grant", "exempt end"),
}
"""The commands that do something, and say how much."""

REPORTS = {
    f"reports {name}"
    for name in ("load", "groups", "users", "directories", "types", "vaults", "history", "split", "query")
}
"""What shows reports, which this place has none of."""

DATASETS = {
    *(f"stores {name}" for name in ("init", "list", "check")),
    *(
        f"datasets {name}"
        for name in (
            "register",
            "describe",
            "copy",
            "move",
            "archive",
            "activate",
            "remove",
            "verify",
            "rebuild",
            "repair",
            "shift-root",
            "finish",
            "wait",
        )
    ),
    *(f"datasets {name}" for name in ("list", "show", "files", "history", "journal", "transfers", "rules")),
}
"""What shows datasets, which this place has none of: see test_datasets.py."""

LIFECYCLE = {
    f"lifecycle {name}"
    for name in (
        *("list", "show", "explain", "notices", "duties", "simulate"),
        *("open", "close", "extend", "vote", "withdraw", "restore", "resume", "clean"),
    )
}
"""What shows and changes the lives of datasets, which this place has none of."""


def commands() -> Iterator[str]:
    """All there are."""

    def walk(group: Any, above: str) -> Iterator[str]:
        for name, command in group.commands.items():
            if isinstance(command, TyperGroup):
                yield from walk(command, f"{above}{name} ")
            else:
                yield above + name

    yield from walk(get_command(build()), "")


def foreign_columns() -> list[tuple[str, str]]:
    """Table and column of all free text, JSON apart."""
    return [
        (row._meta.table_name, field.column_name)
        for row in tables()
        for field in row._meta.sorted_fields
        if isinstance(field, CharField | TextField)
        and not isinstance(field, JSONTextField)
        and f"{row._meta.table_name}.{field.column_name}" not in OURS
    ]


@pytest.fixture(scope="module")
def forged(standing: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Everything that others may have written is hostile; one scan failed, one limit is lifted, one message held."""
    folder = tmp_path_factory.mktemp("forged") / "place"
    shutil.copytree(standing.folder, folder)
    place = Place(folder)
    for who, policy in (("cleo", "quota_hard"), ("dan", "quota_temporal")):
        lift = ("exempt", "grant", who, "--policy", policy, "--until", "2100-01-01", "--reason", "agreed")
        assert run(*lift, "--settings", place.settings).code == 0
    with closing(sqlite3.connect(folder / "xfc-notify.db")) as database:
        for table, column in foreign_columns():
            key = " || rowid" if (table, column) in {("delivery", "channel"), ("mute", "policy")} else ""
            database.execute(f"UPDATE {table} SET {column} = ?{key}", [FOREIGN])
        database.execute(
            "UPDATE scan SET state = 'failed' WHERE id = (SELECT last_scan FROM area WHERE path LIKE '%/ada')"
        )
        database.execute("UPDATE area SET last_scanned = NULL, last_scan = NULL WHERE path LIKE '%/ada'")
        database.execute("UPDATE message SET mode = 'held' WHERE rowid = 1")
        database.commit()
    return place


def test_every_command_is_among_those_that_show_or_those_that_act():
    assert set(commands()) == SHOWS.keys() | ACTS | REPORTS | DATASETS | LIFECYCLE


@pytest.mark.parametrize("command", SHOWS)
@pytest.mark.parametrize("form", ["text", "json"])
def test_no_line_is_forged(forged: Place, monkeypatch: pytest.MonkeyPatch, command: str, form: str) -> None:
    monkeypatch.chdir(forged.folder)
    as_json = ["--json"] if form == "json" and command not in {"metrics", "completion"} else []
    settings = [] if command == "completion" else ["--settings", str(forged.settings)]
    ran = run(*command.split(), *SHOWS[command].split(), *as_json, *settings)
    assert (ran.code, ran.err) == (0, "")
    assert_harmless(ran.raw)
    assert not [line for line in ran.out.splitlines() if line.strip().startswith(FORGED[:12])]


def test_the_test_sees_what_it_forges(forged: Place) -> None:
    """The failure of the scan, the reason of an exemption, what happened, an address and its error are all shown."""
    shown = "".join(
        run(*command.split(), "--settings", forged.settings).out
        for command in (
            "status",
            "explain cleo",
            "deliveries list",
            "users list",
            "exempt list",
            "messages held",
        )
    )
    assert shown.count(r"\x0avolume") > 10


def test_columns_that_are_named_exist():
    there = {
        f"{row._meta.table_name}.{field.column_name}" for row in tables() for field in row._meta.sorted_fields
    }
    assert there >= OURS
