"""What would have expired under other lifespans: by the same functions as in earnest, and nothing is written."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.conftest import DAY, OPERATOR, START, House
from lifecycle.year import ZONE
from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.lifecycle import dates, hindsight, people
from xfc_notify.lifecycle.course import World
from xfc_notify.lifecycle.life import Event
from xfc_notify.lifecycle.settings import Lifecycle
from xfc_notify.lifecycle.states import Decision, Happening
from xfc_notify.lifecycle.tables import LifeEventRow, LifeRow
from xfc_notify.lifecycle.terms import terms_of

WORLD = World("ada", ZONE)


@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 300), st.booleans(), st.integers(0, 800))
def test_each_phase_expires_at_the_end_of_its_lifespan_unless_it_ended_before(
    open_days: int, close_days: int, closed_after: int, closes: bool, seen_after: int
) -> None:
    terms = terms_of(
        [],
        Lifecycle.model_validate({"open_lifespan": f"{open_days}d", "close_lifespan": f"{close_days}d"}),
    )
    events = [Event(Happening.BEGAN, START, data={"created": START.isoformat()})]
    closed, until = START + closed_after * DAY, START + max(seen_after, closed_after) * DAY
    expected = []
    if (over := dates.later(START, open_days * DAY, ZONE)) < (closed if closes else until):
        expected.append((over, Decision.CLOSE))
    if closes:
        events.append(Event(Happening.CLOSED, closed, "ada"))
        if (over := dates.later(closed, close_days * DAY, ZONE)) < until:
            expected.append((over, Decision.REMOVE))
    assert list(hindsight.expiries("d1", events, terms, WORLD, until)) == expected


def test_programs_are_not_asked_to_close_what_they_fill() -> None:
    terms = terms_of([], Lifecycle.model_validate({"open_lifespan": "1d"}))
    events = [
        Event(Happening.BEGAN, START, data={"created": START.isoformat()}),
        Event(Happening.OPENED, START, "ada", {"automated": True}),
    ]
    assert list(hindsight.expiries("d1", events, terms, WORLD, START + 99 * DAY)) == []


def test_the_recorded_datasets_and_who_would_have_been_asked(house: House) -> None:
    house.dataset("d1")
    house.dataset("d2", owner="eve", group="institute")
    house.dataset("d3", group="", closed=False)
    DatasetRow.update(registered_at=START).execute()
    house.days(10)
    before = (list(LifeRow.select().dicts()), list(LifeEventRow.select().dicts()))
    service, year = house.site.facility.service, timedelta(days=365)

    def asked(**days: int) -> list[tuple[str, str, tuple[str, ...]]]:
        lifespans = {name: count * DAY for name, count in days.items()}
        found = hindsight.expired(service, house.now - year, house.now, lifespans)
        return [(it.dataset, it.decision, it.asked) for it in found]

    assert asked() == []  # 30 days, as it is
    assert asked(close_lifespan=5) == [
        ("d1", "remove", ("ada", "lab", "institute", "school")),
        ("d2", "remove", ("eve", "institute", "school")),
    ]
    assert asked(open_lifespan=5) == [("d3", "close", ("ada",))]
    assert hindsight.expired(service, house.now, house.now, {"close_lifespan": 5 * DAY}) == []
    assert (list(LifeRow.select().dicts()), list(LifeEventRow.select().dicts())) == before


def test_what_was_removed_would_not_have_expired_after_that(house: House) -> None:
    house.dataset()
    DatasetRow.update(registered_at=START).execute()
    house.sleep(2)
    house.site.catalog.remove("d1", "one:", force_last=True)
    house.tick()
    house.sleep(100)
    service, never = house.site.facility.service, START - DAY
    assert hindsight.expired(service, never, house.now, {"close_lifespan": 5 * DAY}) == []
    (one,) = hindsight.expired(service, never, house.now, {"close_lifespan": DAY})
    assert one.expired_at == dates.later(START, DAY, people.zone(house.site.facility.settings))


def test_extensions_of_then_do_not_count(house: House) -> None:
    house.dataset()
    DatasetRow.update(registered_at=START).execute()
    house.do.extend("d1", 300 * DAY, OPERATOR, beyond=True)
    house.sleep(40)
    found = hindsight.expired(house.site.facility.service, START, house.now, {"close_lifespan": 5 * DAY})
    assert [it.dataset for it in found] == ["d1"]
