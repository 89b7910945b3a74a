"""What cannot be measured is no news for users; the operators hear of it once."""

from datetime import timedelta

import pytest
from facility import Facility, new_area, order_for

from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import Level
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.notify.unmeasured import tell_operators
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people.tables import EventRow
from xfc_notify.scan.slice import failed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHY = "volume vol1: /vol1 holds no file .mounted; is the volume mounted?"


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    volumes = [{"name": "vol1", "path": "/vol1", "marker": ".mounted"}]
    return Facility.at(tmp_path, service={"operators": "ops@example.org"}, volumes=volumes)


def fails(facility, area: AreaRow, moment) -> None:
    facility.record(failed(order_for(area, moment), WHY, 0.1), moment)


def to_operators() -> list[MessageRow]:
    return list(MessageRow.select().where(MessageRow.audience == "operators").order_by(MessageRow.created_at))


def test_a_volume_that_is_away_for_eleven_days_is_told_to_the_operators_once(facility, now):
    areas = [new_area(name, now) for name in ("alice", "ben")]
    for area in areas:
        facility.scan(area, 1100, now)
    for day in range(1, 12):
        for area in areas:
            fails(facility, area, now + day * DAY)
        facility.speak(now + day * DAY)
        tell_operators(facility.service, now + day * DAY + HOUR)
    (message,) = to_operators()
    assert message.subject == "[XFC] Volume vol1 cannot be measured"
    text = " ".join(message.text.split())
    assert "None of the 2 areas on volume vol1 could be measured since" in text
    assert WHY in text
    assert MessageRow.select().count() == 3, "and the users hear nothing of old figures"
    facility.scan(areas[0], 1100, now + 12 * DAY)
    assert tell_operators(facility.service, now + 12 * DAY) == 0
    kinds = [it.kind for it in EventRow.select().where(EventRow.policy == "measured").order_by(EventRow.id)]
    assert kinds == ["away", "back"]


def test_while_one_area_can_be_measured_the_volume_is_there(facility, now):
    first, second = (new_area(name, now) for name in ("alice", "ben"))
    for day in range(5):
        facility.scan(first, 10, now + day * DAY)
        fails(facility, second, now + day * DAY)
        assert tell_operators(facility.service, now + day * DAY + HOUR) == 0


def test_of_what_cannot_be_read_for_two_weeks_the_operators_hear_and_it_is_kept_up_no_longer(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1100, now)
    told = []
    for day in range(1, 20):
        facility.scan(area, 300, now + day * DAY, readable=False)
        told.append(tell_operators(facility.service, now + day * DAY + HOUR))
    assert [day for day, count in enumerate(told, start=1) if count] == [15]
    (message,) = to_operators()
    assert message.subject == "[XFC] Not everything can be read in the area of alice"
    assert "alice, /vol1/alice: hard quota, at least 300 B of 1 kB" in " ".join(message.text.split())
    assert EpisodeRow.get().settled
    assert AreaRow.get().level == Level.OK
