"""What is done for datasets without being asked: copies are verified again after a while.

It is a command that workers carry out, and waits for nobody: what a person asks of the same dataset goes first.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import fn

from xfc_notify.datasets import ordering, replicas
from xfc_notify.datasets.errors import DatasetError
from xfc_notify.datasets.states import Command, ReplicaState
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import JournalRow, ReplicaRow
from xfc_notify.errors import WrongInput

AT_ONCE = 10
"""Commands of a kind that may be open: a tick orders no more than that."""
AGAIN = timedelta(days=1)
"""After which what failed, or gave way, is ordered again."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def verify_due(stores: Stores, every: timedelta, now: datetime) -> int:
    """Order the verification of the copies that were verified longest ago, and longer ago than this; how many.

    What is in a store that is away stays as it was.
    """
    verified = fn.COALESCE(ReplicaRow.verified_at, _NEVER)
    due = ReplicaRow.select().where(
        ReplicaRow.state.in_([ReplicaState.GOOD, ReplicaState.UNVERIFIED]),
        verified < now - every,
        ReplicaRow.store.in_(seen(stores)),
        ReplicaRow.dataset.not_in(busy(Command.VERIFY, now)),
    )
    found = due.order_by(verified, ReplicaRow.id).limit(room_for(Command.VERIFY))
    return sum(
        order(stores, Command.VERIFY, it.dataset_id, {"root": replicas.where(it)}, now) for it in found
    )


def room_for(command: Command) -> int:
    """How many more commands of this kind may be ordered now."""
    rows = JournalRow.select().where(
        JournalRow.ordered, JournalRow.ended_at.is_null(), JournalRow.command == command
    )
    return max(0, AT_ONCE - int(rows.count()))


def busy(command: Command, now: datetime) -> Any:
    """The datasets that are being worked on, or for which this was begun lately: a query."""
    lately = (JournalRow.command == command) & (JournalRow.began_at > now - AGAIN)
    return JournalRow.select(JournalRow.dataset).where(JournalRow.ended_at.is_null() | lately)


def seen(stores: Stores) -> Sequence[str]:
    """The stores that are there. Where none is, this host may be one that has none mounted: workers will see."""
    found = []
    for store in stores.all:
        try:
            with stores.opened(store.name):
                found.append(store.name)
        except DatasetError:
            continue
    return found or [store.name for store in stores.all]


def order(stores: Stores, command: Command, uid: str, asked: dict[str, object], now: datetime) -> bool:
    """Whether it could be ordered: somebody may have begun something with the dataset meanwhile."""
    try:
        ordering.order(stores, command, uid, {**asked, "due": True}, now)
    except (DatasetError, WrongInput):
        return False
    return True
