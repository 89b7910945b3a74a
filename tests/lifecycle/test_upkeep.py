"""What is kept in order: when it is due, not before, and not at all where it is off or the clock is not believed."""

from datetime import timedelta
from pathlib import Path

import pytest

from lifecycle.conftest import DAY, HOUR, House
from xfc_notify.datasets.tables import JournalRow, MoveRow
from xfc_notify.errors import SettingsError
from xfc_notify.lifecycle import duties, upkeep, views

SECOND = timedelta(seconds=1)


def commands() -> int:
    return int(JournalRow.select().count())


def end_commands(house: House, ago: timedelta) -> None:
    JournalRow.update(ended_at=house.now - ago).execute()


def test_commands_are_forgotten_after_90_days_and_not_a_second_before(house: House) -> None:
    house.dataset()
    house.tick(DAY)
    end_commands(house, 90 * DAY + DAY)
    JournalRow.update(ended_at=house.now + DAY - 90 * DAY).execute()
    house.tick(DAY)
    assert commands() == 1
    end_commands(house, 90 * DAY + SECOND - DAY)
    house.tick(DAY)
    assert commands() == 0
    assert MoveRow.select().count() == 1


def test_each_has_its_interval(house: House) -> None:
    house.dataset()
    assert upkeep.run(house.site.facility.settings, house.now + DAY) == ["journal"]
    assert upkeep.run(house.site.facility.settings, house.now + DAY + 23 * HOUR) == []
    assert upkeep.run(house.site.facility.settings, house.now + 2 * DAY) == ["journal"]


@pytest.mark.parametrize("off", ["journal_kept", "journal_interval"])
def test_0_is_off(tmp_path: Path, store: str, off: str) -> None:
    house = House.at(tmp_path, {off: "0d"})
    house.dataset()
    end_commands(house, 900 * DAY)
    house.tick(DAY)
    assert commands() == 1
    shown = {view.name: view.interval for view in views.duties(house.site.facility.settings)}
    assert shown == {"lives": "every tick", "journal": "off" if off == "journal_interval" else "1d"}


def test_a_negative_time_is_refused(tmp_path: Path, store: str) -> None:
    with pytest.raises(SettingsError, match="journal_kept"):
        House.at(tmp_path, {"journal_kept": "-1d"})


def test_an_operation_of_a_clock_that_is_ahead_forgets_nothing(house: House) -> None:
    house.dataset()
    end_commands(house, HOUR)
    duties.let_live(house.site.facility.service, house.now + 400 * DAY)
    assert commands() == 1
