"""The conversation with a person, step by step, as the service holds it and `simulate` replays it. Pure.

A judgement moves the episodes of a subject (`moves`), `rules.decide` says what is due to its owner, and what they
were told is kept in the episodes (`heard`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from xfc_notify.domain import Episode
from xfc_notify.notify.episodes import Change, resumed, step, told, withdrawn
from xfc_notify.notify.rules import Line
from xfc_notify.plugins import Judgement


@dataclass(frozen=True, slots=True)
class Move:
    """An episode after a judgement, and what changed.

    takes_over  the ended episode, settled now, in whose place this one goes on: its end was not yet told
    """

    episode: Episode
    change: Change
    takes_over: Episode | None = None


def moves(
    judgement: Judgement,
    unsettled: Sequence[Episode],
    complete: bool,
    now: datetime,
    *,
    doubted: bool = False,
) -> Iterator[Move]:
    """What a judgement does to the episodes of a subject: those that stand, by their order, then new ones.

    A policy that failed leaves its episodes as they are; those of one that is no longer asked are withdrawn.
    `unsettled` holds all episodes of the subject that are open, or whose end is still to be told; `complete` and
    `doubted` are as in `step`.
    """
    findings = {(verdict.plugin, verdict.policy): verdict.finding for verdict in judgement.verdicts}
    standing = {_key(episode): episode for episode in unsettled if episode.ended_at is None}
    unsaid = {_key(episode): episode for episode in unsettled if episode.ended_at is not None}
    for key in [*standing, *(key for key in findings if key not in standing)]:
        plugin, policy = key
        episode = standing.get(key)
        if plugin in judgement.failed:
            continue
        if episode is not None and plugin not in judgement.asked:
            yield Move(withdrawn(episode, now), Change.WITHDRAWN)
            continue
        moved = step(episode, plugin, policy, findings.get(key), complete, now, doubted=doubted)
        if moved is None:
            continue
        if moved.change is Change.BEGAN and (ended := unsaid.get(key)) is not None:
            yield Move(resumed(moved.episode, ended), moved.change, takes_over=replace(ended, settled=True))
        else:
            yield Move(moved.episode, moved.change)


def spoken_of(line: Line) -> bool:
    """Whether a message mentions this: what is due, and what stands beside it; what is doubted may stand no more."""
    episode = line.episode
    return line.reason is not None or (episode.ended_at is None and not episode.doubted)


def heard(line: Line, at: datetime, thread: str) -> Episode:
    """The episode after a message that spoke of it; one that was not due counts as told too: the reader has seen it."""
    return told(line.episode, line.reason, at, thread)


def _key(episode: Episode) -> tuple[str, str]:
    return episode.plugin, episode.policy
