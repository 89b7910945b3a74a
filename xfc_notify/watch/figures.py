"""Counts and times that show how the service is doing. Each is read from an index, however large the tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import SQL, fn

from xfc_notify.areas.scans import count_open, is_last_failure
from xfc_notify.areas.tables import AreaRow, ScanRow, SliceRow
from xfc_notify.domain import Level
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.store import marks

_ALL = SQL("*")
_OWED = SQL("state IN ('queued', 'sending', 'retry')")
"""Written out, as all conditions here that a partial index has to be known to fit."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How the service is doing.

    areas        (volume, level) → areas, as of their last whole scan; level None: never scanned
    oldest       volume → as of when that area was scanned that was scanned longest ago
    failed       volume → areas whose last scan failed
    incomplete   volume → areas whose last whole scan could not read everything
    slices       waiting for room, under way, or late: not answered within their lease → slices
    episodes     (policy, level) → open episodes
    deliveries   state → deliveries
    owed_since   when the oldest message was written that is still to be delivered
    held         messages that wait for an operator
    ticked       when a tick last did all that was due
    """

    areas: Mapping[tuple[str, Level | None], int]
    oldest: Mapping[str, datetime]
    failed: Mapping[str, int]
    incomplete: Mapping[str, int]
    open_scans: int
    slices: Mapping[str, int]
    episodes: Mapping[tuple[str, Level], int]
    deliveries: Mapping[str, int]
    owed_since: datetime | None
    held: int
    ticked: datetime | None


def figures(now: datetime) -> Figures:
    """How the service is doing now."""
    areas: dict[tuple[str, Level | None], int] = {}
    oldest: dict[str, datetime] = {}
    for volume, level, count, since in _standing():
        areas[volume, None if level is None else Level(level)] = count
        if since is not None:
            oldest[volume] = min(since, oldest.get(volume, since))
    return Figures(
        areas=areas,
        oldest=oldest,
        failed=_by_volume(ScanRow.select().join(AreaRow).where(is_last_failure())),
        incomplete=_by_volume(
            ScanRow.select().join(AreaRow).where(SQL("NOT complete"), AreaRow.last_scan == ScanRow.id)
        ),
        open_scans=count_open(),
        slices=_slices(now),
        episodes=_open_episodes(),
        deliveries=dict(_counted(DeliveryRow.select(), DeliveryRow.state)),
        owed_since=_owed_since(),
        held=int(MessageRow.select().where(SQL("mode = 'held'")).count()),
        ticked=marks.at(marks.TICKED),
    )


def _standing() -> Any:
    """(volume, level, areas, the oldest of their last scans)"""
    counted = AreaRow.select(AreaRow.volume, AreaRow.level, fn.COUNT(_ALL), fn.MIN(AreaRow.last_scanned))
    return counted.where(AreaRow.gone_at.is_null()).group_by(AreaRow.volume, AreaRow.level).tuples()


def _slices(now: datetime) -> dict[str, int]:
    leased = SliceRow.lease_until
    states = {"waiting": leased.is_null(), "under way": leased > now, "late": leased <= now}
    return {state: int(SliceRow.select().where(which).count()) for state, which in states.items()}


def _open_episodes() -> dict[tuple[str, Level], int]:
    open_ones = EpisodeRow.select().where(SQL("ended_at IS NULL"))
    return {
        (policy, Level(level)): n
        for policy, level, n in _counted(open_ones, EpisodeRow.policy, EpisodeRow.level)
    }


def _owed_since() -> datetime | None:
    owed = MessageRow.select(fn.MIN(MessageRow.created_at)).join(DeliveryRow).where(_OWED)
    first: datetime | None = owed.scalar()
    return first


def _by_volume(scans: Any) -> dict[str, int]:
    return dict(_counted(scans, AreaRow.volume))


def _counted(query: Any, *by: Any) -> Any:
    return query.select(*by, fn.COUNT(_ALL)).group_by(*by).tuples()
