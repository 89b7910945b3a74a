"""How sentences call a limit, a volume, and how much of a limit is used.

A limit has three forms, so that languages with cases can inflect it: "hard quota", "your hard quota", "of your
hard quota". The titles of the bundled policies have all three in a translation; a third party's title stands
as it is, in a phrase that fits any: "your {limit}".
"""

from dataclasses import dataclass
from fractions import Fraction

from xfc_notify import units
from xfc_notify.domain import Finding, Level
from xfc_notify.notify.words.language import mark
from xfc_notify.notify.words.letter import Letter, Topic
from xfc_notify.outbox.columns import shortened
from xfc_notify.paths import harmless
from xfc_notify.scales import Compared

BUNDLED = (
    *(mark("hard quota"), mark("your hard quota"), mark("of your hard quota")),
    *(mark("temporal quota"), mark("your temporal quota"), mark("of your temporal quota")),
    mark("of your space"),
)


def title(letter: Letter, finding: Finding) -> str:
    """The name of a limit for people: "hard quota"."""
    return shortened(letter.language.term(harmless(finding.title)), 40)


def your_limit(letter: Letter, topic: Topic, volume: bool | None = None) -> str:
    """ "your hard quota"; `volume` as for `share`."""
    language, name = letter.language, harmless(topic.finding.title)
    phrase = language.known(f"your {name}") or language.say(
        "your {limit}", limit=title(letter, topic.finding)
    )
    return on_volume(letter, topic, phrase, volume)


def of_your_limit(letter: Letter, topic: Topic) -> str:
    """ "of your hard quota", and on which volume where the letter is about more than one area."""
    return on_volume(letter, topic, _of_your(letter, topic.finding, harmless(topic.finding.title)))


def share(letter: Letter, topic: Topic, volume: bool | None = None) -> str:
    """ "at least 86 % of your space": the hard quota is simply one's space.

    `volume` is whether to name the volume; else it is named where the letter is about more than one area.
    """
    finding = topic.finding
    used = percent(letter, finding) or amount(letter, finding.used, finding)
    phrase = letter.language.say(
        "{amount} {of_your_limit}",
        amount=at_least(letter, topic, used),
        of_your_limit=_of_your(letter, finding, _room(finding)),
    )
    return on_volume(letter, topic, phrase, volume)


def used_on_volume(letter: Letter, topic: Topic) -> str:
    """ "92 % on vol1", of a limit that was named before."""
    finding = topic.finding
    used = percent(letter, finding) or amount(letter, finding.used, finding)
    return on_volume(letter, topic, at_least(letter, topic, used), volume=True)


def room(letter: Letter, finding: Finding) -> str:
    """ "your space" for the hard quota, else "your temporal quota"."""
    language, name = letter.language, _room(finding)
    return language.known(f"your {name}") or language.say("your {limit}", limit=_named(letter, finding, name))


def amount(letter: Letter, value: float, finding: Finding) -> str:
    """An amount in the unit of the finding."""
    return letter.language.amount(value, finding.unit)


def percent(letter: Letter, finding: Finding) -> str:
    """The share used, "104 %"; empty if the limit is nothing that one can have a share of."""
    if finding.limit <= 0:
        return ""
    return letter.language.percent(units.percent(finding.used, finding.limit, finding.thresholds))


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is used of a limit, in words that agree: one unit, and digits enough to see the difference."""

    used: str
    limit: str
    rest: str


def amounts(letter: Letter, finding: Finding) -> Amounts:
    """The amounts of a finding, as `scales.Compared` has them."""
    if finding.unit not in units.SCALED:
        values = (finding.used, finding.limit, abs(finding.limit - finding.used))
        return Amounts(*(amount(letter, value, finding) for value in values))
    compared = Compared.of(finding.used, finding.limit)
    shown = (compared.used_shown, compared.limit_shown, compared.rest_shown)
    return Amounts(*(letter.language.size(text, finding.unit) for text in shown))


def least(letter: Letter, finding: Finding, value: Fraction) -> str:
    """So much of a size or of byte-days at least, in the digits of `amounts`: no less than the value."""
    shown = Compared.of(finding.used, finding.limit).show_enough(value)
    return letter.language.size(shown, finding.unit)


def at_least(letter: Letter, topic: Topic, text: str) -> str:
    """The amount with "at least" before it where the scan of the area could not read everything."""
    return text if _all_read(letter, topic) else letter.language.say("at least {amount}", amount=text)


def at_most(letter: Letter, topic: Topic, text: str) -> str:
    """The amount with "at most" before it where the scan of the area could not read everything."""
    return text if _all_read(letter, topic) else letter.language.say("at most {amount}", amount=text)


def volume_name(topic: Topic) -> str:
    """The name of the topic's volume."""
    return shortened(harmless(topic.area.volume), 30)


def state(letter: Letter, level: Level) -> str:
    """A level in words."""
    say = letter.language.say
    match level:
        case Level.OK:
            return say("fine")
        case Level.NOTICE:
            return say("filling up")
        case Level.WARNING:
            return say("nearly full")
        case Level.OVER:
            return say("over the limit")


def _of_your(letter: Letter, finding: Finding, name: str) -> str:
    language = letter.language
    return language.known(f"of your {name}") or language.say(
        "of your {limit}", limit=_named(letter, finding, name)
    )


def _room(finding: Finding) -> str:
    name = harmless(finding.title)
    return "space" if finding.unit == "bytes" and name == "hard quota" else name


def _named(letter: Letter, finding: Finding, name: str) -> str:
    return name if name == "space" else title(letter, finding)


def on_volume(letter: Letter, topic: Topic, phrase: str, volume: bool | None = None) -> str:
    """The phrase with the topic's volume; `volume` as for `share`."""
    if volume is False or (volume is None and len(letter.areas) < 2):
        return phrase
    return letter.language.say("{limit} on {volume}", limit=phrase, volume=volume_name(topic))


def _all_read(letter: Letter, topic: Topic) -> bool:
    return all(figures.usage.complete for figures in letter.areas if figures.area == topic.area)
