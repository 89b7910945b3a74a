"""What helps: at most three steps, each with an amount or a path. Pure."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xfc_notify import units
from xfc_notify.domain import Area
from xfc_notify.notify.words import limits, outlook
from xfc_notify.notify.words.letter import AreaFigures, Letter, Topic
from xfc_notify.outbox.columns import shortened
from xfc_notify.paths import show
from xfc_notify.usage import OTHER_DIRECTORIES, Tally

LONGEST_COPY = 200


@dataclass(frozen=True, slots=True)
class Step:
    """Something that helps; `path` is there to be copied, or empty."""

    text: str
    path: str = ""


def measure_of(area: Area, unit: str) -> Callable[[Tally], float] | None:
    """What a topic of this unit weighs the directories of an area by; None for a unit that these do not add up to."""
    measures: dict[str, Callable[[Tally], float]] = {
        "bytes": area.counted,
        "byte-days": lambda tally: tally.byte_seconds / units.DAY_SECONDS,
        "files": lambda tally: tally.files,
    }
    return measures.get(unit)


def steps(letter: Letter, topics: Sequence[Topic]) -> tuple[Step, ...]:
    """At most three: how much would do, where to look first, what to do with it."""
    if not topics:
        return ()
    goals = " ".join(filter(None, (goal(letter, topic) for topic in topics)))
    areas = (
        figures for figures in letter.areas if figures.area == topics[0].area and figures.usage.by_directory
    )
    return (
        *([Step(goals)] if goals else []),
        *(_look(letter, figures, topics[0]) for figures in areas),
        Step(
            letter.language.say(
                "Move the results that you keep to project storage, and delete what is no longer needed."
            )
        ),
    )


def goal(letter: Letter, topic: Topic) -> str:
    """How much less would do; empty if usage is under the first threshold already, or the limit is 0."""
    finding, say = topic.finding, letter.language.say
    target = finding.thresholds[0] * finding.limit
    if finding.limit <= 0 or finding.used < target or outlook.is_outlook(finding):
        return ""

    def enough(value: float, *, beyond: bool = True) -> str:
        rounded = _rounded_up(value, beyond=beyond)
        return limits.at_least(letter, topic, limits.amount(letter, rounded, finding))

    words = {
        "percent": letter.language.percent(finding.thresholds[0] * 100),
        "of_your_limit": limits.of_your_limit(letter, topic),
    }
    match finding.unit:
        case "bytes" if finding.used > finding.limit:
            return say(
                "Freeing {within} brings you back within {your_limit}; freeing {excess} brings you under {percent}.",
                within=enough(finding.used - finding.limit, beyond=False),
                your_limit=limits.your_limit(letter, topic),
                excess=enough(finding.used - target),
                percent=words["percent"],
            )
        case "bytes":
            return say(
                "Freeing {excess} brings you under {percent} {of_your_limit}.",
                excess=enough(finding.used - target),
                **words,
            )
        case "byte-days":
            return say(
                "Taking off {excess} brings you under {percent} {of_your_limit}: "
                "a file that goes takes its size × age with it, so large old files count most.",
                excess=enough(finding.used - target),
                **words,
            )
        case _:
            amount = limits.amount(letter, target, finding)
            return say("Below {amount} you are under {percent} {of_your_limit}.", amount=amount, **words)


def _look(letter: Letter, figures: AreaFigures, topic: Topic) -> Step:
    """Where to look first: at what weighs most in the measure of the topic."""
    say, unit = letter.language.say, topic.finding.unit
    weigh = measure_of(figures.area, unit)
    if weigh is None:
        unit, weigh = "bytes", figures.area.counted
    named = {name: tally for name, tally in figures.usage.by_directory.items() if name != OTHER_DIRECTORIES}
    oldest = {name: seconds for name, seconds in figures.usage.oldest_by_directory.items() if name in named}
    if outlook.is_age(topic.finding) and oldest:
        return _look_at_oldest(letter, figures, min(oldest, key=lambda name: (oldest[name], name)))
    name, tally = max(named.items(), key=lambda item: (weigh(item[1]), item[0]))
    amount = letter.language.amount(weigh(tally), unit)
    if name == b".":
        text = say("Look first at the files at the top of your area: {amount}.", amount=amount)
        return _copyable(letter, text, figures.area.path)
    match unit:
        case "bytes":
            text = say("Look first at the largest directory: {amount}.", amount=amount)
        case "byte-days":
            text = say("Look first at the directory with the most byte-days: {amount}.", amount=amount)
        case _:
            text = say("Look first at the directory with the most files: {amount}.", amount=amount)
    return _copyable(letter, text, figures.area.path.rstrip(b"/") + b"/" + name)


def _look_at_oldest(letter: Letter, figures: AreaFigures, name: bytes) -> Step:
    say = letter.language.say
    if name == b".":
        return _copyable(letter, say("Look first at the files at the top of your area."), figures.area.path)
    text = say("Look first at the directory with the oldest files.")
    return _copyable(letter, text, figures.area.path.rstrip(b"/") + b"/" + name)


def _copyable(letter: Letter, text: str, path: bytes) -> Step:
    say, shown = letter.language.say, show(path)
    if len(shown) >= LONGEST_COPY:
        return Step(text + " " + say("It is {path}.", path=shortened(shown, 60)))
    if shown.encode() != path:
        text += " " + say("What does not print in its name is written with a backslash.")
    return Step(text, shown)


def _rounded_up(value: float, *, beyond: bool) -> float:
    """Rounded up to the digits that are shown, so that what the sentence promises is true.

    `beyond` gives more than the value, never as much: exactly 80 % is not under 80 %, while exactly 100 % is within.
    """
    scale = 1.0
    while value / scale >= 999.95:
        scale *= 1000
    tenths = 10 if scale > 1 else 1
    steps = value * tenths / scale
    return (math.floor(steps) + 1 if beyond else math.ceil(steps)) / tenths * scale
