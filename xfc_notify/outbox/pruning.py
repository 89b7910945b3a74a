"""What is kept of old messages: all of it for a while, then that and why it was told, then nothing.

What an operator still has to decide, or a server to take, is kept whole.
"""

from datetime import datetime
from typing import Any

from peewee import chunked

from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.states import DeliveryState, Mode
from xfc_notify.store.database import BATCH, db

_BATCH = 5_000
"""Rows that one transaction changes: others wait no longer."""
_UNDONE = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.RETRY, DeliveryState.HELD)


def forget_bodies(before: datetime) -> int:
    """Forget the text, HTML and pictures of messages written before a time; of how many."""
    return _in_batches(
        MessageRow.text.is_null(False) & _done(before),
        lambda ids: MessageRow.update(text=None, html=None, drawings=None).where(MessageRow.id.in_(ids)),
    )


def forget_messages(before: datetime) -> int:
    """Forget the messages written before a time, and their deliveries; how many."""
    return _in_batches(_done(before), _delete)


def _done(before: datetime) -> Any:
    undone = DeliveryRow.select(DeliveryRow.message).where(DeliveryRow.state.in_(_UNDONE))
    return (MessageRow.created_at < before) & (MessageRow.mode != Mode.HELD) & MessageRow.id.not_in(undone)


def _delete(ids: list[str]) -> Any:
    DeliveryRow.delete().where(DeliveryRow.message.in_(ids)).execute()
    return MessageRow.delete().where(MessageRow.id.in_(ids))


def _in_batches(chosen: Any, change: Any) -> int:
    changed = 0
    while True:
        with db.atomic():
            ids = [row.id for row in MessageRow.select(MessageRow.id).where(chosen).limit(_BATCH)]
            for some in chunked(ids, BATCH):
                change(some).execute()
        changed += len(ids)
        if len(ids) < _BATCH:
            return changed
