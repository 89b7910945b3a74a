"""Why a letter was written, in a sentence. Pure."""

from itertools import chain

from xfc_notify.domain import Level
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.words import lifted, limits, outlook
from xfc_notify.notify.words.letter import Letter, Topic


def why(letter: Letter) -> str:
    """Why this letter was written, by the first topic that gave reason for it."""
    if letter.digest == "weekly":
        return letter.language.say("You get this message because a weekly digest is switched on for you.")
    if letter.digest:
        return letter.language.say("You get this message because a monthly digest is switched on for you.")
    of_areas = filter(None, (_of(letter, topic) for topic in letter.topics))
    return next(chain(of_areas, (section.why for section in letter.sections if section.is_news)), "")


def _of(letter: Letter, topic: Topic) -> str:
    say = letter.language.say
    match topic.reason:
        case None:
            return ""
        case Reason.OBSCURED:
            return say("You get this message, once, because we cannot tell you how you stand.")
        case Reason.EXEMPT:
            return lifted.why(letter, topic)
        case Reason.ENDED:
            return say(
                "You get this message because we wrote to you about {your_limit} before.",
                your_limit=limits.your_limit(letter, topic),
            )
    return outlook.why(letter, topic) if outlook.is_outlook(topic.finding) else _why(letter, topic)


def _why(letter: Letter, topic: Topic) -> str:
    say, finding, yours = letter.language.say, topic.finding, limits.your_limit(letter, topic)
    match topic.reason:
        case Reason.BEGAN | Reason.WORSE if topic.level is Level.OVER:
            return say("You get this message because you have passed {your_limit}.", your_limit=yours)
        case Reason.BEGAN | Reason.WORSE if topic.level > Level.OK:
            return say(
                "You get this message because you have reached {percent} {of_your_limit}.",
                percent=letter.language.percent(finding.thresholds[topic.level - 1] * 100),
                of_your_limit=limits.of_your_limit(letter, topic),
            )
        case Reason.MILESTONE:
            return letter.language.count(
                "You get this message because {count} day is left before a date that concerns {your_limit}.",
                "You get this message because {count} days are left before a date that concerns {your_limit}.",
                letter.language.days_until(finding.due or letter.now, letter.now),
                your_limit=yours,
            )
        case Reason.REPEAT:
            over = say("You get this reminder because you are still over {your_limit}.", your_limit=yours)
            close = say(
                "You get this reminder because you are still close to {your_limit}.", your_limit=yours
            )
            return over if finding.used > finding.limit else close
    return ""
