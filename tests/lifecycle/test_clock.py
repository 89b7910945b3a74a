"""A clock that is wrong ends nothing, and nobody's time runs out while the service sleeps."""

from datetime import timedelta

import pytest

from lifecycle.conftest import DAY, HOUR, House, of, operators
from xfc_notify.lifecycle import clock, duties, lives
from xfc_notify.lifecycle.states import Happening, Phase
from xfc_notify.outbox.tables import MessageRow

YEAR = 400 * DAY


@pytest.mark.parametrize("state", ["expiring", "asked", "binned"])
def test_one_tick_of_a_clock_that_is_ahead_does_nothing_and_the_next_goes_on(
    house: House, state: str
) -> None:
    house.dataset()
    house.days(1)
    if state == "asked":
        house.until_asked()
    if state == "binned":
        house.binned()
    house.tick()
    before, written = house.life(), MessageRow.select().count()
    service = house.site.facility.service
    duties.let_live(service, house.now + YEAR)
    duties.let_live(service, house.now + YEAR + HOUR)
    assert house.life() == before
    assert operators() == ["The dates of datasets wait: is the clock right?"]
    assert MessageRow.select().count() == written + 1
    house.tick(HOUR)
    assert house.life().phase is before.phase
    assert len(house.site.tree("one")) == 3


def test_a_clock_behind_the_last_tick_ends_nothing(house: House) -> None:
    house.dataset()
    house.binned()
    house.now -= 2 * HOUR
    house.tick()
    assert operators() == ["The dates of datasets wait: is the clock right?"]
    house.tick(2 * HOUR)
    assert house.life().phase is Phase.BIN


def test_a_host_whose_clock_is_not_that_of_the_database_ends_nothing(house: House) -> None:
    house.dataset()
    house.binned()
    service = house.site.facility.service
    for _ in range(3):
        duties.let_live(service, house.now + HOUR * 3, there=house.now + HOUR * 3 - DAY)
    assert operators() == ["The dates of datasets wait: is the clock right?"]
    assert house.life().phase is Phase.BIN


def test_after_a_pause_an_operator_resumes_and_what_waits_waits_longer(house: House) -> None:
    house.dataset("d1")
    house.binned("d1")
    until = house.life().bin.until
    house.now += 30 * DAY
    house.tick()
    assert house.life().phase is Phase.BIN
    missed = clock.resume(house.now)
    assert missed == 30 * DAY
    assert house.life().bin.until == until + missed
    house.tick()
    assert house.life().phase is Phase.BIN
    house.days(15)
    assert house.life().phase is Phase.REMOVED


def test_a_notice_waits_longer_by_what_was_missed_and_keeps_its_votes(house: House) -> None:
    house.dataset()
    house.until_asked()
    house.do.vote("d1", "ada", lives.By("root", lives.COMMAND))
    house.now += 5 * DAY
    house.tick()
    clock.resume(house.now)
    house.tick()
    notice = house.life().notice
    assert (notice.group, notice.voters) == ("", frozenset({"ada"}))
    house.tick(DAY - timedelta(seconds=1))
    assert house.life().notice.group == ""
    house.know_groups()
    house.tick(timedelta(seconds=1))
    assert house.life().notice.group == "lab"


def test_resuming_twice_or_killed_half_way_shifts_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for uid in ("d1", "d2"):
        house.dataset(uid)
    for uid in ("d1", "d2"):
        house.binned(uid)
    house.now += 10 * DAY
    house.tick()
    original = clock._shift

    def killed(uid: str, *given: object) -> None:
        original(uid, *given)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(clock, "_shift", killed)
    with pytest.raises(KeyboardInterrupt):
        clock.resume(house.now)
    monkeypatch.undo()
    assert clock.resume(house.now + timedelta(minutes=1)) > 10 * DAY
    assert clock.resume(house.now + timedelta(minutes=2)) == timedelta()
    for uid in ("d1", "d2"):
        assert [event.what for event in lives.events(uid)].count(Happening.SHIFTED) == 1


def test_without_datasets_the_clock_is_nobodys_matter(house: House) -> None:
    house.tick()
    house.tick(YEAR)
    assert operators() == of("ada") == []
