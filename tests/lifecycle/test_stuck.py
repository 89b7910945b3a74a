"""Transfers that failed for good: after 30 days, and not a second before, operators and owner are told, once."""

from datetime import timedelta
from pathlib import Path

import pytest

from lifecycle.conftest import DAY, House, operators, receipts
from xfc_notify.datasets.catalog import Catalog
from xfc_notify.datasets.states import Command
from xfc_notify.datasets.tables import JournalRow
from xfc_notify.lifecycle import stuck
from xfc_notify.outbox.tables import MessageRow

SECOND = timedelta(seconds=1)
TOLD = "1 transfer set aside"


def catalog(house: House) -> Catalog:
    """The catalogue, by the clock of the house."""
    return Catalog(house.site.facility.service, lambda: house.now)


def failed(house: House, uid: str = "d1") -> JournalRow:
    """A copy that was ordered, and fails for good: something else lies there."""
    JournalRow.update(began_at=house.now).where(JournalRow.command == Command.REGISTER).execute()
    house.site.fill(f"two/exp/{uid}", {"run.h5": b"foreign"})
    catalog(house).order("copy", uid, new_root="two:")
    house.work()
    row = JournalRow.get(JournalRow.dataset == uid, JournalRow.command == Command.COPY)
    while row.ended_at is None:
        house.now += timedelta(hours=2)
        house.work()
        row = JournalRow.get_by_id(row.id)
    assert row.success is False
    return row


def at(house: House, row: JournalRow, after: timedelta) -> int:
    return stuck.set_aside(house.site.facility.service, row.ended_at + after)


def test_after_30_days_operators_and_owner_are_told_once(house: House) -> None:
    house.dataset()
    row = failed(house)
    assert at(house, row, 30 * DAY - SECOND) == 0
    assert at(house, row, 30 * DAY) == 1
    assert at(house, row, 30 * DAY + SECOND) == 0
    assert at(house, row, 90 * DAY) == 0
    assert operators() == [TOLD]
    (told,) = receipts("ada")
    assert "could not be brought where you wanted it" in told
    assert house.site.catalog.command(row.id).set_aside_at == row.ended_at + 30 * DAY
    texts = [message.text for message in MessageRow.select().where(MessageRow.subject.contains("set aside"))]
    assert all(row.outcome[:40] in " ".join(text.split()) for text in texts)
    assert len(house.site.tree("one")) == 3


def test_what_was_taken_up_since_is_nobodys_news(house: House) -> None:
    house.dataset()
    row = failed(house)
    house.now += SECOND
    catalog(house).verify("d1")
    assert at(house, row, 40 * DAY) == 0


def test_what_rules_order_is_not_told(house: House) -> None:
    house.dataset()
    row = failed(house)
    JournalRow.update(arguments={**row.arguments, "due": True}).where(JournalRow.id == row.id).execute()
    assert at(house, row, 40 * DAY) == 0


def test_one_owner_hears_of_all_in_one_message(house: House) -> None:
    house.dataset("d1")
    house.dataset("d2")
    failed(house, "d1")
    row = failed(house, "d2")
    assert at(house, row, 40 * DAY) == 2
    assert len(receipts("ada")) == 1
    assert operators() == ["2 transfers set aside"]


def test_how_long_is_a_setting(tmp_path: Path, store: str) -> None:
    house = House.at(tmp_path, {"transfers_idle": "2d"})
    house.dataset()
    row = failed(house)
    assert at(house, row, 2 * DAY - SECOND) == 0
    assert at(house, row, 2 * DAY) == 1


@pytest.mark.parametrize("success", [True, None])
def test_what_succeeded_or_goes_on_is_left_alone(house: House, success: bool | None) -> None:
    house.dataset()
    row = failed(house)
    JournalRow.update(success=success).where(JournalRow.id == row.id).execute()
    assert at(house, row, 40 * DAY) == 0


def test_what_waits_for_a_store_is_told_once_and_goes_on_when_the_store_is_back(house: House) -> None:
    house.dataset()
    service, there = house.site.facility.service, house.site.root("two")
    away = there.rename(there.with_name("away"))
    catalog(house).order("copy", "d1", new_root="two:")
    began = house.now
    house.work()
    assert stuck.set_aside(service, began + 30 * DAY - SECOND) == 0
    assert stuck.set_aside(service, began + 30 * DAY) == 1
    assert stuck.set_aside(service, began + 60 * DAY) == 0
    assert operators() == [TOLD]
    (told,) = receipts("ada")
    assert "still waits to be brought where you wanted it" in told
    away.rename(there)
    house.now = began + 61 * DAY
    house.work()
    row = JournalRow.get(JournalRow.command == Command.COPY)
    assert row.success is True
    assert house.site.tree("two")


def test_what_waited_and_failed_then_is_told_again(house: House) -> None:
    house.dataset()
    row = failed(house)
    JournalRow.update(set_aside_at=row.ended_at - SECOND).where(JournalRow.id == row.id).execute()
    assert at(house, row, 30 * DAY) == 1
    assert at(house, row, 60 * DAY) == 0
