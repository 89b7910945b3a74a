"""What happens when somebody follows the link of a mail: the token becomes a question, an answer, and words.

A page that calls `answer` must do so only when a button is pressed: mail programs follow links by themselves.
"""

from dataclasses import dataclass
from datetime import datetime

from xfc_notify.areas import areas
from xfc_notify.errors import WrongInput
from xfc_notify.notify import episode_rows, listen, replies, tokens
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.listen import About, ReplyEffect
from xfc_notify.notify.replies import SNOOZES, By, Reply, in_days
from xfc_notify.notify.reply_links import label
from xfc_notify.notify.spoken import language_of
from xfc_notify.notify.tokens import Request
from xfc_notify.notify.words.language import Language, mark
from xfc_notify.paths import harmless
from xfc_notify.people import events
from xfc_notify.people.tables import EventRow, SubjectRow, UserRow
from xfc_notify.settings import Settings
from xfc_notify.states import EventKind

Named = list[tuple[SubjectRow, Episode]]

FORGOTTEN = mark("This link is not valid: it was not made by this service, or what it is about is forgotten.")
OVER = mark("This is over: there is nothing left to answer.")
SHOWN_AS = {
    EventKind.SEEN: mark("seen"), EventKind.PUT_OFF: mark("put off"), EventKind.MOVES: mark("moves"),
    EventKind.NOT_NEEDED: mark("not needed"), EventKind.STAYS: mark("stays"),
}  # fmt: skip
"""Answers of which the last one holds."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a link would do if its person pressed the button.

    label   the answer, as the mail called it
    about   the limits and areas concerned: (title, area)
    over    there is nothing left to answer, and why; empty if there is
    spoken  the language in which it is said
    """

    label: str
    about: tuple[tuple[str, str], ...]
    over: str
    spoken: Language


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer did, one item per episode, policy or area; nothing if there was nothing left to do.

    `text` says it to the person, one or two sentences.
    """

    done: tuple[ReplyEffect, ...]
    text: str


@dataclass(frozen=True, slots=True)
class _Read:
    """A token that was read: who asks for what, of which episodes, in their language."""

    request: Request
    user: UserRow
    named: Named
    spoken: Language

    @property
    def still(self) -> Named:
        """Those that can still be answered."""
        return [(subject, episode) for subject, episode in self.named if replies.answerable(episode)]


def question(token: str, now: datetime, settings: Settings, spoken: Language | None = None) -> Question:
    """What a token stands for; changes nothing. WrongInput as for `answer`.

    `spoken` is the language in which to say it, that of the user unless given.
    """
    found = _read(token, now, settings, spoken)
    titles = [(_title(episode, found.spoken), subject.key) for subject, episode in found.named]
    over = "" if found.still else found.spoken.say(OVER)
    named = [episode for _, episode in found.named]
    return Question(
        label=label(found.request.reply, named, found.request.days, settings, found.spoken),
        about=tuple(dict.fromkeys(titles)),
        over=over,
        spoken=found.spoken,
    )


def answer(token: str, now: datetime, settings: Settings, spoken: Language | None = None) -> Answer:
    """Do what a token stands for; twice is once. To be called in no transaction: rescans need several.

    What is owed to the queues then is sent by the caller, or by the next tick.

    WrongInput for a token that is forged, expired or of another service. What has ended meanwhile, was answered
    before or may not be answered so leads to an answer that says so, and changes nothing.
    """
    found = _read(token, now, settings, spoken)
    if not found.still:
        return Answer((), found.spoken.say(OVER))
    return _do(found, settings, now)


def _read(token: str, now: datetime, settings: Settings, spoken: Language | None) -> _Read:
    request = tokens.read(token, settings.signing, now)
    user = UserRow.get_or_none(UserRow.name == request.user)
    named = [] if user is None else episode_rows.of(user, request.episodes)
    if user is None or not named or len(named) != len(set(request.episodes)):
        raise WrongInput(FORGOTTEN)
    return _Read(request, user, named, spoken or language_of(user, settings, pages=True))


def _do(found: _Read, settings: Settings, now: datetime) -> Answer:
    match found.request.reply:
        case Reply.SEEN:
            return _see(found, now)
        case Reply.PUT_OFF:
            return _put_off(found, now)
        case Reply.MUTED:
            return _mute(found, settings, now)
        case Reply.UNMUTED:
            return _unmute(found, now)
        case Reply.RESCAN:
            return _rescan(found, settings, now)
        case Reply.MOVES | Reply.NOT_NEEDED | Reply.STAYS:
            return _decide(found, now)


def _see(found: _Read, now: datetime) -> Answer:
    new = [episode for _, episode in found.still if replies.acknowledge(episode) != episode]
    if not new:
        return _already(found)
    done = listen.acknowledge(found.user, _about(new), By.PERSON, now)
    return Answer(tuple(done), found.spoken.say("Thank you. You hear of it again only if it gets worse."))


def _decide(found: _Read, now: datetime) -> Answer:
    """Keep what a person says of the data; who thinks again may say something else."""
    decision = found.request.reply
    asked = [episode for _, episode in found.still if replies.asks(episode)]
    if not asked:
        return Answer((), found.spoken.say(OVER))
    new = [episode for episode in asked if not _is_last(decision, episode)]
    if not new:
        return _already(found)
    done = listen.decide(found.user, _about(new), decision, By.PERSON, now)
    kept = found.spoken.say("Thank you, that is noted. You hear of it again only if it gets worse.")
    if decision is Reply.MOVES:
        places = dict.fromkeys(harmless(episode.finding.move_to) for episode in new)
        room = found.spoken.say("There is room: {place}.", place="; ".join(places))
        return Answer(tuple(done), f"{kept} {room}")
    if decision is Reply.STAYS:
        asks = found.spoken.say(
            "Whether it can stay longer is for those who run the service: ask them for it."
        )
        return Answer(tuple(done), f"{kept} {asks}")
    return Answer(tuple(done), kept)


def _put_off(found: _Read, now: datetime) -> Answer:
    new = [episode for _, episode in found.still if episode.acknowledged or not episode.quiet(now)]
    if not new:
        return _already(found)
    free = [episode for episode in new if episode.snoozes < SNOOZES]
    if not free:
        return Answer(
            (), found.spoken.say("This was put off twice already, which is as often as one may. You can still say "
                                 "that you have seen it.")
        )  # fmt: skip
    until = in_days(found.request.days, now)
    done = listen.put_off(found.user, _about(free), until, By.PERSON, now)
    moment = found.spoken.moment(until)
    text = found.spoken.say("You hear of it again from {moment}, or if it gets worse.", moment=moment)
    return Answer(tuple(done), text)


def _mute(found: _Read, settings: Settings, now: datetime) -> Answer:
    done = [
        effect for policy in _policies(found) for effect in listen.mute(found.user, policy, By.PERSON, now)
    ]
    if settings.messages.mute_over:
        text = found.spoken.say("You hear no more about your {limits}.", limits=_listed(found))
    else:
        text = found.spoken.say(
            "You hear no more about your {limits}, unless you pass it.", limits=_listed(found)
        )
    return Answer(tuple(done), text)


def _unmute(found: _Read, now: datetime) -> Answer:
    done = [
        effect for policy in _policies(found) for effect in listen.unmute(found.user, policy, By.PERSON, now)
    ]
    return Answer(tuple(done), found.spoken.say("You hear about your {limits} again.", limits=_listed(found)))


def _rescan(found: _Read, settings: Settings, now: datetime) -> Answer:
    of_subjects = areas.of_subjects(subject.id for subject, _ in found.still).values()
    wanted = [area for area in of_subjects if area.volume not in settings.surveyed]
    if found.still and not wanted:
        return Answer((), found.spoken.say(replies.SURVEYED))
    due = [replies.next_rescan(area.rescan_asked_at, now) for area in wanted]
    if not wanted or min(due) > now:
        soonest = found.spoken.moment(min(due, default=now))
        return Answer(
            (),
            found.spoken.say(
                "A scan was asked for less than an hour ago; again from {moment}.", moment=soonest
            ),
        )
    done = listen.rescan(found.user, wanted, settings.scan.clock, By.PERSON, now)
    return Answer(tuple(done), found.spoken.say("Your area is measured again, before all others."))


def _policies(found: _Read) -> tuple[str, ...]:
    return tuple(dict.fromkeys(episode.policy for _, episode in found.still))


def _title(episode: Episode, spoken: Language) -> str:
    return spoken.term(harmless(episode.finding.title))


def _listed(found: _Read) -> str:
    """The limits concerned: "hard quota and temporal quota"."""
    return found.spoken.listed(dict.fromkeys(_title(episode, found.spoken) for _, episode in found.still))


def _already(found: _Read) -> Answer:
    """Who answered before, and what."""
    rows = [
        row
        for _, episode in found.still
        if episode.id is not None and (row := _last_reply(episode.id)) is not None
    ]
    if not rows:
        return Answer((), found.spoken.say("This was answered already."))
    last = max(rows, key=lambda row: row.id)
    what = found.spoken.term(SHOWN_AS.get(EventKind(last.kind), last.kind))
    return Answer(
        (), found.spoken.say("This was answered already, {moment}: {what}.",
                             moment=found.spoken.moment(last.at), what=what)
    )  # fmt: skip


def _last_reply(episode: int) -> EventRow | None:
    """The last time when somebody answered of an episode, and what."""
    answers = events.of_episode(episode, tuple(SHOWN_AS))
    return answers[-1] if answers else None


def _is_last(reply: Reply, episode: Episode) -> bool:
    """Whether this was the last answer, and still holds."""
    last = None if episode.id is None else _last_reply(episode.id)
    return episode.acknowledged and last is not None and last.kind == reply


def _about(chosen: list[Episode]) -> About:
    return About(ids={episode.id for episode in chosen if episode.id is not None})
