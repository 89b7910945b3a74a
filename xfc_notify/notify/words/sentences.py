"""The sentences of a letter that say what stands and why it is written. Pure: from a topic or a scan to words.

The tone: what stands, then what helps. No capitals, no exclamation marks, no deadline that nobody set.
"""

from xfc_notify.domain import TEMPORAL_QUOTA, Finding, Level
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.words import lifted, limits, outlook
from xfc_notify.notify.words.language import begun, mark
from xfc_notify.notify.words.letter import AreaFigures, Letter, Topic
from xfc_notify.paths import harmless
from xfc_notify.usage import Clock, Usage

BUNDLED = (
    *(mark("Older than {limit}"), mark("Older than {limit} within {days}"), mark("the top of the area")),
    *(mark("{files}, {size}"), mark("{files}, {size}, in {places}")),
    mark("{files}, {size}, in {places} and {more} more directory"),
    mark("{files}, {size}, in {places} and {more} more directories"),
    mark("{amount} a day"),
)
"""The facts of the bundled plugins."""
HARDLY = 0.005
"""A change of less than this share of the limit is not told in numbers."""


def greeting(letter: Letter) -> str:
    """ "Dear Ana Lopes," """
    name = harmless(letter.person.full_name).strip() or harmless(letter.person.username)
    return letter.language.say("Dear {name},", name=name)


def topic_line(letter: Letter, topic: Topic) -> str:
    """The amounts: "Your hard quota is 40 TB, and you use 34.4 TB, which leaves 5.6 TB."."""
    say, finding = letter.language.say, topic.finding
    if topic.reason is Reason.EXEMPT:
        return lifted.line(letter, topic)
    yours = limits.your_limit(letter, topic)
    if topic.reason is Reason.OBSCURED:
        return say(
            "We wrote to you about {your_limit}. What could be read does not show any more how it stands.",
            your_limit=yours,
        )
    if outlook.is_outlook(finding):
        return outlook.line(letter, topic)
    if topic.reason is Reason.ENDED and finding.level > Level.OK:  # its policy has nothing to say any more
        return say(
            "We wrote to you about {your_limit}; there is nothing left to say of it.", your_limit=yours
        )
    amounts = limits.amounts(letter, finding)
    used, rest = limits.at_least(letter, topic, amounts.used), amounts.rest
    words = {"your_limit": yours, "limit": amounts.limit, "used": used}
    if finding.used > finding.limit:
        rest = limits.at_least(letter, topic, rest)
        line = say(
            "{your_limit} is {limit}, and you use {used}, which is {rest} over it.", rest=rest, **words
        )
    elif finding.used == finding.limit:
        line = say("{your_limit} is {limit}, and you use {used}, which is all of it.", **words)
    elif topic.reason is Reason.ENDED:
        rest = limits.at_most(letter, topic, rest)
        line = say(
            "{your_limit} is {limit}, and you now use {used}, which leaves {rest}.", rest=rest, **words
        )
    else:
        rest = limits.at_most(letter, topic, rest)
        line = say("{your_limit} is {limit}, and you use {used}, which leaves {rest}.", rest=rest, **words)
    return begun(line)


def milestone_sentence(letter: Letter, topic: Topic) -> str:
    """How many, how large, where: what the policy knows of a date that comes near. Empty for anything else."""
    if not outlook.is_age(topic.finding) or topic.past:
        return ""
    return " ".join(f"{fact}." for fact in facts(letter, topic.finding))


def facts(letter: Letter, finding: Finding) -> list[str]:
    """What a policy has to add, a line each: "Growth: 1.1 TB a day"."""
    said = letter.language.fact
    return [f"{said(name)}: {said(text)}" for name, text in finding.facts.items()]


def change_sentence(letter: Letter, topic: Topic) -> str:
    """What has changed since the last message about it; empty for the first."""
    if topic.before is None or topic.reason is Reason.OBSCURED or outlook.is_outlook(topic.finding):
        return ""
    say, finding = letter.language.say, topic.finding
    day = letter.language.day(topic.before.at, letter.now)
    if topic.before.limit is not None and topic.before.limit != finding.limit:
        was, now = (limits.amount(letter, limit, finding) for limit in (topic.before.limit, finding.limit))
        return say(
            "At the last message, on {day}, the limit was {was}; it is {now} now.", day=day, was=was, now=now
        )
    change = finding.used - topic.before.used
    amount = limits.amount(letter, abs(change), finding)
    if abs(change) < HARDLY * finding.limit:
        return say("Since the last message, on {day}, hardly anything has changed.", day=day)
    if change > 0:
        return say("Since the last message, on {day}, {amount} have been added.", day=day, amount=amount)
    return say("Since the last message, on {day}, {amount} have gone.", day=day, amount=amount)


def answering(letter: Letter) -> str:
    """How to answer: by a link, or by a mail. Empty where there is nothing to."""
    say = letter.language.say
    if not letter.reply_links:
        return ""
    if any(reply_link.is_mail for reply_link in letter.reply_links):
        return say("You need not answer. If you want to, reply with one of these lines:")
    if any(topic.finding.move_to for topic in letter.topics if not topic.past):
        return say("Please say what becomes of these files. Whatever you say, nothing is deleted:")
    return say("You need not answer. If you do, you get no more messages than you want:")


def promise(letter: Letter) -> str:
    """What every message says, once, at its end."""
    own = dict.fromkeys(section.promise for section in letter.sections if section.promise)
    others = letter.areas or letter.topics or any(not section.promise for section in letter.sections)
    if not own:
        return letter.language.say("This service never deletes anything.")
    about_areas = [letter.language.say("This service never deletes anything in an area.")] if others else []
    return " ".join([*about_areas, *own])


def clock_sentence(letter: Letter, usage: Usage) -> str:
    """From when a file's age is counted."""
    say = letter.language.say
    if usage.clock is Clock.MTIME:
        return say("The age of a file is counted from its last modification (mtime).")
    if usage.clock is Clock.CTIME or not usage.birth_times:
        return say("The age of a file is counted from its last change (ctime).")
    if usage.birth_times < usage.files:
        return say(
            "The age of a file is counted from its arrival here (birth time), "
            "or from its last change (ctime) where the file system keeps no birth time."
        )
    return say("The age of a file is counted from its arrival here (birth time).")


def counting_sentence(letter: Letter, figures: AreaFigures) -> str:
    """That the temporal quota is not counted by the ages of files; empty where it is."""
    counted = (it.used for it in figures.findings if it.policy == TEMPORAL_QUOTA)
    if next(counted, figures.usage.temporal_usage) == figures.usage.temporal_usage:
        return ""
    return letter.language.say(
        "Your temporal quota counts by the sizes that the scans found: what is here has been here for as long as "
        "your area was never smaller. Only the byte-days of directories count by the ages of their files."
    )
