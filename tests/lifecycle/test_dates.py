"""A day that somebody types is over when it is over where the site is, whatever the server's clock is set to."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xfc_notify.errors import WrongInput
from xfc_notify.lifecycle import dates

ZONES = ["UTC", "Pacific/Auckland", "America/St_Johns", "Europe/Berlin"]


@pytest.mark.parametrize("name", ZONES)
def test_a_typed_day_is_over_at_its_end_there(name: str) -> None:
    zone = ZoneInfo(name)
    expires = dates.typed("2027-04-05", zone)
    assert expires.astimezone(zone).replace(tzinfo=None) == datetime(2027, 4, 6)  # noqa: DTZ001
    assert dates.last_day(expires, zone) == date(2027, 4, 5)
    assert dates.ends_a_day(expires, zone)


@pytest.mark.parametrize("name", ZONES)
def test_three_days_are_three_days_over_the_change_of_clocks(name: str) -> None:
    zone = ZoneInfo(name)
    for day in range(365):
        morning = datetime(2027, 1, 1, 8, tzinfo=zone) + timedelta(days=day)
        expires = dates.later(morning.astimezone(UTC), timedelta(days=3), zone)
        assert dates.last_day(expires, zone) == morning.date() + timedelta(days=3)
        again = dates.later(expires, timedelta(days=3), zone)
        assert dates.last_day(again, zone) == morning.date() + timedelta(days=6)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), st.sampled_from(ZONES))  # noqa: DTZ001
def test_nothing_expires_before_the_day_shown_is_over(naive: datetime, name: str) -> None:
    zone, start = ZoneInfo(name), naive.replace(tzinfo=UTC)
    expires = dates.later(start, timedelta(hours=30), zone)
    assert expires >= start + timedelta(hours=28)  # a day may have 23 hours
    assert dates.end_of(dates.last_day(expires, zone), zone) == expires


@pytest.mark.parametrize(
    "text", ["", "soon", "2027-13-01", "2027-04-05T12:00", "9999-12-31", "2027-4-5", "\x1b[0m"]
)
def test_what_is_no_date_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(WrongInput) as raised:
        dates.typed(text, ZoneInfo("UTC"))
    assert "\x1b" not in raised.value.what


def test_an_instant_needs_its_zone_and_keeps_it() -> None:
    there = dates.typed("2027-04-05T12:00+12:00", ZoneInfo("UTC"))
    assert there == datetime(2027, 4, 5, 0, 0, tzinfo=UTC)
