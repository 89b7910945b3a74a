"""The policy for whole volumes."""

import pytest
import xfc_notify_volume
from pydantic import ValidationError

from xfc_notify import Level, PastScan, Volume
from xfc_notify.testing import NOW, check_plugin, sample_area

TB = 10**12


def judged(*sizes: int | None, capacity: int | None = 100 * TB, retired: bool = False):
    scans = [
        (sample_area(owner=f"user{n}"), None if size is None else PastScan(NOW, size, 0, 1))
        for n, size in enumerate(sizes)
    ]
    volume = Volume("vol1", b"/vol1", capacity, retired)
    settings = xfc_notify_volume.settings_model()()
    return list(xfc_notify_volume.evaluate_volume(volume, scans, settings))


def test_it_keeps_the_contract():
    check_plugin(xfc_notify_volume)


@pytest.mark.parametrize(
    ("used", "level"),
    [(0, Level.OK), (79, Level.OK), (80, Level.NOTICE), (90, Level.WARNING), (97, Level.WARNING), (98, Level.OVER),
     (200, Level.OVER)],
)  # fmt: skip
def test_the_level_is_that_of_the_sum(used, level):
    (finding,) = judged(used * TB // 2, used * TB // 2)
    assert (finding.level, finding.used, finding.limit) == (level, used * TB, 100 * TB)


def test_the_five_who_use_most_are_named_each_once():
    (finding,) = judged(10 * TB, 40 * TB, 0, 5 * TB, 4 * TB, 3 * TB, 2 * TB)
    assert dict(finding.facts) == {
        "user1": "40 TB, 62 % of what is used",
        "user0": "10 TB, 15 % of what is used",
        "user3": "5 TB, 7 % of what is used",
        "user4": "4 TB, 6 % of what is used",
        "user5": "3 TB, 4 % of what is used",
    }


def test_what_is_not_known_is_said():
    (finding,) = judged(10 * TB, None)
    assert finding.facts["not scanned yet"] == "1 of 2 areas"


def test_without_a_capacity_or_retired_there_is_nothing_to_say():
    assert judged(10 * TB, capacity=None) == []
    assert judged(99 * TB, retired=True) == []


def test_thresholds_are_in_order():
    with pytest.raises(ValidationError, match="notice must be below warning"):
        xfc_notify_volume.settings_model()(notice=0.95)
