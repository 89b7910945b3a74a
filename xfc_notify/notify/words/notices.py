"""What the operators and contacts are told, in English words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xfc_notify.domain import OPERATORS, Finding, Level, Message, Person, Subject
from xfc_notify.notify.episode import Episode, Reason
from xfc_notify.notify.escalation import answered
from xfc_notify.notify.words.language import Language, language
from xfc_notify.outbox.columns import shortened
from xfc_notify.outbox.plain import Block, plain_message
from xfc_notify.paths import harmless
from xfc_notify.settings import Settings
from xfc_notify.units import counted, percent


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An episode that is over its limit and unanswered.

    contact  the address of the contact of the area, if they are or were told
    others   the other open episodes of the area
    replies  what was answered to it before, a line each
    """

    person: Person
    subject: Subject
    episode: Episode
    contact: str | None
    others: Sequence[Episode]
    replies: Sequence[str]


def volume_message(
    about: Sequence[tuple[str, Episode, Reason | None]], settings: Settings, now: datetime
) -> Message:
    """How full volumes are, those first that are due to be told: (name, episode, reason)."""
    ranked = sorted(about, key=lambda item: (item[2] is None, -item[1].level, item[0]))
    blocks: list[Block] = []
    for name, episode, reason in ranked:
        finding = episode.finding
        used, limit = _amount(finding.used, finding), _amount(finding.limit, finding)
        blocks.append(f"{_volume_used(name, episode, reason)}: {used} of {limit}.")
        if finding.facts:
            blocks.append([f"{key}: {text}" for key, text in finding.facts.items()])
    blocks.append("These are the sums of the last scans of the areas; xfc-notify volumes shows all volumes.")
    name, episode, reason = ranked[0]
    threads = (told.thread for _, told, why in ranked if why is not None and told.thread)
    return plain_message(
        settings,
        OPERATORS,
        _volume_used(name, episode, reason) + (" (reminder)" if reason is Reason.REPEAT else ""),
        blocks,
        now,
        level=max((told.level for _, told, _ in ranked), default=Level.OK),
        thread=next(threads, None),
        reasons=[why for _, _, why in ranked if why is not None],
    )


def _volume_used(name: str, episode: Episode, reason: Reason | None) -> str:
    finding = episode.finding
    used = (
        f"{percent(finding.used, finding.limit):,} %" if finding.limit > 0 else _amount(finding.used, finding)
    )
    verb = "is down to" if reason is Reason.ENDED else "has used"
    return f"Volume {name} {verb} {used} of its {_name(finding)}"


def escalation_message(
    what: Unanswered, username: str, to_contact: bool, settings: Settings, now: datetime
) -> Message:
    """That a limit is passed and nobody has answered; who was told, and who has answered what."""
    episode, person, spoken = what.episode, what.person, _english(settings.service.timezone)
    finding, name = episode.finding, _name(episode.finding)
    used, limit = _amount(finding.used, finding), _amount(finding.limit, finding)
    full = f"{person.full_name} ({person.username})" if person.full_name else person.username
    told = spoken.moment(episode.told_at) if episode.told_at else "not yet"
    who = [f"{full}: told {episode.repeats + 1:,} times, the last time on {told}; has not answered since"]
    if what.contact and not to_contact:
        who.append(f"{what.contact}, contact of the area: told; no answer came of it")
    who += [
        f"{_name(other.finding)}, {other.level}: {'answered' if answered(other) else 'not answered'}"
        for other in what.others
    ]
    why = (
        "You get this message because you are the contact of this area. Perhaps you can reach its owner."
        if to_contact
        else "Perhaps you can reach its owner, or answer for them: xfc-notify ack, snooze or exempt."
    )
    blocks: list[Block] = [
        f"{full} uses {used} of a {name} of {limit} on {what.subject.place}, and has not answered.",
        [f"{what.subject.kind}: {what.subject.key}", f"since: {spoken.moment(episode.began_at)}"],
        "Who was told, and who has answered:",
        who,
    ]
    if what.replies:
        blocks += ["What was answered before:", list(what.replies)]
    blocks.append(why)
    subject = f"{person.username} is over the {name} on {what.subject.place} and has not answered"
    return plain_message(
        settings, username, subject, blocks, now, level=episode.level, reasons=["unanswered"]
    )


def away_message(
    volume: str, areas: int, since: datetime, failure: str, settings: Settings, now: datetime
) -> Message:
    """That none of the areas of a volume can be measured."""
    blocks: list[Block] = [
        f"None of the {areas:,} areas on volume {volume} could be measured since "
        f"{_english(settings.service.timezone).moment(since)}. The last scan said:",
        [failure],
        "Until they can be measured again nobody is told anything about them, and their figures stay as they were. "
        "You are told this once. xfc-notify check volumes says whether the volume is there.",
    ]
    return plain_message(settings, OPERATORS, f"Volume {volume} cannot be measured", blocks, now)


def unheard_message(count: int, errors: Sequence[str], settings: Settings, now: datetime) -> Message:
    """That messages reached nobody, with the answers of the servers."""
    blocks: list[Block] = [
        f"{counted(count, 'message')} to users could not be delivered for a day. The servers said:",
        list(errors),
        "What they said counts as not told: it is told again when the area has been measured. "
        "xfc-notify check deliveries shows whether messages arrive.",
    ]
    subject = f"{counted(count, 'message')} could not be delivered"
    return plain_message(settings, OPERATORS, subject, blocks, now)


def obscured_message(about: Sequence[tuple[str, str, Episode]], settings: Settings, now: datetime) -> Message:
    """Which areas could not be read for two weeks, so that no limit can be judged: (user, path, episode)."""
    places = [
        f"{user}, {path}: {_name(episode.finding)}, at least {_amount(episode.finding.used, episode.finding)} of "
        f"{_amount(episode.finding.limit, episode.finding)}"
        for user, path, episode in about
    ]
    blocks: list[Block] = [
        "For two weeks some directories could not be read in these areas. What could be read does not show any more "
        "that the limit is passed or near, so it does not count as such any longer:",
        places,
        "Their users were told. xfc-notify explain USER shows what could not be read.",
    ]
    names = {user for user, _, _ in about}
    whose = f"the area of {next(iter(names))}" if len(names) == 1 else f"areas of {len(names):,} users"
    return plain_message(settings, OPERATORS, f"Not everything can be read in {whose}", blocks, now)


def shrunk_message(names: Sequence[str], settings: Settings, now: datetime) -> Message:
    """That groups have lost most of their members, which may be the directory's mistake."""
    blocks: list[Block] = [
        f"By the last answer more than half of the members are gone of {counted(len(names), 'group')}:",
        list(names),
        "Is the directory right? For now these members stay. They are members no longer when it says the same again, "
        "which is asked for after half a day. xfc-notify groups show NAME lists them.",
    ]
    subject = f"More than half of the members are gone of {counted(len(names), 'group')}"
    return plain_message(settings, OPERATORS, subject, blocks, now)


def _english(timezone: str = "UTC") -> Language:
    return language("en", timezone)


def _amount(value: float, finding: Finding) -> str:
    return _english().amount(value, finding.unit)


def _name(finding: Finding) -> str:
    return shortened(harmless(finding.title), 40)
