"""The end of the bin: the copies that people agreed to lose are removed by workers of datasets, with their journal.

Nothing is removed here: one copy after the other is ordered, and what became of the order is noted. By their ids, never
by a name that is found: a copy that came later was agreed by nobody, and then nothing goes.
"""

import logging
from datetime import datetime

from xfc_notify.datasets import carrying, journal, ordering, replicas
from xfc_notify.datasets.states import Command
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import JournalRow, ReplicaRow
from xfc_notify.errors import XfcNotifyError
from xfc_notify.lifecycle import lives
from xfc_notify.lifecycle.course import after_attempt
from xfc_notify.lifecycle.letter import name_of
from xfc_notify.lifecycle.life import Event, Life
from xfc_notify.lifecycle.lives import Held
from xfc_notify.lifecycle.notices import parked_message
from xfc_notify.lifecycle.states import Happening, Phase
from xfc_notify.lifecycle.tables import LifeRow
from xfc_notify.outbox.send import send_to_operators
from xfc_notify.plugins.service import Service

log = logging.getLogger(__name__)


def remove_all(service: Service, now: datetime) -> int:
    """Let what has left the bin, and is not parked, be removed; how many datasets are gone."""
    rows = LifeRow.select(LifeRow.dataset).where(LifeRow.phase == Phase.REMOVING, ~LifeRow.parked)
    return sum(remove(row.dataset, service, now) for row in rows.order_by(LifeRow.dataset))


def remove(uid: str, service: Service, now: datetime) -> bool:
    """Order the removal of the next copy, or note how it ended; whether the dataset is gone. In no transaction.

    What fails is ordered again later, and then parked.
    """
    life = lives.known(uid)
    stores = Stores.of(service.settings)
    if life.ordered and not _has_ended(life.ordered, stores, now):
        return False
    with lives.held(uid) as held:
        if held.life.events != life.events or life.phase is not Phase.REMOVING or life.parked:
            return False
        why, is_for_good = _why_failed(life.ordered), False
        if not why:
            left = replicas.of(uid)
            if not left:
                held.add(after_attempt(life, "", now))
                return True
            if life.again_at is not None and now < life.again_at:
                return False
            why = _not_agreed(life, left)
            is_for_good = bool(why)
        if not why:
            why = _order(held, left[0], stores, now)
        if why:
            _note_failure(held, why, service, now, is_for_good=is_for_good)
    return False


def _has_ended(command: str, stores: Stores, now: datetime) -> bool:
    """Whether an order has ended; one that has failed is not left to wait, for its tries are counted here."""
    row = JournalRow.get_or_none(JournalRow.id == command)
    if row is None or row.ended_at is not None:
        return True
    return bool(row.outcome) and carrying.withdraw(command, stores, lambda: now)


def _why_failed(command: str) -> str:
    row = JournalRow.get_or_none(JournalRow.id == command) if command else None
    return row.outcome if row is not None and not row.success else ""


def _not_agreed(life: Life, copies: list[ReplicaRow]) -> str:
    """Why nothing may go; "" if people have agreed to the removal of all copies that are there."""
    agreed = life.bin.copies if life.bin is not None else ()
    others = [replicas.where(copy) for copy in copies if copy.id not in agreed]
    return f"there are copies to whose removal nobody has agreed: {', '.join(others)}" if others else ""


def _order(held: Held, copy: ReplicaRow, stores: Stores, now: datetime) -> str:
    """Let workers remove a copy; why that cannot be, "" if it can. The order and its event are one transaction."""
    uid = held.life.dataset
    try:
        asked = ordering.arguments(
            stores, Command.REMOVE, uid, old_root=replicas.place(copy), force_last=True
        )
        journal.give_way(uid, now)
        row = ordering.order(stores, Command.REMOVE, uid, asked, now)
    except XfcNotifyError as error:
        return error.what
    held.add(Event(Happening.ORDERED, now, data={"command": row.id, "copy": copy.id}))
    return ""


def _note_failure(held: Held, why: str, service: Service, now: datetime, *, is_for_good: bool) -> None:
    log.warning("dataset %s is not removed yet: %s", held.life.dataset, why)
    event = after_attempt(held.life, why, now, for_good=is_for_good)
    held.add(event)
    if event.what is Happening.PARKED:
        message = parked_message(name_of(held.dataset), held.life, why, service.settings, now)
        send_to_operators(message, service)
