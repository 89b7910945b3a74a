"""What if the two directories that weigh most were gone: the share that is left, and the date. Pure."""

from collections.abc import Callable

from xfc_notify import units
from xfc_notify.forecast import DAY, day_of_passing
from xfc_notify.notify.words import limits
from xfc_notify.notify.words.advice import measure_of
from xfc_notify.notify.words.area import PATH_COLUMNS
from xfc_notify.notify.words.forecast import due_of
from xfc_notify.notify.words.language import begun
from xfc_notify.notify.words.letter import AreaFigures, Letter, Topic
from xfc_notify.notify.words.places import untouched, weighty
from xfc_notify.outbox.columns import shortened
from xfc_notify.paths import show
from xfc_notify.usage.summary import LOOSE
from xfc_notify.usage.tally import Tally

NEARLY = 0.01


def what_if(letter: Letter, topic: Topic) -> str:
    """What would be left of the topic's usage; empty where its policy counts what directories do not add up to."""
    finding = topic.finding
    weigh = measure_of(topic.area, finding.unit)
    found = next((figures for figures in letter.areas if figures.area == topic.area), None)
    if weigh is None or found is None or finding.limit <= 0 or finding.ahead is not None:
        return ""
    if abs(weigh(found.usage.total) - finding.used) > NEARLY * finding.used:
        return ""
    places = weighty(found.usage, weigh, 3)
    most = [place for place in places if place.path != LOOSE and weigh(place.tally) > 0][:2]
    if not most:
        return ""
    names = [shortened(show(place.path), PATH_COLUMNS) for place in most]
    left = [
        finding.used - sum(weigh(place.tally) for place in most[: count + 1]) for count in range(len(most))
    ]
    shares = [
        limits.at_least(letter, topic, letter.language.percent(units.percent(max(0, rest), finding.limit)))
        for rest in left
    ]
    if len(set(shares)) == 1:  # the second would change nothing that is shown
        most = most[:1]
    say, of_your_limit = letter.language.say, limits.of_your_limit(letter, topic)
    if len(most) == 1:
        text = say(
            "Without {directory} you would use {percent} {of_your_limit}.",
            directory=names[0],
            percent=shares[0],
            of_your_limit=of_your_limit,
        )
    else:
        text = say(
            "Without {directory} you would use {percent} {of_your_limit}; without {another} as well, {less}.",
            directory=names[0],
            percent=shares[0],
            of_your_limit=of_your_limit,
            another=names[1],
            less=shares[1],
        )
    gone = [place.tally for place in most]
    when = _when(letter, topic, found, gone, sum(map(weigh, gone)))
    return " ".join(filter(None, (text, when, _untouched(letter, topic, found, weigh))))


def _untouched(letter: Letter, topic: Topic, figures: AreaFigures, weigh: Callable[[Tally], float]) -> str:
    """The directory that is easiest to part with; empty if there is none."""
    place = untouched(figures.usage, weigh)
    if place is None:
        return ""
    return letter.language.say(
        "Nothing has arrived in {directory} for a year: {amount}.",
        directory=shortened(show(place.path), PATH_COLUMNS),
        amount=letter.language.amount(weigh(place.tally), topic.finding.unit),
    )


def _when(letter: Letter, topic: Topic, figures: AreaFigures, gone: list[Tally], less: float) -> str:
    """When the limit would be passed without them, which weigh so much, by the growth that is known."""
    finding, usage = topic.finding, figures.usage
    due = due_of(finding, figures.findings)
    left = finding.used - less
    if due is not None and due.from_history and due.day > usage.as_of:
        per_day = (finding.limit - finding.used) / ((due.day - usage.as_of) / DAY)
        if finding.unit == "byte-days":  # what is gone adds nothing any more
            per_day -= sum(tally.size for tally in gone)
    elif finding.unit == "byte-days" and not finding.from_history:  # a day adds the size of what is there
        per_day = usage.size - sum(tally.size for tally in gone)
    else:
        return ""
    passed = day_of_passing(left, finding.limit, per_day, usage.as_of)
    if passed is None or passed <= letter.now:
        return ""
    days = letter.language.days_until(passed, letter.now)
    return begun(
        letter.language.count(
            "{your_limit} would then be passed on {day}, in {count} day.",
            "{your_limit} would then be passed on {day}, in {count} days.",
            days,
            your_limit=limits.your_limit(letter, topic),
            day=letter.language.day(passed, letter.now),
        )
    )
