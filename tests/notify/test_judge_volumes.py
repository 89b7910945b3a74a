"""A volume that runs full is told to the operators, by the rules by which a person is told of an area."""

from datetime import timedelta

import pytest
from facility import Facility, install_plugin, new_area

from xfc_notify.areas import scans
from xfc_notify.areas.scans import Choice
from xfc_notify.areas.tables import AreaRow, ScanRow, SliceRow
from xfc_notify.components import duties
from xfc_notify.domain import OPERATORS, Level
from xfc_notify.notify.compose import preview
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.people import users
from xfc_notify.people.tables import EventRow, SubjectRow, UserRow
from xfc_notify.usage import Clock
from xfc_notify.watch.tick import tick

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VOLUME = {"name": "vol1", "path": "/vol1", "capacity": 10_000}


def at(folder, **more) -> Facility:
    tables = {"service": {"operators": "ops@example.org"}, "volumes": [VOLUME], "scan": {"every": "300d"}}
    return Facility.at(folder, **tables | more)


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return at(tmp_path)


def ticked(facility, now) -> int:
    return tick(duties(), facility.service, now)["messages"]


def fill(facility, now, *sizes: int) -> None:
    """An area for every size, its quota out of reach."""
    for number, size in enumerate(sizes):
        name = f"user{number}"
        area = AreaRow.get_or_none(AreaRow.path == f"/vol1/{name}") or new_area(name, now)
        AreaRow.update(hard_quota=10**9).where(AreaRow.id == area.id).execute()
        facility.scan(area, size, now)


def told() -> list[tuple[str, str]]:
    rows = MessageRow.select().where(MessageRow.audience == "operators").order_by(MessageRow.created_at)
    return [(it.subject, it.reasons[0]["reason"]) for it in rows]


def test_the_operators_hear_that_a_volume_fills_and_who_uses_most(facility, now):
    fill(facility, now, 5000, 2000, 1000, 500, 300, 250, 50)
    assert ticked(facility, now) == 1
    assert told() == [("[XFC] Volume vol1 has used 91 % of its capacity", "began")]
    message = MessageRow.get()
    assert DeliveryRow.get().address == "ops@example.org"
    for text in (message.text, message.html):
        assert "9.1 kB of 10 kB" in text
        assert "user0: 5 kB, 54 % of what is used" in text
        assert "user4: 300 B, 3 % of what is used" in text
        assert "user5" not in text


def test_it_is_told_by_the_same_rules(facility, now):
    fill(facility, now, 9100)
    for hour in range(10 * 24):
        ticked(facility, now + hour * HOUR)
    fill(facility, now + 10 * DAY, 9800)
    ticked(facility, now + 10 * DAY)
    fill(facility, now + 11 * DAY, 9300)
    ticked(facility, now + 11 * DAY)
    fill(facility, now + 12 * DAY, 2000)
    ticked(facility, now + 12 * DAY)
    assert told() == [
        ("[XFC] Volume vol1 has used 91 % of its capacity", "began"),
        ("[XFC] Volume vol1 has used 91 % of its capacity (reminder)", "repeat"),
        ("[XFC] Volume vol1 has used 98 % of its capacity", "worse"),
        ("[XFC] Volume vol1 is down to 20 % of its capacity", "ended"),
    ]
    assert len({it.thread for it in MessageRow.select()}) == 1


def test_a_volume_is_never_scanned_by_itself_and_its_owner_is_no_user(facility, now):
    fill(facility, now, 9100)
    ticked(facility, now)
    assert SubjectRow.get(SubjectRow.kind == "volume").key == "vol1"
    assert "/vol1" not in {area.path for area in AreaRow.select()}
    assert [user.name for user in users.users()] == ["user0"]
    assert scans.open_scans(Choice(), None, Clock.ARRIVAL, now + DAY) == 1
    assert {
        it.scan.area.path for it in SliceRow.select(SliceRow, ScanRow, AreaRow).join(ScanRow).join(AreaRow)
    } == {"/vol1/user0"}


