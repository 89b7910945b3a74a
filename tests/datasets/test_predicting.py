"""How long a transfer takes is told from those of the past between the same two stores."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from datasets.conftest import Site
from datasets.workers import Workers
from xfc_notify.datasets import predicting, slices
from xfc_notify.datasets.tables import JournalRow

THEN = datetime(2026, 3, 1, tzinfo=UTC)


def past(number: str, size: int, seconds: float, **more: Any) -> None:
    """A copy that was made, of so many bytes in so many seconds."""
    row = {
        "id": number, "dataset": f"of {number}", "command": "copy", "arguments": {}, "began_at": THEN,
        "started_at": THEN, "copied_at": THEN + timedelta(seconds=seconds), "ended_at": THEN + timedelta(days=1),
        "step": "placing", "folders": [], "turn": 1, "lease_until": THEN, "bytes": size, "done": size,
        "success": True, "outcome": "", "source_store": "one", "target_store": "two",
    }  # fmt: skip
    JournalRow.create(force_insert=True, **(row | more))


def test_it_is_the_size_by_the_mean_of_the_speeds(site: Site):
    assert predicting.seconds("one", "two", 100) is None
    past("a", 1000, 10)
    past("b", 3000, 10)
    past("failed", 9000, 1, success=False)
    past("other", 9000, 1, target_store="three")
    past("back", 9000, 1, source_store="two", target_store="one")
    past("empty", 0, 1)
    past("at once", 100, 0)
    assert predicting.seconds("one", "two", 1000) == pytest.approx(5)


def test_it_is_shown_before_a_copy_starts(site: Site):
    uid = site.registered()
    assert site.catalog.copy(uid, "two:", dry_run=True).seconds is None
    past("a", 1000, 10)
    size = site.catalog.show(uid).replicas[0].bytes
    assert site.catalog.copy(uid, "two:", dry_run=True).seconds == pytest.approx(size / 100)


def test_a_transfer_that_was_made_tells_of_the_next(site: Site):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    row = JournalRow.get(JournalRow.command == "copy")
    assert (row.source_store, row.target_store, row.bytes) == ("one", "two", row.done)
    assert row.started_at <= row.copied_at <= row.ended_at
    other = site.registered("exp/b")
    assert site.catalog.copy(other, "two:", dry_run=True).seconds is not None


def test_the_end_of_what_is_under_way_is_told_from_its_own_speed(site: Site, monkeypatch):
    monkeypatch.setattr(slices, "MOST_FILES", 1)
    uid = site.registered(contents={name: bytes(1000) for name in "abcd"})
    ordered = site.catalog.order("copy", uid, new_root="two:")
    workers = Workers(site)
    assert site.catalog.transfers()[0].ends_at is None
    past("a", 1000, 10)
    sent = workers.cut()
    row = JournalRow.get_by_id(ordered.id)
    now = row.started_at + timedelta(seconds=30)
    assert predicting.end(row, now) == now + timedelta(seconds=40)
    workers.do([], sent[:1])
    row = JournalRow.get_by_id(ordered.id)
    assert predicting.end(row, now) == now + timedelta(seconds=90)
    workers.do([], sent[1:])
    workers.work()
    assert predicting.end(JournalRow.get_by_id(ordered.id), now) is None
