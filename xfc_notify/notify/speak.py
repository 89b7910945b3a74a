"""3. Tell: decides what one person is told now, and writes it into the outbox."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import OPERATORS, Episode, Message, Reason
from xfc_notify.notify import episode_rows, exemption_rows, reply_rows
from xfc_notify.notify.compose import Standing, compose, standing_of
from xfc_notify.notify.conversation import heard
from xfc_notify.notify.rules import Decision, Said, decide
from xfc_notify.outbox import messages
from xfc_notify.outbox.brake import brakes
from xfc_notify.outbox.mode import effective_mode
from xfc_notify.people import users
from xfc_notify.people.tables import UserRow
from xfc_notify.plugins.service import Service
from xfc_notify.store.isolation import made_if_possible


def speak(user: UserRow, service: Service, now: datetime) -> Message | None:
    """Tell a user what is due, if anything is; the message, or None and the reason for silence is kept.

    To be called in a transaction: it locks the user, so that two scans that end at once send one message.
    """
    user = users.locked(user)
    unsettled = episode_rows.unsettled(user)
    if not unsettled:
        return None
    since = now - service.settings.messages.min_interval
    mode = effective_mode(service.settings)
    before = messages.messages_since(user, since, now, shadow=mode == "shadow")
    said = [Said(row.created_at, row.broke_interval) for row in before]
    muted = reply_rows.muted_by(user)
    decision = decide([episode for _, episode in unsettled], said, service.settings.messages, now, muted)
    if not decision.speaks:
        episode_rows.note_silence((unsettled[i][1], why) for i, why in decision.silence.items())
        return None
    standing = standing_of(unsettled, decision.reasons)
    if not user.notify:
        _stay_silent(standing, "notify is off for this user", settle=True)
        return None
    message = compose(user, standing, service.settings, now)
    places = [] if mode == "shadow" else service.plugins.addresses(message, users.person(user))
    if mode == "live" and not places:
        _stay_silent(standing, "no delivery plugin has an address for this user", settle=False)
        return None
    audience = "operators" if user.name == OPERATORS else "user"
    kept = "held" if mode == "live" and brakes(user, service, now) else mode
    messages.write(user, message, _reasons(standing), kept, decision.broke_interval, places, audience)
    _mark_told(unsettled, message, decision, kept)
    return message


def speak_if_possible(user: UserRow, service: Service, now: datetime) -> Message | None:
    """`speak`, if the message can be made. What is due stays due: `tick` tries again."""
    return made_if_possible(lambda: speak(user, service, now), "message", user.name)


def speak_to_all(service: Service, now: datetime) -> int:
    """Tell everybody what is due, including reminders and what had to wait; how many messages were written."""
    told_now = (speak_if_possible(user, service, now) for user in episode_rows.users_with_unsettled())
    return sum(message is not None for message in told_now)


def _mark_told(
    unsettled: Sequence[tuple[AreaRow, Episode]], message: Message, decision: Decision, mode: str
) -> None:
    after = heard([episode for _, episode in unsettled], decision.reasons, message.created_at, message.thread)
    for i, episode in after.items():
        area = unsettled[i][0]
        episode_rows.save(area, episode)
        if decision.reasons.get(i) is Reason.EXEMPT:
            exemption_rows.told(area, episode.policy, message.created_at)
        if i in decision.reasons:
            how = f"{decision.reasons[i]}: {message.subject}"
            if decision.broke_interval:
                how += " (sooner than the interval between messages, for its weight)"
            episode_rows.note(area, episode, "told" if mode == "live" else mode, how, message.created_at)
    episode_rows.note_silence((episode, "") for episode in after.values())


def _stay_silent(standing: list[Standing], why: str, *, settle: bool) -> None:
    episode_rows.note_silence((it.episode, f"{it.reason or 'nothing due'}, but {why}") for it in standing)
    if settle:
        for it in standing:
            if it.reason in (Reason.ENDED, Reason.EXEMPT):
                episode_rows.save(it.area, replace(it.episode, settled=True))


def _reasons(standing: list[Standing]) -> list[dict[str, str]]:
    return [
        {
            "area": it.area.path,
            "policy": it.episode.policy,
            "reason": str(it.reason),
            "level": str(it.episode.level),
        }
        for it in standing
        if it.reason is not None
    ]
