"""3. Tell: decides what one person is told now, and hands it to the outbox."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from xfc_notify.areas import scans
from xfc_notify.domain import OPERATORS, Message
from xfc_notify.notify import episode_rows, exemption_rows, heard_rows, reply_rows, silence
from xfc_notify.notify.compose import NONE, About, compose
from xfc_notify.notify.conversation import heard, spoken_of
from xfc_notify.notify.due_now import users_to_speak_to
from xfc_notify.notify.episode import Episode, Reason
from xfc_notify.notify.rules import Decision, decide
from xfc_notify.outbox import spread
from xfc_notify.outbox.messages import AboutSubject, said_to
from xfc_notify.outbox.send import Recipient, send
from xfc_notify.people import users
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.plugins.service import Service
from xfc_notify.states import Audience, EventKind, Mode
from xfc_notify.store.isolation import made_if_possible
from xfc_notify.usage import Usage


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a person was told, if anything; and since when what is to be measured first was due, by subject."""

    message: Message | None = None
    stale: Mapping[int, datetime] = field(default_factory=dict)


def speak(user: UserRow, service: Service, now: datetime, measured: Mapping[str, Usage] = NONE) -> Spoken:
    """Tell a user what is due, if anything is; where nothing is said, the reason for silence is kept.

    To be called in a transaction: it locks the user, so that two scans that end at once send one message.
    `measured` spares reading again what the scans of these ids have measured.
    """
    user = users.locked(user)
    unsettled = episode_rows.unsettled(user)
    if not unsettled:
        return Spoken()
    said, muted = said_to(user, service.settings, now), reply_rows.muted_by(user)
    decision = decide([episode for _, episode in unsettled], said, service.settings.messages, now, muted)
    stale = _stale(unsettled, decision)
    if decision.only_reminds and user.name != OPERATORS and spread.is_full(user, service.settings, now):
        decision = decision.postponed(silence.SPREAD)
    if not decision.speaks:
        episode_rows.note_silence((line.episode, line.silence) for line in decision.lines)
        return Spoken(stale=stale)
    about = [
        About(subject, line)
        for (subject, _), line in zip(unsettled, decision.lines, strict=True)
        if spoken_of(line)
    ]
    if not user.notify:
        _stay_silent(about, "notify is off for this user", settle=True)
        return Spoken(stale=stale)
    message = compose(user, about, service.settings, now, measured=measured)
    to = Recipient(users.person(user), user, _audience(user, decision))
    written = send(message, to, service, _reasons(about), decision.broke_interval)
    if written is None:
        _stay_silent(about, "no delivery plugin has an address for this user", settle=False)
        return Spoken(stale=stale)
    _mark_told(about, message, written, decision.broke_interval)
    return Spoken(message, stale)


def speak_if_possible(
    user: UserRow, service: Service, now: datetime, measured: Mapping[str, Usage] = NONE
) -> Spoken:
    """`speak`, if the message can be made. What is due stays due: `tick` tries again."""
    return made_if_possible(lambda: speak(user, service, now, measured), "message", user.name) or Spoken()


def speak_to_all(service: Service, now: datetime) -> int:
    """Tell everybody what is due, including what had to wait; how many messages were written.

    What is due and was not measured since is scanned first; its scan speaks of it, or the next tick.
    """
    spoken = [speak_if_possible(user, service, now) for user in users_to_speak_to(service.settings, now)]
    stale = {subject: since for said in spoken for subject, since in said.stale.items()}
    scans.open_stale(stale, service.settings.scan.clock, now, service.settings.surveyed)
    return sum(said.message is not None for said in spoken)


def _stale(unsettled: Sequence[tuple[SubjectRow, Episode]], decision: Decision) -> dict[int, datetime]:
    lines = zip(unsettled, decision.lines, strict=True)
    return {subject.id: line.stale_since for (subject, _), line in lines if line.stale_since is not None}


def _audience(user: UserRow, decision: Decision) -> Audience:
    if user.name == OPERATORS:
        return Audience.OPERATORS
    return Audience.REMINDER if decision.only_reminds else Audience.USER


def _mark_told(about: Sequence[About], message: Message, mode: Mode, broke_interval: str) -> None:
    kind = EventKind.TOLD if mode is Mode.LIVE else EventKind(mode)
    if mode is not Mode.SHADOW:
        heard_rows.keep(message.message_id, [item.line.episode for item in about])
    for item in about:
        after, reason = heard(item.line, message.created_at, message.thread), item.line.reason
        episode_rows.save(item.subject, after)
        if reason is Reason.EXEMPT:
            exemption_rows.mark_told(item.subject, after.policy, message.created_at)
        if reason is not None:
            how = f"{reason}: {message.subject}"
            if broke_interval:
                how += " (sooner than the interval between messages, for its weight)"
            episode_rows.note(item.subject, after, kind, how, message.created_at)
        episode_rows.note_silence([(after, "")])


def _stay_silent(about: Sequence[About], why: str, *, settle: bool) -> None:
    episode_rows.note_silence(
        (item.line.episode, f"{item.line.reason or 'nothing due'}, but {why}") for item in about
    )
    if settle:
        for item in about:
            if item.line.reason in (Reason.ENDED, Reason.EXEMPT):
                episode_rows.save(item.subject, replace(item.line.episode, settled=True))


def _reasons(about: Iterable[About]) -> list[AboutSubject]:
    return [
        AboutSubject(
            item.subject.id,
            item.subject.key,
            item.line.episode.policy,
            str(item.line.reason),
            item.line.episode.level,
        )
        for item in about
        if item.line.reason is not None
    ]
