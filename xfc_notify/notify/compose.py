"""From episodes to a message: gathers the figures that a letter shows and puts it into words."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from types import MappingProxyType
from uuid import uuid4

from xfc_notify.areas import areas, history, scans
from xfc_notify.areas.settings import Limits
from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import OPERATORS, Level, Message
from xfc_notify.notify import episode_rows, exemption_rows, reply_rows
from xfc_notify.notify.conversation import spoken_of
from xfc_notify.notify.episode import Episode, Reason
from xfc_notify.notify.exempt import lifted
from xfc_notify.notify.reply_links import reply_links_of, unsubscribe_link
from xfc_notify.notify.rules import Line, due, stands
from xfc_notify.notify.spoken import language_of
from xfc_notify.notify.words.language import Language
from xfc_notify.notify.words.letter import AreaFigures, Before, Letter, Section, Topic
from xfc_notify.notify.words.notices import volume_message
from xfc_notify.notify.words.render import put_into_words
from xfc_notify.people import users
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.settings import Messages, Settings
from xfc_notify.states import Kind
from xfc_notify.store.finding_json import load_finding
from xfc_notify.store.usage_json import load_usage
from xfc_notify.usage import Counted, Source, Usage

NONE: Mapping[str, Usage] = MappingProxyType({})
SECTIONS = {Kind.GROUP: "xfc_notify.reports.letter", Kind.DATASET: "xfc_notify.lifecycle.letter"}
"""Kind of subject → the module whose `section` tells of it, imported when one is told of."""


@dataclass(frozen=True, slots=True)
class About:
    """What a message speaks of: a subject, and what was decided of its episode."""

    subject: SubjectRow
    line: Line


def compose(
    user: UserRow,
    about: Sequence[About],
    settings: Settings,
    now: datetime,
    also: Sequence[AreaRow] = (),
    digest: str = "",
    measured: Mapping[str, Usage] = NONE,
) -> Message:
    """The message about these episodes, worst first; its thread is that of the first episode that has one.

    The figures are those of the areas concerned, and of those in `also`. `digest` is weekly or monthly for one.
    `measured` has usages that need not be read again, by the ids of their scans.
    """
    if user.name == OPERATORS:
        told = [(item.subject.place, item.line.episode, item.line.reason) for item in about]
        return volume_message(told, settings, now)
    ranked = sorted(
        about,
        key=lambda item: (item.line.reason is None, -item.line.episode.level, item.line.episode.began_at),
    )
    letter = letter_of(user, ranked, settings, now, also, digest, measured)
    episodes = [item.line.episode for item in ranked]
    words = put_into_words(letter, settings.messages.templates)
    answerable = [item.line.episode for item in ranked if item.subject.kind != Kind.DATASET]
    message_id = str(uuid4())
    reasons = tuple(item.line.reason for item in ranked if item.line.reason is not None)
    threads = (item.line.episode.thread for item in ranked if item.line.reason is not None)
    return Message(
        message_id=message_id,
        thread=next((thread for thread in threads if thread), message_id),
        username=user.name,
        created_at=now,
        level=max((episode.level for episode in episodes), default=Level.OK),
        subject=words.subject,
        text=words.text,
        html=words.html,
        images=words.images,
        service=settings.service.name,
        contact=settings.service.contact,
        reasons=(Reason.DIGEST,) if digest else reasons,
        unsubscribe=unsubscribe_link(user.name, answerable, settings, now),
    )


def letter_of(
    user: UserRow,
    ranked: Sequence[About],
    settings: Settings,
    now: datetime,
    also: Sequence[AreaRow] = (),
    digest: str = "",
    measured: Mapping[str, Usage] = NONE,
    spoken: Language | None = None,
) -> Letter:
    """What a message has to tell, in the language of the user unless `spoken` is given; else as `compose`."""
    counts = settings.of(Limits).counts
    of_subject = _of_subjects([item.subject.id for item in ranked], also)
    topics = tuple(
        _topic(item, of_subject[item.subject.id], counts) for item in ranked if item.subject.id in of_subject
    )
    concerned = {area.id: area for area in (*of_subject.values(), *also)}
    episodes = [item.line.episode for item in ranked if item.subject.kind != Kind.DATASET]
    walked = any(area.volume not in settings.surveyed for area in of_subject.values())
    person = users.person(user)
    language = spoken or language_of(person, settings)
    return Letter(
        person=person,
        topics=topics,
        areas=tuple(
            figures
            for area in concerned.values()
            if (figures := _figures(area, counts, measured, now)) is not None
        ),
        service=settings.service.name,
        contact=settings.service.contact,
        language=language,
        now=now,
        reply_links=reply_links_of(user.name, episodes, settings, now, language, walked=walked),
        digest=digest,
        sections=tuple(
            _section(item, settings, language, now)
            for item in sorted(ranked, key=_date)
            if Kind(item.subject.kind) in SECTIONS
        ),
    )


def preview(user: UserRow, settings: Settings, now: datetime) -> Message:
    """The message to a user as it would be now, whether or not one is due."""
    about = as_it_stands(episode_rows.unsettled(user), settings.messages, now, reply_rows.muted_by(user))
    return compose(user, about, settings, now, also=areas.areas_of(user))


def as_it_stands(
    unsettled: Iterable[tuple[SubjectRow, Episode]], rules: Messages, now: datetime, muted: Collection[str]
) -> list[About]:
    """What there is to say of these episodes, whatever was said before and however long ago it was measured."""
    lines = [
        About(subject, Line(episode, due(episode, rules, now, muted), beside=stands(episode)))
        for subject, episode in unsettled
    ]
    return [about for about in lines if spoken_of(about.line)]


def _of_subjects(subjects: Sequence[int], known: Sequence[AreaRow]) -> dict[int, AreaRow]:
    """Subject → area of those that are areas, in their order; what is known is not looked up."""
    found = {area.subject_id: area for area in known}
    found |= areas.of_subjects(subject for subject in subjects if subject not in found)
    return {subject: found[subject] for subject in subjects if subject in found}


def _topic(item: About, row: AreaRow, counts: Counted) -> Topic:
    episode = item.line.episode
    area = areas.area(row, counts)
    return Topic(area, episode.finding, episode.level, item.line.reason, _before(episode, row))


def _date(item: About) -> tuple[bool, bool, datetime]:
    """Of datasets, what caused the letter comes first, and of that the nearer date; all else stays in its order."""
    due, is_dataset = item.line.episode.finding.due, item.subject.kind == Kind.DATASET
    nearest = due if is_dataset and due else datetime.min.replace(tzinfo=UTC)
    return is_dataset, is_dataset and item.line.reason is None, nearest


def _section(item: About, settings: Settings, spoken: Language, now: datetime) -> Section:
    found: Section = import_module(SECTIONS[Kind(item.subject.kind)]).section(
        item.subject, item.line, settings, spoken, now
    )
    return found


def _figures(
    area: AreaRow, counts: Counted, measured: Mapping[str, Usage], now: datetime
) -> AreaFigures | None:
    scan = areas.last_whole_scan(area)
    if scan is None:
        return None
    given = exemption_rows.of_subject(area.subject_id, now)
    findings = tuple(lifted(data["policy"], load_finding(data), given, now) for data in scan.findings or ())
    earlier = scans.past(area, before=scan.as_of)
    usage = measured[scan.id] if scan.id in measured else load_usage(scan.usage)
    return AreaFigures(areas.area(area, counts), usage, findings, earlier, Source(scan.source))


def _before(episode: Episode, area: AreaRow) -> Before | None:
    """How the episode stood when the last message spoke of it, by the scan that was the last one then."""
    if episode.told_at is None:
        return None
    findings = history.findings_at(area, episode.told_at)
    used = next((finding["used"] for finding in findings if finding["policy"] == episode.policy), None)
    return None if used is None else Before(episode.told_at, used, episode.told_limit)
