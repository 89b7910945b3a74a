"""4. Listen: takes what was answered, and keeps it.

Each function is given the user and who answered (`By`), and returns what it did, an item per episode or area.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from xfc_notify.areas import scans
from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import Level
from xfc_notify.errors import WrongInput
from xfc_notify.notify import episode_rows, reply_rows
from xfc_notify.notify import replies as rules
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.replies import By, Reply
from xfc_notify.people import events, subjects, users
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.plugins.ask import Plugins
from xfc_notify.states import EventKind
from xfc_notify.store.database import db
from xfc_notify.units import at
from xfc_notify.usage import Clock


@dataclass(frozen=True, slots=True)
class ReplyEffect:
    """What an answer did.

    area    its path, as tables show it; None for what concerns all areas of the user
    policy  None for what concerns all policies
    level   where the episode stands; None without one
    until   until when it is put off
    """

    reply: Reply
    user: str
    area: str | None = None
    policy: str | None = None
    level: Level | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class About:
    """Which episodes an answer is about: one policy's, those named by id, or all."""

    policy: str | None = None
    ids: Collection[int] | None = None

    def includes(self, episode: Episode) -> bool:
        """Whether it is about this one."""
        return (self.policy is None or episode.policy == self.policy) and (
            self.ids is None or episode.id in self.ids
        )


def acknowledge(user: UserRow, about: About, by: By, now: datetime) -> list[ReplyEffect]:
    """Record that these episodes were seen; WrongInput if there is nothing to answer."""
    return _answer(user, about, Reply.SEEN, rules.acknowledge, by, now)


def decide(user: UserRow, about: About, decision: Reply, by: By, now: datetime) -> list[ReplyEffect]:
    """Record what becomes of the data, as their person says: nothing is done to them. It answers no episode but those
    that ask for it. WrongInput as `acknowledge`."""
    return _answer(user, about, decision, rules.acknowledge, by, now, rules.asks)


def put_off(user: UserRow, about: About, until: datetime, by: By, now: datetime) -> list[ReplyEffect]:
    """Put these episodes off: all or none. WrongInput if there is none, or for what `replies.put_off` refuses."""
    return _answer(user, about, Reply.PUT_OFF, lambda episode: rules.put_off(episode, until, now), by, now)


def mute(user: UserRow, policy: str, by: By, now: datetime) -> list[ReplyEffect]:
    """Tell nothing more about a policy, unless its limit is passed; nothing if it is muted already."""
    with db.atomic():
        user = users.locked(user)
        if not reply_rows.mute(user, policy, now):
            return []
        return [_note_policy(user, Reply.MUTED, policy, by, now)]


def unmute(user: UserRow, policy: str, by: By, now: datetime) -> list[ReplyEffect]:
    """Speak of a policy again; nothing if it was not muted."""
    with db.atomic():
        user = users.locked(user)
        if not reply_rows.unmute(user, policy):
            return []
        return [_note_policy(user, Reply.UNMUTED, policy, by, now)]


def refuse_unknown(policy: str, user: UserRow, plugins: Plugins) -> None:
    """WrongInput for a policy that is no plugin's, and that has never had anything to say to this user."""
    known = {plugin.name for plugin in plugins.having("evaluate")} | reply_rows.policies_known(user)
    if policy not in known:
        raise WrongInput(f"There is no policy {policy}.", f"Known: {', '.join(sorted(known)) or 'none'}")


def rescan(
    user: UserRow,
    wanted: Sequence[AreaRow],
    clock: Clock,
    by: By,
    now: datetime,
    surveyed: Collection[str] = (),
) -> list[ReplyEffect]:
    """Scan these areas of a user before all others, those that were not asked for within the hour.

    What was acknowledged in them counts as open again, so that the good news is told. WrongInput if there is none
    that may be scanned now: those on volumes that are surveyed wait for the next data of wrstat.
    """
    if not wanted:
        raise WrongInput(f"{user.name} has no area that could be scanned.")
    wanted = [area for area in wanted if area.volume not in surveyed]
    if not wanted:
        raise WrongInput(rules.SURVEYED)
    chosen = [area for area in wanted if reply_rows.ask_rescan(area, rules.RESCAN_EVERY, now)]
    if not chosen:
        soonest = min(rules.next_rescan(area.rescan_asked_at, now) for area in wanted)
        raise WrongInput(
            f"A scan for {user.name} was asked for less than an hour ago; again from {soonest:%H:%M} UTC."
        )
    # Not in one transaction with what follows: a result that is being recorded locks the scan first, then the user.
    scans.hasten([area.id for area in chosen], clock, now)
    ids = {area.subject_id for area in chosen}
    with db.atomic():
        user = users.locked(user)
        for subject, episode in episode_rows.unsettled(user):
            if subject.id in ids and episode.ended_at is None:
                _note(subject, episode_rows.save(subject, rules.reopened(episode)), Reply.RESCAN, by, now)
    return [ReplyEffect(Reply.RESCAN, user.name, area.path) for area in chosen]


def _answer(
    user: UserRow,
    about: About,
    reply: Reply,
    change: Callable[[Episode], Episode],
    by: By,
    now: datetime,
    concerns: Callable[[Episode], bool] = lambda _: True,
) -> list[ReplyEffect]:
    with db.atomic():
        user = users.locked(user)
        unsettled = episode_rows.unsettled(user)
        chosen = [
            (subject, episode)
            for subject, episode in unsettled
            if rules.answerable(episode) and about.includes(episode) and concerns(episode)
        ]
        if not chosen:
            of = f" of {about.policy}" if about.policy else ""
            raise WrongInput(
                f"There is nothing to answer for {user.name}{of}: nothing that was told is open.",
                f"See: xfc-notify explain {user.name}",
            )
        changed = [(subject, change(episode)) for subject, episode in chosen]
        for subject, episode in changed:
            until = f", until {at(episode.quiet_until)} UTC" if episode.quiet_until else ""
            episode_rows.save(subject, episode)
            _note(subject, episode, reply, f"{by}{until}", now)
        return [
            ReplyEffect(reply, user.name, subject.key, episode.policy, episode.level, episode.quiet_until)
            for subject, episode in changed
        ]


def _note_policy(user: UserRow, reply: Reply, policy: str, by: By, now: datetime) -> ReplyEffect:
    """Keep it with the open episodes of the policy, or if there are none, with all that the user answers for."""
    concerned = [
        (subject, episode)
        for subject, episode in episode_rows.unsettled(user)
        if episode.policy == policy and episode.ended_at is None
    ]
    for subject, episode in concerned:
        _note(subject, episode, reply, by, now)
    for subject in () if concerned else subjects.of_user(user):
        events.note(subject, EventKind(reply), by, now, policy=policy)
    return ReplyEffect(reply, user.name, policy=policy)


def _note(subject: SubjectRow, episode: Episode, reply: Reply, what: str, now: datetime) -> None:
    """Keep an answer. The reasons for silence so far no longer hold; the next tick finds the new ones."""
    episode_rows.note(subject, episode, EventKind(reply), what, now)
    episode_rows.note_silence([(episode, "")])
