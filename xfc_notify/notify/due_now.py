"""Whom `tick` has to speak to: found by a few queries for all, not by some for each.

What the database says of an episode tells most of those that have nothing due; what is left is decided by the rules
themselves, and only those are locked and spoken to of whom they say something new.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from xfc_notify.domain import CLOCK_SKEW, Level
from xfc_notify.notify import episode_rows, reply_rows
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.rules import decide
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.outbox.messages import said_to_many
from xfc_notify.people import users
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.settings import Messages, Settings

Candidate = tuple[Episode, str]
"""An episode of which something may be due, and why nothing was said of it."""


def users_to_speak_to(settings: Settings, now: datetime) -> list[UserRow]:
    """Everybody to whom something must be said now, or of whose silence the reason has changed."""
    candidates, unreadable = _candidates(settings.messages, now)
    muted = reply_rows.all_muted()
    said = said_to_many(candidates, settings, now)
    chosen = [
        user
        for user, episodes in candidates.items()
        if _has_news(episodes, said.get(user, ()), settings.messages, now, muted.get(user, ()))
    ]
    return users.by_ids(unreadable.union(chosen))


def users_to_escalate(rules: Messages) -> list[UserRow]:
    """Everybody of whom something may have to be passed on: over a limit, and reminded often enough."""
    is_due = (EpisodeRow.level == int(Level.OVER)) & (EpisodeRow.repeats >= rules.escalate_after)
    query = EpisodeRow.select(SubjectRow.user).join(SubjectRow).distinct()
    found: Any = query.where(~EpisodeRow.settled, EpisodeRow.ended_at.is_null(), is_due).tuples()
    return users.by_ids([user for (user,) in found])


def _has_news(
    candidates: Sequence[Candidate],
    said: Sequence[Any],
    rules: Messages,
    now: datetime,
    muted: Collection[str],
) -> bool:
    try:
        decision = decide([episode for episode, _ in candidates], said, rules, now, muted)
    except Exception:  # noqa: BLE001 - to speak to them will fail, for them alone, and be logged
        return True
    if decision.speaks or any(line.stale_since is not None for line in decision.lines):
        return True
    return any(line.silence != before for line, (_, before) in zip(decision.lines, candidates, strict=True))


def _candidates(rules: Messages, now: datetime) -> tuple[Mapping[int, list[Candidate]], set[int]]:
    """User → episodes of which the rules may say something new: all but those that stand as they were told.

    And the users of episodes that cannot be read: to speak to them will fail, for them alone, and be logged.
    """
    soonest = min(*rules.repeat_over, *rules.repeat_warning)
    may_be_reminded = (EpisodeRow.level >= int(Level.WARNING)) & (EpisodeRow.told_at <= now - soonest)
    milestone = EpisodeRow.milestone.is_null(False) & (
        EpisodeRow.told_milestone.is_null() | (EpisodeRow.milestone < EpisodeRow.told_milestone)
    )
    may_speak = (
        EpisodeRow.ended_at.is_null(False)
        | EpisodeRow.told_at.is_null()
        | EpisodeRow.told_level.is_null()
        | (EpisodeRow.level > EpisodeRow.told_level)
        | (EpisodeRow.told_at > now + CLOCK_SKEW)
        | EpisodeRow.obscured_since.is_null(False)
        | may_be_reminded
        | milestone
    )
    waited = EpisodeRow.silence.contains(", but ")
    may_be_silent_otherwise = (EpisodeRow.silence == "") | waited | (EpisodeRow.quiet_until <= now)
    query = (
        EpisodeRow.select(EpisodeRow, SubjectRow.user)
        .join(SubjectRow)
        .where(~EpisodeRow.settled, may_speak | may_be_silent_otherwise)
        .order_by(EpisodeRow.id)
    )
    found: dict[int, list[Candidate]] = defaultdict(list)
    unreadable = set()
    for row in query.iterator():
        try:
            found[row.subject.user_id].append((episode_rows.episode(row), row.silence))
        except Exception:  # noqa: BLE001 - of one episode, which keeps nobody else's back
            unreadable.add(row.subject.user_id)
    return found, unreadable
