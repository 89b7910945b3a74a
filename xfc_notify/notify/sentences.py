"""The single sentences of a letter. Pure: from a topic or a scan to English words.

The tone: what stands, then what helps. No capitals, no exclamation marks, no deadline that nobody set.
"""

import math
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from xfc_notify import units
from xfc_notify.domain import Finding, Level, Reason
from xfc_notify.notify import outlook
from xfc_notify.notify.letter import Letter, Topic
from xfc_notify.paths import harmless
from xfc_notify.usage import Clock, Usage

SUBJECT_COLUMNS = 77

STATES = {
    Level.OK: "fine",
    Level.NOTICE: "filling up",
    Level.WARNING: "nearly full",
    Level.OVER: "over the limit",
}

PAST = (Reason.ENDED, Reason.EXEMPT)
"""Reasons to speak of what needs nothing to be done any more."""

PROMISE = "xfc-notify never deletes or changes anything in your area."
REASSURANCE = "Nothing will be deleted by this service."

BYTE_DAYS = "Byte-days are size × time kept: 2 TB kept for 7 days are 14 TB·days."
DECIMAL = "Sizes are decimal: 1 TB is 1,000 GB."


def shortened(text: str, columns: int) -> str:
    """The text in at most so many columns, with "…" for its middle; a wide character takes two."""
    if width(text) <= columns:
        return text
    head = tail = 0
    while True:  # grow the two ends in turn, as long as they fit
        grown = (head + 1, tail) if head <= tail else (head, tail + 1)
        if width(text[: grown[0]] + text[len(text) - grown[1] :]) >= columns:
            return f"{text[:head]}…{text[len(text) - tail :]}"
        head, tail = grown


