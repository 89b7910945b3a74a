"""Times and JSON mean the same on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from xfc_notify.areas.areas import NEVER
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.domain import Person
from xfc_notify.people import subjects
from xfc_notify.people.tables import UserRow
from xfc_notify.people.users import add_user
from xfc_notify.states import Kind
from xfc_notify.store.database import db

EAST, WEST = timezone(timedelta(hours=13)), timezone(timedelta(hours=-11))


def stored(name: str, time: datetime) -> datetime:
    add_user(Person(name), time)
    added: datetime = UserRow.get(UserRow.name == name).added_at
    return added


def test_a_time_goes_in_aware_and_comes_out_aware_and_the_same(store):
    time = datetime(2026, 3, 2, 8, 0, 0, 123456, tzinfo=EAST)
    out = stored("alice", time)
    assert out == time
    assert out.tzinfo == UTC


@pytest.mark.parametrize("microsecond", [0, 1, 999_999])
def test_microseconds_survive(store, microsecond):
    time = datetime(2026, 12, 31, 23, 59, 59, microsecond, tzinfo=UTC)
    assert stored("alice", time) == time


def test_the_hour_that_a_local_clock_shows_twice_is_two_hours(store):
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Paris, in summer …
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # … and again in winter
    assert stored("alice", first) == first
    assert stored("ben", second) == second


def test_times_from_all_zones_sort_by_when_they_are(store):
    moment = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    times = {
        "c": moment.astimezone(EAST) + timedelta(minutes=2),  # the 2nd at 21:02 there
        "a": moment.astimezone(WEST),  # the 1st at 21:00 there
        "d": moment + timedelta(minutes=2, microseconds=1),
        "b": moment.astimezone(EAST) + timedelta(minutes=1),
    }
    for name, time in times.items():
        add_user(Person(name), time)
    assert [user.name for user in UserRow.select().order_by(UserRow.added_at)] == ["a", "b", "c", "d"]
    before = UserRow.select().where(UserRow.added_at <= (moment + timedelta(minutes=2)).astimezone(WEST))
    assert {user.name for user in before} == {"a", "b", "c"}


def test_the_zone_of_the_session_plays_no_part(postgres_url):
    from xfc_notify.store import database, migrate

    database.prepare(postgres_url)
    with database.connected():
        migrate.upgrade()
        add_user(Person("alice"), NEVER)
        for zone in ("Asia/Tokyo", "America/New_York"):
            db.execute_sql(f"SET TIME ZONE '{zone}'")
            assert UserRow.get(UserRow.added_at <= NEVER).added_at == NEVER


def test_a_time_without_a_zone_is_refused(store):
    with pytest.raises(ValueError, match="without a zone"):
        add_user(Person("alice"), datetime(2026, 3, 2))  # noqa: DTZ001 - that is the point
    assert UserRow.select().count() == 0


def test_no_time_stays_no_time(store, now):
    add_user(Person("alice"), now)
    alice = UserRow.get()
    AreaRow.create(
        user=alice,
        subject=subjects.put(Kind.AREA, "/v/alice", "v", alice),
        volume="v",
        directory="alice",
        path="/v/alice",
        hard_quota=1,
        temporal_quota=1.5,
        added_at=now,
        last_attempt=NEVER,
    )
    assert AreaRow.get().last_scanned is None


def test_json_comes_back_as_it_went_in(store, now):
    add_user(Person("alice"), now)
    area = AreaRow.create(
        user=UserRow.get(),
        subject=subjects.put(Kind.AREA, "/v/a", "v", UserRow.get()),
        volume="v",
        directory="a",
        path="/v/a",
        hard_quota=2**62,
        temporal_quota=1e24,
        added_at=now,
        last_attempt=NEVER,
    )
    value = {"sum": 2**100, "name": "caf\\xe9 \N{OCTOPUS} \x00", "list": [None, True, 1.5], "empty": {}}
    ScanRow.create(id="s", area=area, state="open", clock="ctime", as_of=now, progress_at=now, usage=value)
    assert ScanRow.get().usage == value
    assert ScanRow.get().findings is None
    assert (AreaRow.get().hard_quota, AreaRow.get().temporal_quota) == (2**62, 1e24)