def test_without_an_address_of_the_operators_it_waits_for_one(store, tmp_path, now):
    facility = at(tmp_path, service={})
    fill(facility, now, 9100)
    assert ticked(facility, now) == 0
    assert EpisodeRow.get().silence == "began, but no delivery plugin has an address for this user"
    assert ticked(at(tmp_path), now + HOUR) == 1


def test_ticks_at_once_and_again_say_it_once(facility, now):
    fill(facility, now, 9100)
    assert [ticked(facility, now + n * HOUR) for n in range(3)] == [1, 0, 0]


@pytest.mark.parametrize("volume", [VOLUME | {"retired": True}, {"name": "vol1", "path": "/vol1"}])
def test_of_a_retired_volume_or_one_without_capacity_nothing_is_said(store, tmp_path, now, volume):
    facility = at(tmp_path, volumes=[volume])
    fill(facility, now, 9900)
    assert ticked(facility, now) == 0


def test_a_volume_that_leaves_the_settings_is_said_no_more_of(facility, tmp_path, now):
    fill(facility, now, 9900)
    ticked(facility, now)
    gone = at(tmp_path, volumes=[])
    assert [ticked(gone, now + days * DAY) for days in (1, 3, 9)] == [0, 0, 0]
    assert EpisodeRow.select().where(~EpisodeRow.settled).count() == 0
    assert "the volume is not in the settings any more" in [it.what for it in EventRow.select()]


def test_the_figures_can_be_previewed(facility, now):
    fill(facility, now, 9100)
    ticked(facility, now)
    message = preview(UserRow.get(UserRow.name == OPERATORS), facility.settings, now + HOUR)
    assert message.subject == "[XFC] Volume vol1 has used 91 % of its capacity"


BROKEN = """
from xfc_notify import hookimpl

@hookimpl
def evaluate_volume(volume):
    raise RuntimeError("no idea")
"""


@pytest.mark.hook("evaluate_volume")
def test_a_policy_that_fails_harms_no_other_and_is_noted_once(store, tmp_path, monkeypatch, now):
    install_plugin(tmp_path, monkeypatch, "broken", BROKEN)
    facility = at(tmp_path)
    fill(facility, now, 9100)
    assert [ticked(facility, now + n * HOUR) for n in range(3)] == [1, 0, 0]
    assert EventRow.select().where(EventRow.kind == "failed").count() == 1


def test_a_volume_that_cannot_be_judged_stops_neither_another_one_nor_the_tick(store, tmp_path, now, caplog):
    volumes = [VOLUME | {"name": name, "path": f"/{name}"} for name in ("vol1", "vol2")]
    facility = at(tmp_path, volumes=volumes)
    for name in ("vol1", "vol2"):
        area = new_area("alice", now, name)
        AreaRow.update(hard_quota=10**9).where(AreaRow.id == area.id).execute()
        facility.scan(area, 8500, now)
    assert ticked(facility, now) == 1
    spoiled = EpisodeRow.get(EpisodeRow.subject == SubjectRow.get(SubjectRow.key == "vol1"))
    EpisodeRow.update(finding=spoiled.finding | {"level": "purple"}).where(
        EpisodeRow.id == spoiled.id
    ).execute()
    facility.scan(AreaRow.get(AreaRow.path == "/vol2/alice"), 9900, now + DAY)
    ticked(facility, now + DAY)
    assert ("no judgement could be made for volume vol1", True) in [
        (record.message, record.exc_info is not None) for record in caplog.records
    ]
    rose = EpisodeRow.get(EpisodeRow.subject == SubjectRow.get(SubjectRow.key == "vol2"))
    assert rose.level == Level.OVER
    EpisodeRow.update(finding=spoiled.finding).where(EpisodeRow.id == spoiled.id).execute()
    caplog.clear()
    assert ticked(facility, now + DAY + HOUR) == 1
    assert caplog.records == []
