"""What a letter says first: its subject and its headline. Pure.

What caused the letter leads, and all that caused it is named; what only stands beside it comes in the lines below.
"""

from collections.abc import Sequence

from rich.cells import cell_len

from xfc_notify.domain import Level
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.words import lifted, limits, outlook
from xfc_notify.notify.words.language import begun
from xfc_notify.notify.words.letter import Letter, Topic
from xfc_notify.outbox.columns import SUBJECT_COLUMNS, shortened
from xfc_notify.paths import harmless

_NEWS = (
    Reason.BEGAN,
    Reason.WORSE,
    Reason.MILESTONE,
    Reason.EXEMPT,
    Reason.ENDED,
    Reason.OBSCURED,
)
"""What is told first; then reminders, and last what has no reason of its own."""


def by_news(topics: Sequence[Topic]) -> list[Topic]:
    """The topics of a letter, that which caused it first, in each kind the worst first."""

    def rank(topic: Topic) -> tuple[bool, bool, int, int]:
        is_news = topic.reason in _NEWS
        place = max(1, _NEWS.index(topic.reason)) if topic.reason in _NEWS else 0
        return topic.reason is None, not is_news, place, -topic.level

    return sorted(topics, key=rank)


def subject(letter: Letter, topics: Sequence[Topic]) -> str:
    """One line of at most 77 columns: what caused the letter, or where the areas stand."""
    say = letter.language.say
    prefix = f"[{shortened(harmless(letter.service), 20)}] "
    told = _headlines(letter, topics)
    if not topics and (of_sections := _of_sections(letter)):
        line = ". ".join(of_sections)
    elif not told:
        line = say("How your areas stand")
    else:
        of_one = len({topic.area for topic in topics}) == 1
        lines = [". ".join(told)]
        if letter.digest and len(told) == 1 and _kind(_leading(topics)[0]) == "used":
            lines.insert(0, _shares(letter, _leading(topics), volume=True))
        if of_one:
            lines.append(". ".join(_headlines(letter, topics, volume=False)))
        lines.append(_first(letter, topics))
        if all(topic.reason is Reason.REPEAT for topic in _leading(topics)):
            lines = [say("{subject} (reminder)", subject=line) for line in lines]
        fitting = (line for line in lines if cell_len(prefix + _digest(letter, line)) <= SUBJECT_COLUMNS)
        line = next(fitting, lines[-1])
    return shortened(prefix + _digest(letter, line), SUBJECT_COLUMNS)


def headline(letter: Letter, topics: Sequence[Topic]) -> str:
    """The same in full sentences, with the reasons of operators."""
    told = [*_headlines(letter, topics), *_of_sections(letter)]
    if not told:
        return letter.language.say("This is how your areas stand.")
    return " ".join(f"{sentence}." for sentence in told)


def _of_sections(letter: Letter) -> list[str]:
    """What caused the letter and is no area."""
    return [section.headline for section in letter.sections if section.is_news]


def _headlines(letter: Letter, topics: Sequence[Topic], *, volume: bool = True) -> list[str]:
    """A sentence, without a full stop, for each kind of thing that is told; `volume` is whether they name one."""
    leading = _leading(topics)
    told: list[str] = []
    done: list[Topic] = []
    for topic in leading:
        if topic in done:
            continue
        alike = [other for other in leading if _kind(other) == _kind(topic)] if _kind(topic) else [topic]
        done += alike
        told.append(_sentence(letter, alike, volume=volume))
    return told


def _leading(topics: Sequence[Topic]) -> list[Topic]:
    """The topics that the headline names: those with a reason; where there is none, the worst of each area."""
    if told := [topic for topic in topics if topic.reason is not None]:
        return told
    used = [topic for topic in topics if not outlook.is_outlook(topic.finding)] or list(topics)
    worst: dict[bytes, Topic] = {}
    for topic in sorted(used, key=_share, reverse=True):
        worst.setdefault(topic.area.path, topic)
    return list(worst.values())


def _kind(topic: Topic) -> str:
    """What can be said of several limits in one sentence: that so much is used, or used again; else nothing."""
    if topic.reason is Reason.OBSCURED:
        return f"unread {topic.area.path!r}"
    if outlook.is_outlook(topic.finding) or topic.reason is Reason.EXEMPT or topic.raised:
        return ""
    if topic.reason is Reason.ENDED:
        return "thanks" if _has_share(topic) else ""
    return "still" if topic.reason is Reason.REPEAT else "used"


def _sentence(letter: Letter, alike: Sequence[Topic], *, volume: bool) -> str:
    say, first = letter.language.say, alike[0]
    if not _kind(first) or first.reason is Reason.OBSCURED:
        return _alone(letter, first, volume=volume)
    shares = _shares(letter, alike, volume=volume)
    if first.reason is Reason.ENDED:
        return say("Thank you: you are down to {share}", share=shares)
    if first.reason is Reason.REPEAT:
        return say("You are still using {share}", share=shares)
    return say("You have used {share}", share=shares)


def _alone(letter: Letter, topic: Topic, *, volume: bool) -> str:
    """What is said of one topic by itself."""
    say, yours = letter.language.say, limits.your_limit(letter, topic, volume)
    if topic.reason is Reason.OBSCURED:
        return say("Part of your area on {volume} could not be read", volume=limits.volume_name(topic))
    if topic.reason is Reason.EXEMPT:
        return lifted.headline(letter, topic, volume)
    if topic.raised:
        limit = limits.amount(letter, topic.finding.limit, topic.finding)
        return begun(say("{your_limit} was raised to {limit}", your_limit=yours, limit=limit))
    if outlook.is_outlook(topic.finding):
        return outlook.headline(letter, topic, volume)
    return say("Thank you: {your_limit} is fine again", your_limit=yours)


def _shares(letter: Letter, topics: Sequence[Topic], *, volume: bool) -> str:
    """ "104 % of your space and 93 % of your temporal quota on vol1" """
    on_one = len({topic.area for topic in topics}) == 1
    rooms = {topic.finding.title for topic in topics}
    shares = [limits.share(letter, topic, volume=not on_one) for topic in topics]
    if not on_one and len(rooms) == 1:  # the same limit on several volumes is named once
        shares[1:] = [limits.used_on_volume(letter, topic) for topic in topics[1:]]
    listed = letter.language.listed(shares)
    return limits.on_volume(letter, topics[0], listed, volume) if on_one else listed


def _first(letter: Letter, topics: Sequence[Topic]) -> str:
    """The first thing alone, and how many more there are, where a line has no room for all."""
    leading = _leading(topics)
    line, more = _sentence(letter, leading[:1], volume=True), len(leading) - 1
    if not more:
        return line
    return letter.language.count(
        "{subject}, and {count} more limit", "{subject}, and {count} more limits", more, subject=line
    )


def _digest(letter: Letter, told: str) -> str:
    say = letter.language.say
    if not letter.digest:
        return told
    if letter.language.code == "en":  # elsewhere a sentence may begin with a word that is always a capital
        told = told[:1].lower() + told[1:]
    if letter.digest == "weekly":
        return say("Weekly digest: {subject}", subject=told)
    return say("Monthly digest: {subject}", subject=told)


def _has_share(topic: Topic) -> bool:
    """Whether one is down to a share of the limit; a policy that fell silent says nothing of it any more."""
    return topic.finding.level is Level.OK and topic.finding.limit > 0


def _share(topic: Topic) -> float:
    finding = topic.finding
    return finding.used / finding.limit if finding.limit > 0 else float(finding.used > 0)
