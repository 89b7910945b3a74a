"""Rules of how many copies a dataset should have, and in which stores; what falls short is made, or told.

Copies count by store, since what takes one away takes all of them. A store that is away keeps its copies.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from xfc_notify.datasets import choosing, replicas, upkeep
from xfc_notify.datasets.errors import DatasetError
from xfc_notify.datasets.settings import Rule
from xfc_notify.datasets.states import Command, DatasetState, ReplicaState
from xfc_notify.datasets.stores import Stores, by_nearness
from xfc_notify.datasets.tables import DatasetRow, JournalRow, ReplicaRow
from xfc_notify.settings import StoreTable

COUNTED = (ReplicaState.GOOD, ReplicaState.UNVERIFIED, ReplicaState.ARRIVING)
"""Copies that are not known to be bad, and do not go."""


@dataclass(frozen=True, slots=True)
class Short:
    """A dataset with fewer copies than a rule says: `copies` of `wanted` in stores that fit, and why it has no more."""

    dataset: str
    group: str
    copies: int
    wanted: int
    among: tuple[str, ...]
    why: str


def make_short(stores: Stores, rules: Sequence[Rule], now: datetime) -> int:
    """Order the copies that are missing, so many as may be under way; how many."""
    made, room = 0, upkeep.room_for(Command.COPY)
    for rule in rules:
        for dataset, _ in _falling_short(stores, rule):
            if made >= room:
                return made
            if _has_open(dataset) is None and _failed_lately(dataset, now) is None:
                target, _ = _place(stores, rule, dataset)
                if target is not None:
                    made += upkeep.order(
                        stores, Command.COPY, dataset.uid, {"old_root": None, "new_root": target}, now
                    )
    return made


def short(stores: Stores, rules: Sequence[Rule], now: datetime) -> list[Short]:
    """What falls short of the rules now, and why."""
    return [
        Short(dataset.uid, dataset.group, count, rule.copies, rule.among, _why(stores, rule, dataset, now))
        for rule in rules
        for dataset, count in _falling_short(stores, rule)
    ]


def _falling_short(stores: Stores, rule: Rule) -> Iterator[tuple[DatasetRow, int]]:
    """The datasets of a rule with too few copies, the oldest first, and how many each has."""
    fit = [store.name for store in stores.all if rule.fits(store)]
    counted = (
        ReplicaRow.select(ReplicaRow.dataset, fn.COUNT(fn.DISTINCT(ReplicaRow.store)).alias("number"))
        .where(ReplicaRow.state.in_(COUNTED), ReplicaRow.store.in_(fit))
        .group_by(ReplicaRow.dataset)
    )
    number = fn.COALESCE(counted.c.number, 0)
    rows = (
        DatasetRow.select(DatasetRow, number.alias("number"))
        .join(counted, JOIN.LEFT_OUTER, on=(DatasetRow.uid == counted.c.dataset_id))
        .where(DatasetRow.state == DatasetState.KEPT, number < rule.copies)
    )
    if rule.group != "*":
        rows = rows.where(DatasetRow.group == rule.group)
    found: Any = rows.order_by(DatasetRow.registered_at, DatasetRow.uid).objects()
    for row in list(found):
        yield row, int(row.number)


def _why(stores: Stores, rule: Rule, dataset: DatasetRow, now: datetime) -> str:
    under_way = _has_open(dataset)
    if under_way is not None:
        return f"{under_way.command} is under way{f': {under_way.outcome}' if under_way.outcome else ''}"
    failed = _failed_lately(dataset, now)
    if failed is not None:
        return f"the last copy failed: {failed.outcome}"
    target, why = _place(stores, rule, dataset)
    return why if target is None else f"a copy to {target} will be ordered"


def _has_open(dataset: DatasetRow) -> JournalRow | None:
    return JournalRow.get_or_none(JournalRow.dataset == dataset.uid, JournalRow.ended_at.is_null())


def _failed_lately(dataset: DatasetRow, now: datetime) -> JournalRow | None:
    """The copy that failed less than a day ago: it is not tried again before."""
    rows = JournalRow.select().where(
        JournalRow.dataset == dataset.uid, JournalRow.command == Command.COPY, ~JournalRow.success,
        JournalRow.began_at > now - upkeep.AGAIN,
    )  # fmt: skip
    last: JournalRow | None = rows.order_by(JournalRow.began_at.desc()).first()
    return last


def _place(stores: Stores, rule: Rule, dataset: DatasetRow) -> tuple[str | None, str]:
    """Where the next copy goes, or why it can go nowhere."""
    try:
        source = choosing.nearest(stores, dataset.uid)
    except DatasetError as error:
        return None, error.what
    size = replicas.sizes([source.id]).get(source.id, 0)
    taken = {copy.store for copy in replicas.of(dataset.uid)}
    why = []
    for store in by_nearness([store for store in stores.all if rule.fits(store) and store.name not in taken]):
        lacking = _lacks(stores, store, size)
        if not lacking:
            return f"{store.name}:{source.root}", ""
        why.append(lacking)
    return None, "; ".join(why) or f"there is no other store among {', '.join(rule.among)}"


def _lacks(stores: Stores, store: StoreTable, size: int) -> str:
    """Why a store cannot take so many bytes; "" if it can, as far as it tells."""
    try:
        with stores.opened(store.name):
            if not store.is_local:
                return ""
            found = os.statvfs(store.path)
    except (DatasetError, OSError) as error:
        return str(error)
    return "" if found.f_bavail * found.f_frsize > size else f"store {store.name} has no room for it"
