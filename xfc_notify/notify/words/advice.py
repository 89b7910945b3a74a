"""What helps: at most three steps, each with an amount or a path. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from xfc_notify import units
from xfc_notify.domain import Area
from xfc_notify.notify.words import limits, outlook
from xfc_notify.notify.words.forecast import growth
from xfc_notify.notify.words.letter import AreaFigures, Letter, Topic
from xfc_notify.notify.words.places import weighty
from xfc_notify.outbox.columns import shortened
from xfc_notify.paths import harmless, show
from xfc_notify.usage.summary import OTHER_DIRECTORIES
from xfc_notify.usage.tally import Tally

LONGEST_COPY = 200
CANDIDATES = 10
"""So many directories are compared by each measure."""


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
    """At most three: how much would do, where to look first, what to do with it. `topics` are open, the worst first."""
    if not topics:
        return ()
    goals = " ".join(filter(None, (goal(letter, topic) for topic in topics)))
    found = next((figures for figures in letter.areas if figures.area == topics[0].area), None)
    here = [topic for topic in topics if topic.area == topics[0].area]
    look = _look(letter, found, here) if found is not None and found.usage.by_directory else None
    return (
        *([Step(goals)] if goals else []),
        *([look] if look is not None else []),
        Step(_move(letter, topics)),
    )


def _move(letter: Letter, topics: Sequence[Topic]) -> str:
    place = next((topic.finding.move_to for topic in topics if topic.finding.move_to), "")
    if place:
        return letter.language.say(
            "Move what you keep to {place}, and delete the rest.", place=harmless(place)
        )
    return letter.language.say("Move what you keep to project storage, and delete the rest.")


def mend(letter: Letter) -> Step:
    """What makes readable what could not be read."""
    return Step(
        letter.language.say(
            "Let the service list the directories named above, and unmount what you mounted there: "
            "the next scan then counts everything."
        )
    )


def goal(letter: Letter, topic: Topic) -> str:
    """How much less would do; empty if usage is under the first threshold already, or the limit is 0.

    What a day adds again is no advice, and is left out.
    """
    finding = topic.finding
    if finding.limit <= 0 or outlook.is_outlook(finding):
        return ""
    share = Fraction(str(finding.thresholds[0]))
    target = share * Fraction(finding.limit)
    words = {
        "percent": letter.language.percent(float(share * 100)),
        "of_your_limit": limits.of_your_limit(letter, topic),
    }
    if finding.used <= target:
        return ""
    if finding.unit in units.SCALED:
        return _less(letter, topic, Fraction(finding.used) - target, words)
    amount = limits.amount(letter, float(target), finding)
    return letter.language.say(
        "At {amount} you are down to {percent} {of_your_limit}.", amount=amount, **words
    )


def _less(letter: Letter, topic: Topic, excess: Fraction, words: Mapping[str, str]) -> str:
    """How much less would do of what is measured in bytes or byte-days."""
    finding, say, daily = topic.finding, letter.language.say, _daily(letter, topic)
    if excess <= daily:
        return ""
    enough = limits.at_least(letter, topic, limits.least(letter, finding, excess))
    if finding.unit == "byte-days":
        return say(
            "Taking off {excess} takes you down to {percent} {of_your_limit}: "
            "a file that goes takes its size × age with it, so large old files count most.",
            excess=enough,
            **words,
        )
    if daily < finding.used - finding.limit:
        return say(
            "Freeing what is over brings you back within {your_limit}; freeing {excess} takes you down to {percent}.",
            your_limit=limits.your_limit(letter, topic),
            excess=enough,
            percent=words["percent"],
        )
    return say("Freeing {excess} takes you down to {percent} {of_your_limit}.", excess=enough, **words)


def _daily(letter: Letter, topic: Topic) -> float:
    """What a day adds, in the unit of the topic: byte-days by what is there, bytes by the growth of the last weeks."""
    found = next((figures for figures in letter.areas if figures.area == topic.area), None)
    if found is None:
        return 0
    if topic.finding.unit == "byte-days":
        return found.usage.size
    counted = found.area.counted
    earlier = [(scan.as_of, float(counted(scan))) for scan in found.history if scan.as_of < found.usage.as_of]
    grown = growth([*earlier, (found.usage.as_of, counted(found.usage))])
    return max(0.0, grown or 0.0) if topic.finding.unit == "bytes" else 0


def _look(letter: Letter, figures: AreaFigures, topics: Sequence[Topic]) -> Step | None:
    """Where to look first: at what solves most of these limits, and then weighs most in the measure of the first."""
    say, topic = letter.language.say, topics[0]
    unit = topic.finding.unit
    weigh = measure_of(figures.area, unit)
    if weigh is None:
        unit, weigh = "bytes", figures.area.counted
    measures = (weigh, *(measure_of(figures.area, it.finding.unit) for it in topics))
    named = {
        place.path: place.tally
        for measure in measures
        if measure is not None
        for place in weighty(figures.usage, measure, CANDIDATES)
    }
    first_level = figures.usage.oldest_by_directory.items()
    there = figures.usage.by_directory.keys() - {OTHER_DIRECTORIES}
    oldest = {name: seconds for name, seconds in first_level if name in there}
    if outlook.is_age(topic.finding) and oldest:
        return _look_at_oldest(letter, figures, min(oldest, key=lambda name: (oldest[name], name)))
    name, tally = min(named.items(), key=lambda item: _rank(item, topics, weigh))
    if weigh(tally) <= _daily(letter, topic):
        return None
    amount = letter.language.amount(weigh(tally), unit)
    if name == b".":
        text = say("Look first at the files at the top of your area: {amount}.", amount=amount)
        return _copyable(letter, text, figures.area.path)
    if weigh(tally) < max(map(weigh, named.values())):
        text = say("Look first at the directory that helps with both limits: {amount}.", amount=amount)
    elif unit == "bytes":
        text = say("Look first at the largest directory: {amount}.", amount=amount)
    elif unit == "byte-days":
        text = say("Look first at the directory with the most byte-days: {amount}.", amount=amount)
    else:
        text = say("Look first at the directory with the most files: {amount}.", amount=amount)
    return _copyable(letter, text, figures.area.path.rstrip(b"/") + b"/" + name)


def _rank(
    item: tuple[bytes, Tally], topics: Sequence[Topic], weigh: Callable[[Tally], float]
) -> tuple[int, float, int, bytes]:
    """By how many limits it solves, its weight, its byte-days; the least comes first."""
    name, tally = item
    measures = ((it, measure_of(it.area, it.finding.unit)) for it in topics)
    solved = sum(measure(tally) >= _needed(it) for it, measure in measures if measure is not None)
    return -solved, -weigh(tally), -tally.byte_seconds, name


def _needed(topic: Topic) -> float:
    """How much must go for the limit to be kept, or, where it is kept, for the first threshold not to be reached."""
    finding = topic.finding
    kept = finding.limit if finding.used > finding.limit else finding.thresholds[0] * finding.limit
    return max(0.0, finding.used - kept)


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
