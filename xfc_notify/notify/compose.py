"""From episodes to a message: gathers the figures that a letter shows and puts it into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from xfc_notify.areas import areas, history, scans
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.domain import OPERATORS, Episode, Level, Message, Person, Reason
from xfc_notify.notify import episode_rows, exemption_rows, reply_rows
from xfc_notify.notify.conversation import spoken_of
from xfc_notify.notify.exempt import lifted
from xfc_notify.notify.reply_links import ways_to_answer
from xfc_notify.notify.rules import due
from xfc_notify.notify.words.language import Language, language
from xfc_notify.notify.words.letter import AreaFigures, Before, Letter, Topic
from xfc_notify.notify.words.notices import volume_message
from xfc_notify.notify.words.render import put_into_words
from xfc_notify.people import users
from xfc_notify.people.tables import UserRow
from xfc_notify.settings import Settings
from xfc_notify.store.finding_json import load_finding
from xfc_notify.store.usage_json import load_usage


@dataclass(frozen=True, slots=True)
class Standing:
    """An unsettled episode with the area it belongs to, and why it is told, if it is."""

    area: AreaRow
    episode: Episode
    reason: Reason | None


def compose(
    user: UserRow,
    standing: Sequence[Standing],
    settings: Settings,
    now: datetime,
    also: Sequence[AreaRow] = (),
    digest: str = "",
) -> Message:
    """The message about these episodes, worst first; its thread is that of the first episode that has one.

    The figures are those of the areas concerned, and of those in `also`. `digest` is weekly or monthly for one.
    """
    if user.name == OPERATORS:
        about = [(it.area.volume, it.episode, it.reason) for it in standing]
        return volume_message(about, settings, now)
    ranked = sorted(standing, key=lambda it: (it.reason is None, -it.episode.level, it.episode.began_at))
    topics = tuple(
        Topic(areas.area(it.area), it.episode.finding, it.episode.level, it.reason, _before(it))
        for it in ranked
    )
    concerned = {area.id: area for area in (*(it.area for it in ranked), *also)}
    person = users.person(user)
    spoken = _language(person, settings)
    letter = Letter(
        person=person,
        topics=topics,
        areas=tuple(figures for area in concerned.values() if (figures := _figures(area, now)) is not None),
        service=settings.service.name,
        contact=settings.service.contact,
        language=spoken,
        now=now,
        ways=ways_to_answer(user.name, [it.episode for it in ranked], settings, now, spoken),
        digest=digest,
    )
    words = put_into_words(letter, settings.messages.templates)
    message_id = str(uuid4())
    reasons = tuple(it.reason for it in ranked if it.reason is not None)
    threads = (it.episode.thread for it in ranked if it.reason is not None)
    return Message(
        message_id=message_id,
        thread=next((thread for thread in threads if thread), message_id),
        username=user.name,
        created_at=now,
        level=max((it.episode.level for it in ranked), default=Level.OK),
        subject=words.subject,
        text=words.text,
        html=words.html,
        images=words.images,
        service=settings.service.name,
        contact=settings.service.contact,
        reasons=(Reason.DIGEST,) if digest else reasons,
    )


def preview(user: UserRow, settings: Settings, now: datetime) -> Message:
    """The message to a user as it would be now, whether or not one is due."""
    unsettled = episode_rows.unsettled(user)
    muted = reply_rows.muted_by(user)
    reasons = {
        i: reason
        for i, (_, episode) in enumerate(unsettled)
        if (reason := due(episode, settings.messages, now, muted))
    }
    standing = standing_of(unsettled, reasons)
    return compose(user, standing, settings, now, also=areas.areas_of(user))


def standing_of(
    unsettled: Sequence[tuple[AreaRow, Episode]], reasons: Mapping[int, Reason]
) -> list[Standing]:
    """What a message to a person speaks of: all that is due, and what stands beside it."""
    spoken = spoken_of([episode for _, episode in unsettled], reasons)
    return [Standing(*unsettled[i], reason) for i, reason in spoken.items()]


def _language(person: Person, settings: Settings) -> Language:
    code, zone = person.language or settings.service.language, person.timezone or settings.service.timezone
    return language(code, zone, settings.messages.templates)


def _figures(area: AreaRow, now: datetime) -> AreaFigures | None:
    scan = ScanRow.get_or_none(ScanRow.id == area.last_scan)
    if scan is None:
        return None
    given = exemption_rows.of_area(area, now)
    findings = tuple(lifted(data["policy"], load_finding(data), given, now) for data in scan.findings or ())
    earlier = scans.past(area, before=scan.as_of)
    return AreaFigures(areas.area(area), load_usage(scan.usage), findings, earlier)


def _before(it: Standing) -> Before | None:
    """How the episode stood when the last message spoke of it, by the scan that was the last one then."""
    told_at = it.episode.told_at
    if told_at is None:
        return None
    findings = history.findings_at(it.area, told_at)
    used = next((finding["used"] for finding in findings if finding["policy"] == it.episode.policy), None)
    return None if used is None else Before(told_at, used)
