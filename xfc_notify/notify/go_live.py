"""From shadow mode to live: what would be said first, and the step itself."""

from dataclasses import dataclass
from datetime import datetime

from xfc_notify.domain import Message
from xfc_notify.notify import episode_rows, reply_rows
from xfc_notify.notify.compose import as_it_stands, compose
from xfc_notify.notify.told import counted_as_told, untold
from xfc_notify.people import users
from xfc_notify.plugins.service import Service
from xfc_notify.states import EventKind
from xfc_notify.store import marks
from xfc_notify.store.database import db


@dataclass(frozen=True, slots=True)
class FirstMessage:
    """A message that going live would send first. `reachable`: whether some plugin has an address for it."""

    message: Message
    reachable: bool


def first_messages(service: Service, now: datetime) -> list[FirstMessage]:
    """What everybody would be told first; writes nothing."""
    firsts = []
    for user in episode_rows.users_with_unsettled():
        if not user.notify:
            continue
        unheard = [(subject, untold(episode)) for subject, episode in episode_rows.unsettled(user)]
        unheard = [(subject, episode) for subject, episode in unheard if not episode.settled]
        muted, rules = reply_rows.muted_by(user), service.settings.messages
        # What was measured long ago is measured again before it is said.
        about = as_it_stands(unheard, rules, now, muted)
        if any(item.line.reason for item in about):
            message = compose(user, about, service.settings, now)
            firsts.append(FirstMessage(message, bool(service.plugins.addresses(message, users.person(user)))))
    return firsts


def go_live(now: datetime, *, only_changes: bool) -> bool:
    """Let messages be sent from now on; False if they are already.

    What was told in shadow mode reached nobody: every open episode is due to be told. With `only_changes` what
    stands counts as told.
    """
    with db.atomic():
        if not marks.put_first(marks.LIVE, now):
            return False
        for user in episode_rows.users_with_unsettled():
            for subject, episode in episode_rows.unsettled(users.locked(user)):
                known = counted_as_told(episode, now) if only_changes else untold(episode)
                episode_rows.save(subject, known)
                if only_changes:
                    what = "counts as told: the service went live"
                    episode_rows.note(subject, known, EventKind.KNOWN, what, now)
    return True
