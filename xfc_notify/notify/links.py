"""What happens when somebody follows the link of a mail: the token becomes an answer, and the answer words.

A page that calls `answer` must do so only when a button is pressed: mail programs follow links by themselves.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from xfc_notify.areas import areas
from xfc_notify.domain import Episode
from xfc_notify.errors import WrongInput
from xfc_notify.notify import episode_rows, listen, replies, tokens
from xfc_notify.notify.listen import About, ReplyEffect
from xfc_notify.notify.replies import SNOOZES, By, Reply, in_days
from xfc_notify.notify.tokens import Request
from xfc_notify.paths import harmless
from xfc_notify.people import events
from xfc_notify.people.tables import EventRow, SubjectRow, UserRow
from xfc_notify.settings import Settings
from xfc_notify.states import EventKind

Named = list[tuple[SubjectRow, Episode]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer did, one item per episode, policy or area; nothing if there was nothing left to do.

    `text` says it to the person, one or two sentences.
    """

    done: tuple[ReplyEffect, ...]
    text: str


def answer(token: str, now: datetime, settings: Settings) -> Answer:
    """Do what a token stands for; twice is once. To be called in no transaction: rescans need several.

    What is owed to the queues then is sent by the caller, or by the next tick.

    WrongInput for a token that is forged, expired or of another service. What has ended meanwhile, was answered
    before or may not be answered so leads to an answer that says so, and changes nothing.
    """
    request = tokens.read(token, settings.service.secret, now)
    user = UserRow.get_or_none(UserRow.name == request.user)
    named = [] if user is None else episode_rows.of(user, request.episodes)
    if user is None or not named or len(named) != len(set(request.episodes)):
        raise WrongInput(
            "This link is not valid: it was not made by this service, or what it is about is forgotten."
        )
    still = [(subject, episode) for subject, episode in named if replies.answerable(episode)]
    if not still:
        return Answer((), "This is over: there is nothing left to answer.")
    try:
        return _do(request, user, still, settings, now)
    except WrongInput as refusal:
        return Answer((), refusal.what)


def _do(request: Request, user: UserRow, still: Named, settings: Settings, now: datetime) -> Answer:
    zone = user.timezone or settings.service.timezone
    match request.reply:
        case Reply.SEEN:
            return _see(user, still, zone, now)
        case Reply.PUT_OFF:
            return _put_off(user, still, request.days, zone, now)
        case Reply.MUTED:
            return _mute(user, still, settings, now)
        case Reply.UNMUTED:
            return _unmute(user, still, now)
        case Reply.RESCAN:
            return _rescan(user, still, settings, now)


def _see(user: UserRow, still: Named, zone: str, now: datetime) -> Answer:
    new = [episode for _, episode in still if replies.acknowledge(episode) != episode]
    if not new:
        return _already(still, zone)
    done = listen.acknowledge(user, _about(new), By.PERSON, now)
    return Answer(tuple(done), "Thank you. You hear of it again only if it gets worse.")


def _put_off(user: UserRow, still: Named, days: int, zone: str, now: datetime) -> Answer:
    new = [episode for _, episode in still if episode.acknowledged or not episode.quiet(now)]
    if not new:
        return _already(still, zone)
    # What was put off twice is refused, by what `listen.put_off` says of it, if there is nothing else.
    free = [episode for episode in new if episode.snoozes < SNOOZES] or new
    until = in_days(days, now)
    done = listen.put_off(user, _about(free), until, By.PERSON, now)
    return Answer(tuple(done), f"You hear of it again from {_at(until, zone)}, or if it gets worse.")


def _mute(user: UserRow, still: Named, settings: Settings, now: datetime) -> Answer:
    done = [effect for policy in _titles(still) for effect in listen.mute(user, policy, By.PERSON, now)]
    unless = "" if settings.messages.mute_over else ", unless you pass it"
    return Answer(tuple(done), f"You hear no more about your {_listed(still)}{unless}.")


def _unmute(user: UserRow, still: Named, now: datetime) -> Answer:
    done = [effect for policy in _titles(still) for effect in listen.unmute(user, policy, By.PERSON, now)]
    return Answer(tuple(done), f"You hear about your {_listed(still)} again.")


def _rescan(user: UserRow, still: Named, settings: Settings, now: datetime) -> Answer:
    wanted = list(areas.of_subjects(subject.id for subject, _ in still).values())
    done = listen.rescan(user, wanted, settings.scan.clock, By.PERSON, now)
    return Answer(tuple(done), "Your area is measured again, before all others.")


def _titles(still: Named) -> dict[str, str]:
    """Policy → the name of its limit for people."""
    return {episode.policy: harmless(episode.finding.title) for _, episode in still}


def _listed(still: Named) -> str:
    return " and ".join(dict.fromkeys(_titles(still).values()))


def _already(still: Named, zone: str) -> Answer:
    """Who answered before, and what."""
    rows = [
        row for _, episode in still if episode.id is not None and (row := _last_reply(episode.id)) is not None
    ]
    if not rows:
        return Answer((), "This was answered already.")
    last = max(rows, key=lambda row: row.id)
    return Answer((), f"This was answered already, at {_at(last.at, zone)}: {last.kind}, by {last.what}.")


def _last_reply(episode: int) -> EventRow | None:
    """The last time when somebody said that they have seen an episode, or put it off."""
    answers = events.of_episode(episode, (EventKind.SEEN, EventKind.PUT_OFF))
    return answers[-1] if answers else None


def _about(chosen: list[Episode]) -> About:
    return About(ids={episode.id for episode in chosen if episode.id is not None})


def _at(time: datetime, zone: str) -> str:
    return f"{time.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"
