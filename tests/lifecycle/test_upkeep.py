"""What is kept in order: when it is due, not before, and not at all where it is off or the clock is not believed."""

from datetime import timedelta
from pathlib import Path

import pytest

from lifecycle.conftest import DAY, HOUR, House
from xfc_notify.datasets.tables import JournalRow, MoveRow
from xfc_notify.errors import SettingsError
from xfc_notify.lifecycle import duties, upkeep, views
from xfc_notify.store import marks

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
    service, begun = house.site.facility.service, house.now + DAY
    names = [operation.name for operation in upkeep.OPERATIONS if operation.do is not None]
    assert upkeep.run(service, begun) == names  # in this order
    for operation in upkeep.OPERATIONS:
        if operation.do is not None:
            every = operation.interval(service.settings)
            marks.put(operation.mark, begun)
            assert operation.name not in upkeep.run(service, begun + every - SECOND)
            marks.put(operation.mark, begun)
            assert operation.name in upkeep.run(service, begun + every)


def test_all_are_shown_with_their_intervals_and_last_runs(house: House) -> None:
    house.dataset()
    shown = views.duties(house.site.facility.settings)
    assert {view.name: view.interval for view in shown} == {
        "lives": "every tick",
        "transfers": "5h",
        "exports": "5h",
        "tokens": "5h",
        "groups": "1h",
        "metadata": "1d",
        "journal": "1d",
    }
    assert [view.name for view in shown if view.last != house.now] == ["tokens"]  # the web does that


def test_0_keeps_the_journal(tmp_path: Path, store: str) -> None:
    house = House.at(tmp_path, {"journal_kept": "0d"})
    house.dataset()
    end_commands(house, 900 * DAY)
    house.tick(DAY)
    assert commands() == 1


def test_0_switches_each_off(tmp_path: Path, store: str) -> None:
    names = [operation.name for operation in upkeep.OPERATIONS]
    house = House.at(tmp_path, {"every": dict.fromkeys(names, "0h")})
    house.dataset()
    end_commands(house, 900 * DAY)
    house.tick(DAY)
    assert commands() == 1
    assert upkeep.run(house.site.facility.service, house.now + DAY) == []
    assert {view.interval for view in views.duties(house.site.facility.settings)} == {"every tick", "off"}


@pytest.mark.parametrize("given", [{"journal_kept": "-1d"}, {"every": {"tokens": "-1h"}}])
def test_a_negative_time_is_refused(tmp_path: Path, store: str, given: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match=r"journal_kept|every\.tokens"):
        House.at(tmp_path, given)


def test_an_operation_of_a_clock_that_is_ahead_forgets_nothing(house: House) -> None:
    house.dataset()
    end_commands(house, HOUR)
    duties.let_live(house.site.facility.service, house.now + 400 * DAY)
    assert commands() == 1
