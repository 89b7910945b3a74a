"""Commands that run at the same time."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from servers.process import until

from acceptance.facility import Facility
from acceptance.processes import Command


@contextmanager
def no_new_scans(facility: Facility, waiting: int) -> Iterator[None]:
    """Hold up all who want to open a scan until so many wait for it at once."""
    with psycopg.connect(facility.database_url) as connection:
        connection.execute("LOCK TABLE scan IN EXCLUSIVE MODE")  # others may read it
        yield
        held_up = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        until(lambda: facility.query(held_up) == [(waiting,)], f"{waiting} commands that wait")


def opened(facility: Facility, command: Command) -> int:
    """How many scans `enqueue` says that it opened."""
    return int(json.loads(facility.end(command).out)["opened"])


def test_two_that_enqueue_at_once_order_two_areas(facility: Facility) -> None:
    for name in ("ada", "ben", "cleo"):
        facility.add_user(name)
    facility.run("discover")
    with no_new_scans(facility, waiting=2):
        commands = [facility.begin("enqueue", "--json") for _ in range(2)]
    assert [opened(facility, command) for command in commands] == [1, 1]
    open_scans = "SELECT count(*), count(DISTINCT area_id) FROM scan WHERE state = 'open'"
    assert facility.query(open_scans) == [(2, 2)]
    facility.start_scanner()
    facility.start_service()
    facility.finish()


def test_all_areas_ordered_twice_at_once_are_scanned_once(facility: Facility) -> None:
    users = [f"user{number}" for number in range(12)]
    for name in users:
        facility.add_user(name)
    facility.run("discover")
    with no_new_scans(facility, waiting=2):
        commands = [facility.begin("enqueue", "--all", "--json") for _ in range(2)]
    assert sorted(opened(facility, command) for command in commands) == [0, 12]
    scanner = facility.start_scanner()
    facility.start_service()
    facility.finish()
    assert facility.query("SELECT count(*), count(DISTINCT area_id) FROM scan") == [(12, 12)]
    assert scanner.log.count("measured ") == 12
