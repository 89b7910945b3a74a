"""Sentences on a limit that an operator has lifted for a while. Pure."""

from xfc_notify.notify.words import limits
from xfc_notify.notify.words.language import begun, mark
from xfc_notify.notify.words.letter import Letter, Topic
from xfc_notify.paths import harmless


def headline(letter: Letter, topic: Topic, volume: bool | None = None) -> str:
    """ "Your hard quota on vol1 is lifted until Monday 2 March 2026"; `volume` as for `limits.share`."""
    yours = limits.your_limit(letter, topic, volume)
    return begun(
        letter.language.say("{your_limit} is lifted until {day}", your_limit=yours, day=_day(letter, topic))
    )


def because(letter: Letter, topic: Topic, volume: bool | None = None) -> str:
    """The same with the reason that the operator gave."""
    return f"{headline(letter, topic, volume)}: {_reason(topic)}"


def line(letter: Letter, topic: Topic) -> str:
    """Why, and what it means; the headline has said what."""
    say, reason = letter.language.say, _reason(topic)
    then = say("Then the ordinary rules hold again.")
    if not reason:
        return then
    given = say("The reason: {reason}", reason=reason)
    return f"{given} {then}"


def why(letter: Letter, topic: Topic) -> str:
    """Why this is told."""
    return letter.language.say(
        "You get this message because an operator of the service has lifted {your_limit}.",
        your_limit=limits.your_limit(letter, topic),
    )


def _reason(topic: Topic) -> str:
    reason = harmless(topic.finding.lifted.reason).strip() if topic.finding.lifted else ""
    return reason if not reason or reason.endswith((".", "!", "?")) else f"{reason}."


def _day(letter: Letter, topic: Topic) -> str:
    lifted = topic.finding.lifted
    return letter.language.date(lifted.until, mark("EEEE d MMMM y")) if lifted else ""
