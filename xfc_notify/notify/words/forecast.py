"""When limits will be passed, in words: the nearer of two dates first. Pure.

A date that follows from the history of an area is one thing; what follows if nothing is deleted is another, said only
where there is no history, and called so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from xfc_notify.domain import Finding
from xfc_notify.forecast import Point, trend
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.words import limits
from xfc_notify.notify.words.language import begun, mark
from xfc_notify.notify.words.letter import AreaFigures, Letter, Topic

WINDOW = timedelta(days=28)
SOON = timedelta(days=7)
"""What is forecast to be passed within this time is not called fine."""


@dataclass(frozen=True, slots=True)
class Due:
    """The day on which a limit will be passed, and whether the earlier scans tell it."""

    day: datetime
    from_history: bool


def due_of(finding: Finding, findings: Iterable[Finding]) -> Due | None:
    """When the finding's limit will be passed: as a forecast of the same limit says, else as the finding does."""
    ahead = (other for other in findings if other.ahead is not None and other.from_history)
    same = (other for other in ahead if (other.unit, other.title) == (finding.unit, finding.title))
    teller = next(same, finding)
    return None if teller.due is None else Due(teller.due, teller.from_history)


def growth(points: Sequence[Point]) -> float | None:
    """How much is added a day over the last four weeks, oldest first; as `forecast.trend`."""
    return trend([point for point in points if points[-1][0] - point[0] <= WINDOW])


def soon(finding: Finding, figures: AreaFigures, now: datetime) -> bool:
    """Whether the limit is not passed yet, but will be within seven days."""
    due = due_of(finding, figures.findings)
    is_open = finding.used <= finding.limit and finding.lifted is None
    return is_open and due is not None and now < due.day <= now + SOON


def date(letter: Letter, topic: Topic) -> datetime | None:
    """The day on which the topic's limit will be passed, if it still is to be."""
    due = _due(letter, topic)
    is_over = topic.finding.ahead is None and topic.finding.used > topic.finding.limit
    if due is None or due.day <= letter.now or topic.past or is_over or topic.finding.lifted is not None:
        return None
    return due.day


def nearer_first(letter: Letter, topics: Sequence[Topic]) -> list[Topic]:
    """The topics in their order, but of those that are told and still have a day of passing the nearer first."""
    dates = [
        date(letter, topic) if topic.reason not in (None, Reason.REPEAT) or not letter.topics else None
        for topic in topics
    ]
    places = [place for place, day in enumerate(dates) if day is not None]
    ordered = list(topics)
    for place, other in zip(
        places, sorted(places, key=lambda place: dates[place] or letter.now), strict=True
    ):
        ordered[place] = topics[other]
    return ordered


def nearer(letter: Letter, topics: Sequence[Topic]) -> list[Topic]:
    """What is not told by itself, but forecast to be passed within seven days or before what is told, nearest first."""
    told = [topic for place, topic in enumerate(topics) if place == 0 or topic.reason is not None]
    found: list[tuple[datetime, Topic]] = []
    for figures in letter.areas:
        here = [topic for topic in told if topic.area == figures.area]
        known = {(topic.finding.unit, topic.finding.title) for topic in here}
        dates = [day for topic in here if (day := date(letter, topic)) is not None]
        until = max(min(dates, default=letter.now), letter.now + SOON)
        for finding in figures.findings:
            topic = Topic(figures.area, finding, finding.level)
            day, due = date(letter, topic), _due(letter, topic)
            is_new = finding.ahead is None and (finding.unit, finding.title) not in known
            if is_new and day is not None and due is not None and due.from_history and day <= until:
                found.append((day, topic))
    return [topic for _, topic in sorted(found, key=lambda item: item[0])]


def headline(letter: Letter, topic: Topic, volume: bool | None = None) -> str:
    """ "Your space on vol1 will be full about 23 October"; empty where no day is known."""
    due = _due(letter, topic)
    if due is None or due.day <= letter.now:
        return ""
    words = {
        "your_limit": limits.on_volume(letter, topic, limits.room(letter, topic.finding), volume),
        "day": letter.language.date(due.day, mark("d MMMM")),
    }
    say = letter.language.say
    if not due.from_history:
        return begun(say("If nothing is deleted, {your_limit} will be passed on {day}", **words))
    if (topic.finding.unit, topic.finding.title) == ("bytes", "hard quota"):
        return begun(say("{your_limit} will be full about {day}", **words))
    return begun(say("{your_limit} will be passed about {day}", **words))


def sentence(letter: Letter, topic: Topic) -> str:
    """When the limit will be passed; empty if that is past or not known."""
    finding, language = topic.finding, letter.language
    due = _due(letter, topic)
    is_outlook = finding.ahead is not None or finding.unit == "days"
    is_past = topic.past if is_outlook else finding.used > finding.limit
    if due is None or due.day <= letter.now or is_past:
        return ""
    words = {"your_limit": limits.your_limit(letter, topic), "day": language.day(due.day, letter.now)}
    days = language.days_until(due.day, letter.now)
    if due.from_history:
        return _by_pace(letter, days, words)
    return _if_kept(letter, days, words) if finding.unit == "byte-days" else _unchanged(letter, days, words)


def growth_sentence(letter: Letter, topic: Topic) -> str:
    """What a day adds to the temporal usage if nothing is deleted: size × 1 day. Empty where the history tells more."""
    size = sum(figures.usage.size for figures in letter.areas if figures.area == topic.area)
    if topic.finding.unit != "byte-days" or topic.past or topic.finding.from_history or not size:
        return ""
    amount = letter.language.amount(size, "byte-days")
    return letter.language.say("If nothing is deleted, it grows by {amount} every day.", amount=amount)


def _by_pace(letter: Letter, days: int, words: dict[str, str]) -> str:
    say = letter.language.say
    match days:
        case 0:
            return say("At the pace of the last weeks, {your_limit} will be passed today, {day}.", **words)
        case 1:
            return say("At the pace of the last weeks, {your_limit} will be passed tomorrow, {day}.", **words)
        case _:
            return letter.language.count(
                "At the pace of the last weeks, {your_limit} will be passed about {day}, in {count} day.",
                "At the pace of the last weeks, {your_limit} will be passed about {day}, in {count} days.",
                days,
                **words,
            )


def _if_kept(letter: Letter, days: int, words: dict[str, str]) -> str:
    say = letter.language.say
    match days:
        case 0:
            return say("If nothing is deleted, {your_limit} will be passed today, {day}.", **words)
        case 1:
            return say("If nothing is deleted, {your_limit} will be passed tomorrow, {day}.", **words)
        case _:
            return letter.language.count(
                "If nothing is deleted, {your_limit} will be passed on {day}, in {count} day.",
                "If nothing is deleted, {your_limit} will be passed on {day}, in {count} days.",
                days,
                **words,
            )


def _unchanged(letter: Letter, days: int, words: dict[str, str]) -> str:
    say = letter.language.say
    match days:
        case 0:
            return say("If nothing changes, {your_limit} will be passed today, {day}.", **words)
        case 1:
            return say("If nothing changes, {your_limit} will be passed tomorrow, {day}.", **words)
        case _:
            return letter.language.count(
                "If nothing changes, {your_limit} will be passed on {day}, in {count} day.",
                "If nothing changes, {your_limit} will be passed on {day}, in {count} days.",
                days,
                **words,
            )


def _due(letter: Letter, topic: Topic) -> Due | None:
    found = (figures.findings for figures in letter.areas if figures.area == topic.area)
    return due_of(topic.finding, next(found, ()))
