"""The conversation with a person, step by step, as the service holds it and `simulate` replays it. Pure.

A judgement moves the episodes of a subject (`moves`), `rules.decide` says what is due to its owner, and what they
were told is kept in the episodes (`heard`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from xfc_notify.domain import Finding
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.episodes import (
    Change,
    Measurement,
    Step,
    may_resume,
    resumed,
    seen_again,
    step,
    withdrawn,
)
from xfc_notify.notify.rules import Line
from xfc_notify.notify.told import told
from xfc_notify.plugins import Judgement

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Move:
    """An episode after a judgement, and what changed."""

    episode: Episode
    change: Change


def moves(
    judgement: Judgement, known: Sequence[Episode], measured: Measurement, now: datetime
) -> Iterator[Move]:
    """What a judgement does to the episodes of a subject: those that are known, by their order, then new ones.

    A policy that failed leaves its episodes as they are; those of one that is no longer asked are withdrawn.
    `known` holds the episodes of the subject that are open, whose end is still to be told, or that ended within a
    week.
    """
    findings = {(verdict.plugin, verdict.policy): verdict.finding for verdict in judgement.verdicts}
    last = {_key(episode): episode for episode in sorted(known, key=_recency)}
    for key in [*last, *(key for key in findings if key not in last)]:
        plugin, _ = key
        episode = last.get(key)
        if plugin in judgement.failed:
            continue
        if plugin not in judgement.asked:
            if episode is not None and not episode.settled:
                yield Move(withdrawn(episode, now), Change.WITHDRAWN)
            continue
        moved = _moved(episode, key, findings.get(key), measured, now)
        if moved is not None:
            yield Move(moved.episode, moved.change)


def spoken_of(line: Line) -> bool:
    """Whether a message mentions this: what is due, and what stands beside it and was seen lately."""
    return line.reason is not None or line.beside


def heard(line: Line, at: datetime, thread: str) -> Episode:
    """The episode after a message that spoke of it; one that was not due counts as told too: the reader has seen it."""
    return told(line.episode, line.reason, at, thread)


def _moved(
    episode: Episode | None, key: Key, finding: Finding | None, measured: Measurement, now: datetime
) -> Step | None:
    if episode is None or episode.ended_at is None:
        return step(episode, *key, finding, measured, now)
    begins = step(None, *key, finding, measured, now)
    if begins is not None:
        return resumed(episode, begins.episode.finding, measured, now) if may_resume(episode, now) else begins
    return None if episode.settled else Step(seen_again(episode, finding, measured), Change.STAYS)


def _recency(episode: Episode) -> tuple[bool, datetime]:
    return episode.ended_at is None, episode.ended_at or episode.began_at


def _key(episode: Episode) -> Key:
    return episode.plugin, episode.policy
