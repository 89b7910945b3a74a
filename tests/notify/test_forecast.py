"""When limits will be passed, in words: the nearer date first, and never a date without what it rests on."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from letters import AREA, HARD, HOME, SCANNED, TB, TEMPORAL, figures, history, judged, letter, usage

from xfc_notify.domain import Finding, Level
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.words.letter import AreaFigures, Letter
from xfc_notify.notify.words.wording import wording

DAY = timedelta(days=1)


def dated(hard: float | None, temporal: float | None, *, size: float = 37, days: float = 5) -> AreaFigures:
    """Figures whose quotas are forecast to be passed in so many days."""
    it = figures(usage(size, days))
    dates = [None if left is None else SCANNED + DAY * left for left in (hard, temporal)]
    found = [
        replace(finding, due=due, from_history=True) for finding, due in zip(it.findings, dates, strict=True)
    ]
    return replace(it, findings=tuple(found), history=history([size - 2, size - 1, size - 0.5], 1))


def test_of_two_dates_the_nearer_is_said_first_everywhere() -> None:
    words = wording(letter(dated(20, 12, days=4), reasons={HARD: Reason.BEGAN}))
    assert words.headline == (
        "You have used 92 % of your space on vol1. Your temporal quota will be passed about 14 March."
    )
    assert words.lines[0] == (
        "At the pace of the last weeks, your temporal quota will be passed about Saturday 14 March (UTC), in 12 days."
    )
    assert words.lines[1].endswith("your hard quota will be passed about Sunday 22 March (UTC), in 20 days.")
    course = words.areas[0].course
    assert course is not None
    assert [curve.title for curve in course.curves] == ["Temporal quota", "Hard quota"]


def test_a_later_date_of_what_is_fine_is_not_said() -> None:
    words = wording(letter(dated(9, 20, days=4), reasons={HARD: Reason.BEGAN}))
    assert words.headline == "You have used 92 % of your space on vol1."
    assert len(words.lines) == 1


def test_two_quotas_that_are_told_stand_in_the_order_of_their_dates() -> None:
    reasons = {HARD: Reason.BEGAN, TEMPORAL: Reason.BEGAN}
    words = wording(letter(dated(20, 3, size=37, days=5.5), reasons=reasons))
    assert words.lines[0].startswith("Your temporal quota is 300 TB·days")
    assert words.lines[1].startswith("Your hard quota is 40 TB")
    words = wording(letter(dated(3, 20, size=37, days=5.5), reasons=reasons))
    assert words.lines[0].startswith("Your hard quota is 40 TB")


@pytest.mark.parametrize(("days", "state"), [(6.9, "passed soon"), (7.5, "fine"), (None, "fine")])
def test_nothing_is_called_fine_that_is_passed_within_seven_days(days: float | None, state: str) -> None:
    it = dated(20, days, size=12)
    assert [row.state for row in wording(letter(it, reasons={})).areas[0].figures] == ["fine", state]


def test_nor_is_what_is_passed_then_if_nothing_is_deleted() -> None:
    it = figures(usage(36, 2))
    assert (it.findings[1].level, it.findings[1].from_history) == (Level.OK, False)
    assert wording(letter(it, reasons={})).areas[0].figures[1].state == "passed soon"


def test_without_a_history_the_date_is_called_what_it_is() -> None:
    (line,) = wording(letter(judged(usage(12, 12)), reasons={TEMPORAL: Reason.BEGAN})).lines
    assert line == (
        "Your temporal quota is 300 TB·days, and you use 190.1 TB·days, which leaves 109.9 TB·days. "
        "If nothing is deleted, it grows by 12 TB·days every day. "
        "If nothing is deleted, your temporal quota will be passed on Wednesday 11 March (UTC), in 9 days."
    )


def test_with_a_history_nothing_is_said_of_what_would_be_if_nothing_was_deleted() -> None:
    past = history([12] * 30, 1, 15.7)  # as old as ever: what came has gone
    words = wording(letter(judged(usage(12, 12), past), reasons={TEMPORAL: Reason.BEGAN}))
    assert "deleted" not in words.lines[0]
    assert "passed" not in words.lines[0]


def test_a_digest_of_a_constant_area_says_what_is_used() -> None:
    past = history([12.0] * 30, 1, 6.6)
    words = wording(letter(judged(usage(12.01), past), reasons={}, digest="weekly"))
    assert words.subject == "[XFC] Weekly digest: 30 % of your space on vol1"
    assert words.headline == "You have used 30 % of your space on vol1."


def test_a_date_is_said_once_though_a_quota_and_its_forecast_are_told() -> None:
    ahead = Finding(
        Level.WARNING, 41 * TB, 40 * TB, "bytes", "hard quota", SCANNED + DAY * 5, policy="growth", ahead=7,
        from_history=True,
    )  # fmt: skip
    reasons = {HARD: Reason.BEGAN, ("vol1", "growth"): Reason.BEGAN}
    words = wording(letter(figures(usage(37, 1), AREA, ahead), reasons=reasons))
    assert sum("Saturday 7 March" in line for line in words.lines) == 1


def by_history() -> Letter:
    """An area whose temporal quota counts by the sizes of scans."""
    it = figures(usage(12))
    hard, temporal = it.findings
    return letter(
        replace(it, findings=(hard, replace(temporal, used=250 * TB))), figures(usage(1, 2), HOME), reasons={}
    )


def test_a_temporal_quota_by_history_is_explained_as_such() -> None:
    explained = " ".join(wording(by_history()).explanations)
    assert "Your temporal quota counts by the sizes that the scans found" in explained
    assert "counts by the sizes" not in " ".join(wording(letter(figures(usage(12)), reasons={})).explanations)


def test_the_curve_of_a_temporal_quota_by_history_is_drawn() -> None:
    made = by_history()
    first = replace(made.areas[0], history=history([11, 11.5], 1, 20))
    course = wording(replace(made, areas=(first,))).areas[0].course
    assert course is not None
    (temporal,) = (curve for curve in course.curves if curve.title == "Temporal quota")
    assert [share for _, share in temporal.points] == pytest.approx([220 / 300, 230 / 300, 250 / 300])


def possible(it: AreaFigures) -> bool:
    """Whether the byte-days grew no faster than the bytes that were there could gather them."""
    scans = [(scan.as_of, scan.size, scan.temporal_usage) for scan in it.history]
    scans.append((it.usage.as_of, it.usage.size, it.usage.temporal_usage))
    return all(
        used <= before + size * ((time - earlier) / DAY) * 1.01
        for (earlier, _, before), (time, size, used) in pairwise(scans)
    )


def test_what_the_letters_here_tell_is_possible() -> None:
    from letters import LETTERS

    assert [kind for kind, made in LETTERS.items() if not all(map(possible, made.areas))] == []
