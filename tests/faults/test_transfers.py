"""Workers that copy, move and remove are killed at random moments: no file is lost, none half there, none twice.

XFC_TEST_KILLS says how many kills; XFC_TEST_SEED repeats a run.
"""

import os
import random
import signal
import time
from datetime import UTC, datetime, timedelta

import pytest
from datasets.conftest import Site, site
from datasets.workers import Workers

from xfc_notify.datasets import slices
from xfc_notify.datasets.errors import DatasetError
from xfc_notify.datasets.tables import FileRow, JournalRow, ReplicaRow, TransferSliceRow
from xfc_notify.store import database

__all__ = ["site"]

KILLS = int(os.environ.get("XFC_TEST_KILLS", "24"))
SEED = int(os.environ.get("XFC_TEST_SEED", str(random.randrange(10**6))))
DATASETS, FILES, WORKERS = 3, 12, 2
STORES = ("one", "two", "three")
LONGEST = 0.6
"""Seconds after which a worker is killed at the latest."""


@pytest.fixture
def chance() -> random.Random:
    """What is random here; how to repeat it is told where a test fails."""
    print(f"XFC_TEST_SEED={SEED}")
    return random.Random(SEED)


def contents(number: int) -> dict[str, bytes]:
    """The files of a dataset: small ones, and one that takes some time."""
    chance = random.Random(number)
    small = {f"{n % 3}/{n}.bin": chance.randbytes(chance.randrange(1, 20_000)) for n in range(FILES)}
    return {**small, "large.bin": chance.randbytes(3_000_000)}


def order_something(site: Site, uid: str, chance: random.Random) -> None:
    """A copy, a move or a removal, whichever may be: what cannot be is refused."""
    there = [copy.store for copy in site.catalog.show(uid).replicas]
    free = [name for name in STORES if name not in there]
    command = chance.choice(["copy", "move", "remove"])
    source, target = chance.choice(there), chance.choice(free or STORES)
    roots = {"copy": {"new_root": f"{target}:"}, "move": {"old_root": f"{source}:", "new_root": f"{target}:"}}
    try:
        site.catalog.order(command, uid, **roots.get(command, {"old_root": f"{source}:"}))
    except DatasetError:
        return


def worker(url: str, site: Site) -> int:
    """A process that works until nothing is owed any more; its id."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            database.prepare(url)
            with database.connected():
                until = time.monotonic() + 30
                while time.monotonic() < until:
                    Workers(site).work()
                    time.sleep(0.01)
            code = 0
        finally:
            os._exit(code)
    return child


def age() -> None:
    """As if all leases were over: what was sent is lost, and who had something in hand is dead."""
    past = datetime.now(UTC) - timedelta(minutes=1)
    JournalRow.update(lease_until=past).where(JournalRow.ordered, JournalRow.ended_at.is_null()).execute()
    TransferSliceRow.update(lease_until=past, tries=0).execute()
    JournalRow.update(tries=0).where(JournalRow.ended_at.is_null()).execute()


def assert_whole(site: Site, uids: list[str]) -> None:
    """Each dataset has a copy; each copy has all its files, and the stores have no others."""
    assert JournalRow.select().where(JournalRow.ended_at.is_null()).count() == 0
    assert TransferSliceRow.select().count() == 0
    expected: dict[str, dict[str, bytes]] = {name: {} for name in STORES}
    for number, uid in enumerate(uids):
        view = site.catalog.show(uid)
        assert view.replicas
        assert {copy.state for copy in view.replicas} == {"good"}
        for copy in view.replicas:
            expected[copy.store] |= {f"exp/{number}/{name}": it for name, it in contents(number).items()}
        assert {found.state for found in site.catalog.verify(uid)} == {"good"}
    assert {name: site.tree(name) for name in STORES} == expected
    assert FileRow.select().count() == (FILES + 1) * ReplicaRow.select().count()


def finish(site: Site) -> None:
    """Whatever is owed is done, by workers that live."""
    for _ in range(3):
        Workers(site).work()
        age()


def succeeded() -> set[str]:
    """The commands of which at least one came to a good end."""
    return {row.command for row in JournalRow.select().where(JournalRow.success)}


def test_killed_at_random_moments_nothing_is_lost_and_nothing_twice(
    site: Site, store: str, monkeypatch: pytest.MonkeyPatch, chance: random.Random
) -> None:
    monkeypatch.setattr(slices, "MOST_FILES", 3)
    uids = [site.registered(f"exp/{number}", contents(number)) for number in range(DATASETS)]
    kills = 0
    while kills < KILLS:
        for uid in uids:
            order_something(site, uid, chance)
        database.close()
        children = [worker(store, site) for _ in range(WORKERS)]
        for child in children:
            time.sleep(chance.random() * LONGEST / WORKERS)
            os.kill(child, signal.SIGKILL)
        for child in children:
            _, status = os.waitpid(child, 0)
            kills += os.WIFSIGNALED(status)
        database.connect()
        age()
    finish(site)
    while (
        not {"copy", "move"} <= succeeded()
    ):  # a busy machine may have been killed before any came to its end
        for uid in uids:
            order_something(site, uid, chance)
        finish(site)
    assert_whole(site, uids)
