"""`check lifecycle`: what waits for an operator, and nothing once one has looked."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from lifecycle.conftest import DAY, HOUR, OPERATOR, House
from xfc_notify.lifecycle import checks, clock, duties
from xfc_notify.lifecycle.states import Phase
from xfc_notify.parts import Checked, Inspection
from xfc_notify.store import database as store

FINE = [("ok", "nothing waits for an operator")]


def looked(house: House) -> list[Checked]:
    def never() -> None:
        raise AssertionError

    database = Checked("database", "ok", "")
    parts: tuple[Callable[[], None], Callable[[], None]] = (never, never)
    asked = Inspection(
        house.site.facility.settings,
        *parts,
        frozenset({"lifecycle"}),
        house.now,
        database,  # type: ignore[arg-type]
    )
    found = list(checks.look_at_lives(asked))
    store.connect()
    return found


def said(house: House) -> list[tuple[str, str]]:
    return [(line.state, line.what) for line in looked(house)]


def test_without_datasets_nothing_is_said(house: House) -> None:
    assert said(house) == []


def test_what_goes_well_is_ok(house: House) -> None:
    house.dataset()
    house.days(3)
    assert said(house) == FINE


def test_a_clock_that_is_not_believed(house: House) -> None:
    house.dataset()
    duties.let_live(house.site.facility.service, house.now + 3 * DAY)
    (line,) = looked(house)
    assert (line.state, line.do) == (
        "notice",
        "correct the clock, or run: xfc-notify lifecycle resume",
    )
    assert "nothing ends, and nobody is asked" in line.what
    clock.resume(house.now)
    assert said(house) == FINE


def test_a_removal_that_is_parked(house: House) -> None:
    house.dataset()
    house.binned()
    house.site.catalog.copy("d1", "two:kept")
    house.days(16)
    (line,) = looked(house)
    assert "nobody has agreed: two:kept" in line.what
    assert line.do == "run: xfc-notify lifecycle resume d1"
    house.do.resume("d1", OPERATOR)
    assert said(house) == FINE


def test_a_removal_that_no_worker_begins(house: House) -> None:
    house.dataset()
    house.binned()
    house.sleep(15)
    duties.let_live(house.site.facility.service, house.now)
    assert said(house) == FINE
    house.now += HOUR + timedelta(seconds=1)
    (line,) = looked(house)
    assert line.what == "1 removal ordered, and no worker has begun"
    house.tick()
    house.tick(HOUR)
    assert house.life().phase is Phase.REMOVED
    assert said(house) == FINE


def test_what_expired_and_nobody_is_left_to_ask_for(house: House) -> None:
    house.dataset()
    house.days(45)
    (line,) = looked(house)
    assert line.what == "1 dataset expired, and nobody is left to ask: d1"
    house.do.extend("d1", 20 * DAY, OPERATOR, beyond=True)
    assert said(house) == FINE


@pytest.mark.parametrize("sure", [True, False])
def test_a_directory_that_does_not_say_who_is_asked(house: House, sure: bool) -> None:
    house.dataset()
    house.until_asked()
    if not sure:
        from xfc_notify.people import groups

        groups.GroupRow.update(found_at=house.now - 3 * DAY).execute()
    duties.ask_directory(house.site.facility.service, house.now)
    lines = said(house)
    if sure:
        assert lines == FINE
    else:
        assert [what.partition("UTC ")[2] for _, what in lines] == [
            "the directory does not say who is in groups that are asked"
        ]
