"""Transfers with real workers: orders through RabbitMQ, two workers that share them, one killed in the middle."""

import os
from pathlib import Path

import pytest
from servers.process import until
from servers.rabbitmq import queue_lengths

from acceptance.facility import Facility

STORES = """
[[stores]]
name = "one"
url = "file://{folder}/one"
[[stores]]
name = "two"
url = "file://{folder}/two"
"""


def names(folder: Path) -> set[str]:
    """The files below a folder, but for marks."""
    return {file.name for file in folder.rglob("*") if file.is_file() and file.name != ".xfc-store"}


@pytest.fixture
def uid(facility: Facility) -> str:
    """A dataset of 1,200 files in store one, so that it is cut into three slices."""
    with facility.service_settings.open("a") as settings:
        settings.write(STORES.format(folder=facility.folder))
    for number in range(1200):
        file = facility.folder / f"one/exp/{number % 7}/{number}.bin"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(os.urandom(20_000))
    (facility.folder / "two").mkdir()
    facility.run("stores", "init")
    return facility.run("datasets", "register", "tree", "one:", "exp").out.strip()


def test_two_workers_share_a_move_and_one_that_is_killed_costs_nothing(facility: Facility, uid: str) -> None:
    first = facility.start("transfers1", ("transfers",))
    facility.start("transfers2", ("transfers",))
    number = facility.run("datasets", "move", uid, "one:", "two:", "--no-wait").out.strip()
    until(lambda: names(facility.folder / "two"), "a transfer under way")
    first.kill()
    half = facility.query("SELECT success FROM journal WHERE id = %s", number) == [(None,)]
    facility.query(
        "UPDATE transfer_slice SET lease_until = lease_until - interval '1 day'"
    )  # as if time had passed
    facility.run("tick")
    facility.run("datasets", "wait", number)
    assert half, "it was killed too late to show anything"
    assert names(facility.folder / "one") == set()
    assert names(facility.folder / "two") == {f"{n}.bin" for n in range(1200)}
    (copy,) = facility.json("datasets", "show", uid)["replicas"]
    assert (copy["store"], copy["state"], copy["files"]) == ("two", "good", 1200)
    facility.run("datasets", "verify", uid)
    assert queue_lengths(facility.amqp_url)["transfers"] == 0


def test_an_order_that_the_broker_lost_goes_out_again(facility: Facility, uid: str) -> None:
    number = facility.run("datasets", "copy", uid, "two:", "--no-wait").out.strip()
    until(lambda: facility.take("transfers"), "the order in the queue")  # and it is gone
    worker = facility.start("transfers", ("transfers",))
    facility.run("tick")
    assert facility.query("SELECT success FROM journal WHERE id = %s", number) == [(None,)]
    facility.query("UPDATE journal SET lease_until = lease_until - interval '1 day'")
    facility.run("tick")
    facility.run("datasets", "wait", number)
    assert names(facility.folder / "two") == names(facility.folder / "one")
    worker.kill()