def width(text: str) -> int:
    """How many columns the text takes on a terminal, combining characters counted as one."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def limit_name(finding: Finding) -> str:
    """The name of the limit for people: "hard quota"."""
    return shortened(harmless(finding.title), 40)


def amount(value: float, finding: Finding) -> str:
    """An amount in the unit of the finding."""
    return units.format_amount(value, harmless(finding.unit))


def percent(finding: Finding) -> str:
    """The share used, "104 %"; empty where the limit is nothing that one can have a share of."""
    return f"{units.percent(finding.used, finding.limit):,} %" if finding.limit > 0 else ""


def subject(letter: Letter, lead: Topic | None) -> str:
    """One line of at most 77 columns: the worst that the letter tells."""
    service = shortened(harmless(letter.service), 20)
    told = _subject(letter, lead)
    if letter.digest:
        told = f"{letter.digest.capitalize()} digest: {told[:1].lower()}{told[1:]}"
    return shortened(f"[{service}] {told}", SUBJECT_COLUMNS)


def _subject(letter: Letter, lead: Topic | None) -> str:
    if lead is None:
        return "How your areas stand"
    if lead.reason is Reason.EXEMPT:
        return lifted(lead.finding, on(letter, lead), letter.timezone)
    told = [topic.reason for topic in letter.topics if topic.reason is not None]
    reminder = " (reminder)" if told and set(told) == {Reason.REPEAT} else ""
    if outlook.is_outlook(lead.finding):
        return outlook.headline(lead, _room(lead.finding), on(letter, lead)) + reminder
    if lead.reason is Reason.ENDED:
        return _thanks(lead, on(letter, lead))
    return f"You have used {at_least(letter, lead)}{_used_of(lead)}{on(letter, lead)}{reminder}"


def headline(letter: Letter, topics: Sequence[Topic]) -> str:
    """What stands, in one sentence: the first topic, and what else is open in the same area."""
    if not topics:
        return "This is how your areas stand."
    lead = topics[0]
    where = f" on {_volume(lead)}"
    if lead.reason is Reason.EXEMPT:
        return lifted_because(lead.finding, where, letter.timezone)
    if outlook.is_outlook(lead.finding):
        return f"{outlook.headline(lead, _room(lead.finding), where)}."
    if lead.reason is Reason.ENDED:
        return f"{_thanks(lead, where)}."
    begin = "You are still using" if lead.reason is Reason.REPEAT else "You have used"
    still_open = [it for it in topics if it.area == lead.area and it.reason not in PAST]
    used = [_used_of(it) for it in still_open if not outlook.is_outlook(it.finding)]
    listed = " and ".join(filter(None, (", ".join(used[:-1]), used[-1])))
    return f"{begin} {at_least(letter, lead)}{listed}{where}."


def topic_line(letter: Letter, topic: Topic) -> str:
    """The amounts: "Your hard quota is 40 TB, and you use 34.4 TB, which leaves 5.6 TB."."""
    finding = topic.finding
    name = f"{limit_name(finding)}{on(letter, topic)}"
    if topic.reason is Reason.EXEMPT:
        return f"{lifted_because(finding, on(letter, topic), letter.timezone)} Then the ordinary rules hold again."
    if outlook.is_outlook(finding):
        used, limit = amount(finding.used, finding), amount(finding.limit, finding)
        return outlook.line(topic, limit_name(finding), used, limit, on(letter, topic))
    if topic.reason is Reason.ENDED and finding.level > Level.OK:  # its policy has nothing to say any more
        return f"We wrote to you about your {name}; there is nothing left to say of it."
    used, limit = (amount(value, finding) for value in (finding.used, finding.limit))
    rest = amount(abs(finding.limit - finding.used), finding)
    least = at_least(letter, topic)
    if finding.used > finding.limit:
        gap = f"which is {least}{rest} over it"
    else:
        gap = (
            f"which leaves {'at most ' if least else ''}{rest}"
            if finding.used < finding.limit
            else "which is all of it"
        )
    now = "now use" if topic.reason is Reason.ENDED else "use"
    return f"Your {name} is {limit}, and you {now} {least}{used}, {gap}."


def lifted(finding: Finding, where: str, timezone: str) -> str:
    """That a limit does not hold for now: "Your hard quota on vol1 is lifted until Monday 2 March 2026"."""
    assert finding.lifted is not None
    until = finding.lifted.until.astimezone(ZoneInfo(timezone))
    day = f"{until:%A} {until.day} {until:%B} {until.year}"
    return f"Your {limit_name(finding)}{where} is lifted until {day}"


def lifted_because(finding: Finding, where: str, timezone: str) -> str:
    """The same with the reason that the operator gave."""
    assert finding.lifted is not None
    reason = harmless(finding.lifted.reason).strip()
    return f"{lifted(finding, where, timezone)}: {reason}{'' if reason.endswith(('.', '!', '?')) else '.'}"


def growth_sentence(letter: Letter, topic: Topic) -> str:
    """What a day adds to the temporal usage, if all is kept: size × 1 day. Empty for other limits."""
    size = sum(it.usage.size for it in letter.areas if it.area == topic.area)
    if topic.finding.unit != "byte-days" or topic.reason in PAST or not size:
        return ""
    return f"Kept as it is, it grows by {units.format_byte_days(size)} every day."


def due_sentence(letter: Letter, topic: Topic) -> str:
    """When the limit will be passed if nothing changes; empty where that is past or not known."""
    finding = topic.finding
    is_past = topic.reason is Reason.ENDED if outlook.is_outlook(finding) else finding.used > finding.limit
    if finding.due is None or finding.due <= letter.now or is_past:
        return ""
    zone = ZoneInfo(letter.timezone)
    due, today = finding.due.astimezone(zone), letter.now.astimezone(zone)
    day = f"{due:%A} {due.day} {due:%B}" + (f" {due.year}" if due.year != today.year else "")
    days = (due.date() - today.date()).days
    away = {0: "today", 1: "tomorrow"}.get(days, f"in {days:,} days")
    return (
        f"If nothing changes, the {limit_name(finding)}{on(letter, topic)} will be passed on {day}, {away}."
    )


def goal(letter: Letter, topic: Topic) -> str:
    """How much less would do; empty where usage is under the first threshold already, or the limit is 0."""
    finding = topic.finding
    target = finding.thresholds[0] * finding.limit
    if finding.limit <= 0 or finding.used < target or outlook.is_outlook(finding):
        return ""
    under, least = f"under {finding.thresholds[0] * 100:.3g} %", at_least(letter, topic)
    name = f"{limit_name(finding)}{on(letter, topic)}"
    excess = least + amount(_enough(finding.used - target), finding)
    match finding.unit:
        case "bytes" if finding.used > finding.limit:
            within = least + amount(_enough(finding.used - finding.limit), finding)
            return (
                f"Freeing {within} brings you back within your {name}; freeing {excess} brings you {under}."
            )
        case "bytes":
            return f"Freeing {excess} brings you {under} of your {name}."
        case "byte-days":
            return (
                f"Taking off {excess} brings you {under} of your {name}: "
                "a file that goes takes its size × age with it, so large old files count most."
            )
        case _:
            return f"Below {amount(target, finding)} you are {under} of your {name}."


def why(letter: Letter) -> str:
    """Why this letter was written, by the first topic that gave reason for it."""
    for topic in letter.topics:
        finding, name = topic.finding, f"{limit_name(topic.finding)}{on(letter, topic)}"
        if topic.reason not in (None, *PAST) and outlook.is_outlook(finding):
            return outlook.why(topic, name)
        match topic.reason:
            case Reason.BEGAN | Reason.WORSE if topic.level is Level.OVER:
                return f"You get this message because you have passed your {name}."
            case Reason.BEGAN | Reason.WORSE if topic.level > Level.OK:
                share = finding.thresholds[topic.level - 1]
                return f"You get this message because you have reached {share * 100:.3g} % of your {name}."
            case Reason.REPEAT:
                stands = "over" if finding.used > finding.limit else "close to"
                return f"You get this reminder because you are still {stands} your {name}."
            case Reason.ENDED | Reason.EXEMPT as past:
                what = {
                    Reason.ENDED: f"we wrote to you about your {name} before",
                    Reason.EXEMPT: f"an operator of the service has lifted your {name}",
                }
                return f"You get this message because {what[past]}."
    return ""


def answering(letter: Letter) -> str:
    """How to answer: by link, or through those who can enter the commands. Empty where there is nothing to."""
    if not letter.ways:
        return ""
    if all(way.link for way in letter.ways):
        return "You need not answer. If you do, you get no more messages than you want:"
    whom = harmless(letter.contact).strip() or "those who run the service"
    return f"You need not answer. If you want to, tell {whom} which of these; they enter the line below it:"


def at_least(letter: Letter, topic: Topic) -> str:
    """ "at least " where the scan of the area could not read everything."""
    return "" if all(it.usage.complete for it in letter.areas if it.area == topic.area) else "at least "


def on(letter: Letter, topic: Topic) -> str:
    """ " on vol1" where the letter is about more than one area."""
    return f" on {_volume(topic)}" if len(letter.areas) > 1 else ""


def moment(time: datetime, zone: ZoneInfo) -> str:
    """A time with weekday and zone: "Monday 2 March 2026, 08:00 UTC"."""
    local = time.astimezone(zone)
    name = local.tzname() or zone.key
    name = f"UTC{name}" if name[0] in "+-" else name
    return f"{local:%A} {local.day} {local:%B} {local.year}, {local:%H:%M} {name}"


def clock_sentence(usage: Usage) -> str:
    """From when a file's age is counted."""
    if usage.clock is Clock.MTIME:
        return "The age of a file is counted from its last modification (mtime)."
    if usage.clock is Clock.CTIME or not usage.birth_times:
        return "The age of a file is counted from its last change (ctime)."
    if usage.birth_times < usage.files:
        return (
            "The age of a file is counted from its arrival here (birth time), "
            "or from its last change (ctime) where the file system keeps no birth time."
        )
    return "The age of a file is counted from its arrival here (birth time)."


def counted(count: int, noun: str) -> str:
    """ "1 file", "1,234 files" """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _used_of(topic: Topic) -> str:
    """ "86 % of your space": the hard quota is simply one's space."""
    finding = topic.finding
    return f"{percent(finding) or amount(finding.used, finding)} of your {_room(finding)}"


def _room(finding: Finding) -> str:
    """The name of the limit, but the hard quota is simply one's space."""
    name = limit_name(finding)
    return "space" if finding.unit == "bytes" and name == "hard quota" else name


def _thanks(topic: Topic, where: str) -> str:
    if topic.finding.level > Level.OK or topic.finding.limit <= 0:
        return f"Thank you: your {limit_name(topic.finding)}{where} is fine again"
    return f"Thank you: you are down to {_used_of(topic)}{where}"


def _volume(topic: Topic) -> str:
    return shortened(harmless(topic.area.volume), 30)


def _enough(value: float) -> float:
    """Rounded up to the digits that are shown, so that what the sentence promises is true.

    More than the value, never equal to it: exactly 80 % is not under 80 %.
    """
    scale = 1.0
    while value / scale >= 999.95:
        scale *= 1000
    tenths = 10 if scale > 1 else 1
    return (math.floor(value / scale * tenths) + 1) / tenths * scale
