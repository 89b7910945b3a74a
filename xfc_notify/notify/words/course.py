"""The course of an area over the last 90 days: curves to be drawn, and the same in words. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from xfc_notify.domain import TEMPORAL_QUOTA, Finding, PastScan
from xfc_notify.forecast import DAY
from xfc_notify.notify.words import limits
from xfc_notify.notify.words.forecast import Due, due_of
from xfc_notify.notify.words.language import Language, begun
from xfc_notify.notify.words.letter import AreaFigures, Letter

WINDOW = timedelta(days=90)
LEAST_SCANS = 3
LEAST_SPAN = timedelta(hours=48)
AHEAD = timedelta(days=30)
ANCHORS = (90, 30, 7)
NEARLY = 0.01

Point = tuple[datetime, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """One limit and how much of it was used, as shares: 1.0 is all of it.

    points     oldest first, the last one now
    forecast   two points, from now on; empty if there is none
    limit      in words: "40 TB"
    passes     when the forecast reaches the limit; None if it does not within 30 days
    """

    title: str
    points: tuple[Point, ...]
    forecast: tuple[Point, ...]
    limit: str
    passes: datetime | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """The curves of an area, the one that passes its limit first at the front, and a sentence for each."""

    curves: tuple[Curve, ...]
    sentences: tuple[str, ...]


def course(letter: Letter, figures: AreaFigures) -> Course | None:
    """What is known of the last 90 days.

    None with fewer than 3 scans over 48 hours, or where no limit is of bytes, byte-days or files.
    """
    past = [
        scan for scan in figures.history if figures.usage.as_of - WINDOW <= scan.as_of < figures.usage.as_of
    ]
    if len(past) + 1 < LEAST_SCANS or figures.usage.as_of - past[0].as_of < LEAST_SPAN:
        return None
    told = []
    for finding in figures.findings:
        amount_of = _measure(finding, figures)
        if amount_of is not None:
            points = [(scan.as_of, amount_of(scan)) for scan in past] + [(figures.usage.as_of, finding.used)]
            told.append((_curve(letter, finding, figures, points), _in_words(letter, finding, points)))
    told.sort(key=lambda item: (item[0].passes is None, item[0].passes or letter.now))
    curves, sentences = [curve for curve, _ in told], [sentence for _, sentence in told]
    return Course(tuple(curves), tuple(sentences)) if told else None


def _measure(finding: Finding, figures: AreaFigures) -> Callable[[PastScan], float] | None:
    """The figure of an earlier scan that the finding counts; None if it has none."""
    if finding.limit <= 0 or finding.ahead is not None:
        return None
    usage, counted = figures.usage, figures.area.counted
    measures: dict[str, tuple[float, Callable[[PastScan], float]]] = {
        "bytes": (counted(usage), counted),
        "byte-days": (usage.temporal_usage, lambda scan: scan.temporal_usage),
        "files": (usage.files, lambda scan: scan.files),
    }
    now, amount_of = measures.get(finding.unit, (None, None))
    same = now is not None and abs(now - finding.used) <= NEARLY * finding.used
    return amount_of if same or finding.policy == TEMPORAL_QUOTA else None


def _curve(letter: Letter, finding: Finding, figures: AreaFigures, points: list[Point]) -> Curve:
    due, now = due_of(finding, figures.findings), figures.usage.as_of
    is_ahead = due is not None and due.from_history and now < due.day <= now + AHEAD
    return Curve(
        title=begun(limits.title(letter, finding)),
        points=tuple((time, amount / finding.limit) for time, amount in points),
        forecast=tuple((time, amount / finding.limit) for time, amount in _forecast(finding, due, points)),
        limit=limits.amount(letter, finding.limit, finding),
        passes=due.day if due is not None and is_ahead else None,
    )


def _forecast(finding: Finding, due: Due | None, points: list[Point]) -> tuple[Point, ...]:
    """Where the words lead that tell when the limit is passed."""
    return leading(points, finding.limit, due.day) if due is not None and due.from_history else ()


def leading(points: Sequence[Point], limit: float, day: datetime) -> tuple[Point, ...]:
    """From the last point to the day on which the limit is passed, or to 30 days ahead if that is sooner."""
    now, used = points[-1]
    if day <= now or used > limit:
        return ()
    end = min(day, now + AHEAD)
    return points[-1], (end, used + (limit - used) * ((end - now) / (day - now)))


def _in_words(letter: Letter, finding: Finding, points: list[Point]) -> str:
    """The course of a finding; its last point is what was found."""
    return in_words(
        letter.language,
        limits.title(letter, finding),
        [*points[:-1], (points[-1][0], finding.used)],
        lambda amount: limits.amount(letter, amount, finding),
        limits.amount(letter, finding.limit, finding),
    )


def in_words(
    language: Language, title: str, points: Sequence[Point], amount: Callable[[float], str], limit: str
) -> str:
    """ "Hard quota: 88 days ago 12 TB, 30 days ago 20 TB, now 34.4 TB; the limit is 40 TB."; an empty limit is none."""
    now, used = points[-1]
    named: dict[int, float] = {}
    for anchor in ANCHORS:
        near = min(points[:-1], key=lambda point: abs((now - point[0]) / DAY - anchor))
        days = round((now - near[0]) / DAY)
        if days > 0 and abs(days - anchor) <= max(2, anchor / 5):
            named[days] = near[1]
    if not named:
        named[round((now - points[0][0]) / DAY)] = points[0][1]
    past = (
        language.count("{count} day ago {amount}", "{count} days ago {amount}", days, amount=amount(value))
        for days, value in named.items()
    )
    said = {"title": begun(title), "past": ", ".join(past), "amount": amount(used)}
    if not limit:
        return language.say("{title}: {past}, now {amount}.", **said)
    return language.say("{title}: {past}, now {amount}; the limit is {limit}.", **said, limit=limit)
