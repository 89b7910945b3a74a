"""The sentences of a letter that say what stands and why it is written. Pure: from a topic or a scan to words.

The tone: what stands, then what helps. No capitals, no exclamation marks, no deadline that nobody set.
"""

from collections.abc import Sequence

from xfc_notify.domain import TEMPORAL_QUOTA, Level, Reason
from xfc_notify.notify.words import lifted, limits, outlook
from xfc_notify.notify.words.language import begun
from xfc_notify.notify.words.letter import AreaFigures, Letter, Topic
from xfc_notify.outbox.columns import SUBJECT_COLUMNS, shortened
from xfc_notify.paths import harmless
from xfc_notify.usage import Clock, Usage

HARDLY = 0.005
"""A change of less than this share of the limit is not told in numbers."""


def subject(letter: Letter, lead: Topic | None) -> str:
    """One line of at most 77 columns: the worst that the letter tells."""
    service = shortened(harmless(letter.service), 20)
    told = _subject(letter, lead)
    if letter.digest:
        told = _digest(letter, told)
    return shortened(f"[{service}] {told}", SUBJECT_COLUMNS)


def _digest(letter: Letter, told: str) -> str:
    say = letter.language.say
    if letter.language.code == "en":  # elsewhere a sentence may begin with a word that is always a capital
        told = told[:1].lower() + told[1:]
    if letter.digest == "weekly":
        return say("Weekly digest: {subject}", subject=told)
    return say("Monthly digest: {subject}", subject=told)


def _subject(letter: Letter, lead: Topic | None) -> str:
    say = letter.language.say
    if lead is None:
        return say("How your areas stand")
    if lead.reason is Reason.EXEMPT:
        return lifted.headline(letter, lead)
    if lead.reason is Reason.ENDED and not outlook.is_outlook(lead.finding):
        return _thanks(letter, lead)
    if outlook.is_outlook(lead.finding):
        line = outlook.headline(letter, lead)
    else:
        line = say("You have used {share}", share=limits.share(letter, lead))
    told = [topic.reason for topic in letter.topics if topic.reason is not None]
    is_reminder = told and set(told) == {Reason.REPEAT}
    return say("{subject} (reminder)", subject=line) if is_reminder else line


def greeting(letter: Letter) -> str:
    """ "Dear Ana Lopes," """
    name = harmless(letter.person.full_name).strip() or harmless(letter.person.username)
    return letter.language.say("Dear {name},", name=name)


def headline(letter: Letter, topics: Sequence[Topic]) -> str:
    """What stands, in one sentence: the first topic, and what else is open in the same area."""
    say = letter.language.say
    if not topics:
        return say("This is how your areas stand.")
    lead = topics[0]
    if lead.reason is Reason.EXEMPT:
        return lifted.because(letter, lead, volume=True)
    if outlook.is_outlook(lead.finding):
        return f"{outlook.headline(letter, lead, volume=True)}."
    if lead.reason is Reason.ENDED:
        return f"{_thanks(letter, lead, volume=True)}."
    still_open = (topic for topic in topics if topic.area == lead.area and not topic.past)
    same_area = (topic for topic in still_open if not outlook.is_outlook(topic.finding))
    used = letter.language.listed(limits.share(letter, topic, volume=False) for topic in same_area)
    if lead.reason is Reason.REPEAT:
        return say("You are still using {shares} on {volume}.", shares=used, volume=limits.volume_name(lead))
    return say("You have used {shares} on {volume}.", shares=used, volume=limits.volume_name(lead))


def topic_line(letter: Letter, topic: Topic) -> str:
    """The amounts: "Your hard quota is 40 TB, and you use 34.4 TB, which leaves 5.6 TB."."""
    say, finding = letter.language.say, topic.finding
    if topic.reason is Reason.EXEMPT:
        return lifted.line(letter, topic)
    if outlook.is_outlook(finding):
        return outlook.line(letter, topic)
    yours = limits.your_limit(letter, topic)
    if topic.reason is Reason.ENDED and finding.level > Level.OK:  # its policy has nothing to say any more
        return say(
            "We wrote to you about {your_limit}; there is nothing left to say of it.", your_limit=yours
        )
    used = limits.at_least(letter, topic, limits.amount(letter, finding.used, finding))
    rest = limits.amount(letter, abs(finding.limit - finding.used), finding)
    words = {"your_limit": yours, "limit": limits.amount(letter, finding.limit, finding), "used": used}
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


def change_sentence(letter: Letter, topic: Topic) -> str:
    """What has changed since the last message about it; empty for the first."""
    if topic.before is None or outlook.is_outlook(topic.finding):
        return ""
    say, finding = letter.language.say, topic.finding
    day = letter.language.day(topic.before.at, letter.now)
    change = finding.used - topic.before.used
    amount = limits.amount(letter, abs(change), finding)
    if abs(change) < HARDLY * finding.limit:
        return say("Since the last message, on {day}, hardly anything has changed.", day=day)
    if change > 0:
        return say("Since the last message, on {day}, {amount} have been added.", day=day, amount=amount)
    return say("Since the last message, on {day}, {amount} have gone.", day=day, amount=amount)


def answering(letter: Letter) -> str:
    """How to answer: by link, or through those who can enter the commands. Empty where there is nothing to."""
    say = letter.language.say
    if not letter.reply_links:
        return ""
    if all(reply_link.link for reply_link in letter.reply_links):
        return say("You need not answer. If you do, you get no more messages than you want:")
    whom = harmless(letter.contact).strip() or say("those who run the service")
    return say(
        "You need not answer. If you want to, tell {whom} which of these; they enter the line below it:",
        whom=whom,
    )


def promise(letter: Letter) -> str:
    """What every message says."""
    return letter.language.say("xfc-notify never deletes or changes anything in your area.")


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


def _thanks(letter: Letter, topic: Topic, volume: bool | None = None) -> str:
    say = letter.language.say
    if topic.finding.level > Level.OK or topic.finding.limit <= 0:
        yours = limits.your_limit(letter, topic, volume)
        return say("Thank you: {your_limit} is fine again", your_limit=yours)
    return say("Thank you: you are down to {share}", share=limits.share(letter, topic, volume))
