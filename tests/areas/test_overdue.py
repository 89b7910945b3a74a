"""What was not measured for long is said, with its age."""

from datetime import timedelta

import pytest
from facility import Facility, new_area

from xfc_notify.areas import areas
from xfc_notify.areas.areas import Overdue
from xfc_notify.areas.tables import AreaRow
from xfc_notify.areas.views import overdue_in_words

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path)


def test_the_area_that_was_not_measured_for_longest_is_named(facility, now):
    for days, name in enumerate(["alice", "ben", "cleo"]):
        facility.scan(new_area(name, now), 10, now + days * DAY)
    assert areas.overdue(now) is None
    assert areas.overdue(now + 2 * DAY) == Overdue(2, "/vol1/alice", now)
    said = overdue_in_words(Overdue(2, "/vol1/alice", now))
    assert (
        said == "2 areas were not measured for two rounds of scans; /vol1/alice last at 2026-03-02 08:00 UTC"
    )


def test_one_that_was_never_measured_comes_first_and_a_new_one_has_time(facility, now):
    new_area("alice", now)
    assert areas.overdue(now) is None
    late = areas.overdue(now + HOUR)
    assert late == Overdue(1, "/vol1/alice", None)
    assert overdue_in_words(late) == "1 area was not measured for two rounds of scans; /vol1/alice never"


def test_what_is_gone_is_counted_apart(facility, now):
    facility.scan(new_area("alice", now), 10, now)
    AreaRow.update(gone_at=now).execute()
    assert areas.overdue(now + 9 * DAY) is None
    assert areas.count_gone() == 1
