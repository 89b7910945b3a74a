"""A database that was lost: what docs/trouble.md says to do then, on real files and both kinds of database."""

import os
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from servers.postgres import newest_binaries

from cli.console import Ran, run
from cli.place import MB, Place

TOLD = {"ben", "cleo", "dan", "finn"}
"""Those who are near a limit or over it in a `Place`."""


@pytest.fixture
def place(tmp_path: Path, database_url: str) -> Place:
    """A place that has told its users where they stand, and knows what one of them wants."""
    place = Place.build(tmp_path / "place", f'\n[database]\nurl = "{database_url}"\n')
    do(place, "migrate")
    place.discover()
    do(place, "enqueue", "--all")
    assert len(place.mails) == len(TOLD)
    do(place, "users", "set", "ada", "--no-notify", "--hard-quota", "3 MB")
    return place


def do(place: Place, *arguments: str) -> Ran:
    """A command that succeeds."""
    ran = run(*arguments, "--settings", place.settings)
    assert ran.code == 0, ran.err
    return ran


def levels(place: Place) -> dict[str, str]:
    return {row["user"]: row["level"] for row in do(place, "status", "--all", "--json").json}


def lose(url: str) -> None:
    """The database is gone; an empty one is made in its place."""
    if url.startswith("sqlite"):
        for file in Path(urlsplit(url).path).parent.glob("xfc-notify.db*"):
            file.unlink()
        return
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def back_up(url: str, to: Path) -> Callable[[], object]:
    """Save the database as the document says; what restores it."""
    if url.startswith("sqlite"):
        file = urlsplit(url).path
        with sqlite3.connect(file) as database:
            database.execute("VACUUM INTO ?", [str(to)])
        return lambda: to.rename(file)
    binaries = newest_binaries()
    postgresql(binaries / "pg_dump", "--format=custom", f"--file={to}", url)
    options = ("--clean", "--if-exists", "--no-owner", f"--dbname={url}")
    return lambda: postgresql(binaries / "pg_restore", *options, to)


def postgresql(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True, env={"LC_ALL": "C.UTF-8"}, timeout=60)


def test_after_a_loss_users_are_reinstated_and_nobody_is_told_again(place: Place, database_url: str) -> None:
    before, listing = levels(place), do(place, "users", "list", "--json").json
    lose(database_url)

    do(place, "migrate")
    assert set(do(place, "discover", "--json").json["new_users"]) == before.keys()
    for user in listing:
        if not user["notify"]:
            do(place, "users", "set", user["name"], "--no-notify")
    do(place, "enqueue", "--all")
    assert levels(place) == before
    do(place, "go-live", "--only-changes", "--yes")
    do(place, "tick")
    do(place, "enqueue", "--all")
    do(place, "tick")
    assert len(place.mails) == len(TOLD), "everybody had been told before"

    place.add(b"ben/more.nc", 5 * MB, 1)
    place.add(b"ada/more.nc", 50 * MB, 1)  # is not to be told
    do(place, "enqueue", "--all")
    (new,) = sorted(place.mails, key=os.path.getmtime)[len(TOLD) :]
    assert b"To: ben@example.org" in new.read_bytes()


def test_nothing_is_sent_from_an_empty_database_before_go_live(place: Place, database_url: str) -> None:
    lose(database_url)
    do(place, "migrate")
    do(place, "discover")
    do(place, "enqueue", "--all")
    do(place, "tick")
    assert len(place.mails) == len(TOLD)


def test_a_backup_brings_back_everything_and_nobody_is_told_again(
    place: Place, database_url: str, tmp_path: Path
) -> None:
    known = [do(place, *words, "--json").raw for words in (["users", "list"], ["deliveries", "list"])]
    restore = back_up(database_url, tmp_path / "backup")
    lose(database_url)
    restore()
    do(place, "migrate")
    assert [do(place, *words, "--json").raw for words in (["users", "list"], ["deliveries", "list"])] == known
    do(place, "tick")
    do(place, "enqueue", "--all")
    do(place, "tick")
    assert len(place.mails) == len(TOLD)
    assert do(place, "users", "show", "ada", "--json").json["areas"][0]["hard_quota"] == 3 * MB
