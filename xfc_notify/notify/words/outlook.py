"""Sentences on what is not used but lies ahead: a forecast, and files that come to their time limit.

They are never worded as if somebody had used something.
"""

import math
from collections.abc import Sequence

from xfc_notify.domain import Finding, Level
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.words import forecast, limits
from xfc_notify.notify.words.language import Language, begun, mark
from xfc_notify.notify.words.letter import Letter, Topic

BUNDLED = (
    *(mark("time limit for files"), mark("your time limit for files"), mark("of your time limit for files")),
    mark("Growth"),  # the name of a fact
    *(mark("your space"), mark("your files"), mark("of your files"), mark("of your usage")),
)


def is_outlook(finding: Finding) -> bool:
    """Whether the sentences here are those to take."""
    return finding.ahead is not None or is_age(finding)


def is_age(finding: Finding) -> bool:
    """Whether the limit is one on the age of files, in days."""
    return finding.ahead is None and finding.unit == "days"


def headline(letter: Letter, topic: Topic, volume: bool | None = None) -> str:
    """What stands, without a full stop: "Your space on vol1 will be full about 23 October".

    `volume` is whether to name the volume; else it is named where the letter is about more than one area.
    """
    finding, say = topic.finding, letter.language.say
    if is_age(finding):
        return _headline_of_age(letter, topic, volume)
    space = limits.on_volume(letter, topic, limits.room(letter, finding), volume)
    if topic.reason is Reason.ENDED:
        return say("Thank you: {your_limit} is filling up more slowly", your_limit=space)
    if by_date := forecast.headline(letter, topic, volume):
        return by_date
    when = _in_days(letter.language, finding.ahead or 0)
    if finding.used > finding.limit:
        return say("At this pace {your_limit} will be full {in_days}", your_limit=space, in_days=when)
    share = limits.share(letter, topic, volume)
    return say("At this pace you will use {share} {in_days}", share=share, in_days=when)


def before_that(letter: Letter, topics: Sequence[Topic], others: Sequence[Topic], said: str) -> str:
    """The headline, and with it what is passed sooner than what it tells of: of two dates the nearer first."""
    if not sooner(letter, topics, others):
        return said
    first = f"{forecast.headline(letter, others[0], volume=False)}."
    return f"{first} {said}" if is_outlook(topics[0].finding) else f"{said} {first}"


def sooner(letter: Letter, topics: Sequence[Topic], others: Sequence[Topic]) -> bool:
    """Whether the first of the others comes before the first of the topics, whose limit is not passed yet."""
    if not topics or not others or topics[0].past or topics[0].level is Level.OVER:
        return False
    lead, other = forecast.date(letter, topics[0]), forecast.date(letter, others[0])
    return other is not None and (lead is None or other < lead)


def _headline_of_age(letter: Letter, topic: Topic, volume: bool | None) -> str:
    finding, language = topic.finding, letter.language
    files = limits.on_volume(letter, topic, language.say("your files"), volume)
    some = begun(limits.on_volume(letter, topic, language.say("files"), volume))
    limit = of_days(letter, round(finding.limit))
    if topic.reason is Reason.ENDED:
        return language.say(
            "Thank you: {your_files} are well within the time limit {of_days}",
            your_files=files,
            of_days=limit,
        )
    if finding.used > finding.limit:
        return language.say("{files} have passed the time limit {of_days}", files=some, of_days=limit)
    left = max(1, math.ceil(finding.limit - finding.used))
    return language.say(
        "{files} reach their time limit {within_days}",
        files=some,
        within_days=language.count("within {count} day", "within {count} days", left),
    )


def of_days(letter: Letter, days: int) -> str:
    """ "of 100 days" """
    return letter.language.count("of {count} day", "of {count} days", days)


def line(letter: Letter, topic: Topic) -> str:
    """The amounts, in a sentence."""
    finding, say = topic.finding, letter.language.say
    ended = topic.reason is Reason.ENDED
    used, limit = (limits.amount(letter, value, finding) for value in (finding.used, finding.limit))
    if is_age(finding):
        of_files = limits.on_volume(letter, topic, say("of your files"))
        if ended and finding.level > Level.OK:
            return say(
                "We wrote to you about the age {of_your_files}; there is nothing left to say of it.",
                of_your_files=of_files,
            )
        return say(
            "The {title} is {limit}, and the oldest {of_your_files} has been here for {used}.",
            title=limits.title(letter, finding),
            limit=limit,
            of_your_files=of_files,
            used=used,
        )
    if ended:
        of_usage = limits.on_volume(letter, topic, say("of your usage"))
        return say("What we wrote about the growth {of_your_usage} holds no longer.", of_your_usage=of_usage)
    when = _in_days(letter.language, finding.ahead or 0)
    if finding.used > finding.limit:
        return say(
            "At the pace of the last scans, you will have passed {your_limit} of {limit} {in_days}.",
            your_limit=limits.your_limit(letter, topic),
            limit=limit,
            in_days=when,
        )
    return say(
        "At the pace of the last scans, you will use {used} {of_your_limit} of {limit} {in_days}.",
        used=used,
        of_your_limit=limits.of_your_limit(letter, topic),
        limit=limit,
        in_days=when,
    )


def why(letter: Letter, topic: Topic) -> str:
    """Why this was told, for an episode that goes on."""
    say, again = letter.language.say, topic.reason is Reason.REPEAT
    if not is_age(topic.finding):
        words = {"your_limit": limits.your_limit(letter, topic)}
        if again:
            return say(
                "You get this reminder because your usage is still growing towards {your_limit}.", **words
            )
        return say("You get this message because your usage is growing towards {your_limit}.", **words)
    words = {"title": limits.title(letter, topic.finding)}
    if topic.finding.used > topic.finding.limit:
        if again:
            return say("You get this reminder because files of yours still have passed the {title}.", **words)
        return say("You get this message because files of yours have passed the {title}.", **words)
    if again:
        return say("You get this reminder because files of yours still are close to the {title}.", **words)
    return say("You get this message because files of yours are close to the {title}.", **words)


def age_state(letter: Letter, level: Level) -> str:
    """A level of a limit on age in words."""
    say = letter.language.say
    return {
        Level.OK: say("fine"),
        Level.NOTICE: say("some files soon"),
        Level.WARNING: say("some files very soon"),
        Level.OVER: say("some files over it"),
    }[level]


def _in_days(language: Language, days: int) -> str:
    return language.count("in {count} day", "in {count} days", days)
