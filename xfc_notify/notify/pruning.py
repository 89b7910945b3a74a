"""What is kept of what was said: see [history] in the settings."""

from datetime import datetime

from xfc_notify.areas.settings import History
from xfc_notify.notify import heard_rows
from xfc_notify.notify.tables import EpisodeRow, ExemptionRow
from xfc_notify.outbox import pruning
from xfc_notify.outbox.lost import RECENT
from xfc_notify.people import events
from xfc_notify.store.database import db


def forget(kept: History, now: datetime) -> None:
    """Forget the bodies of old messages, then the messages, events, episodes and exemptions that are older still.

    Whatever goes on, is to be told, or waits for somebody, is kept.
    """
    pruning.forget_bodies(now - kept.bodies)
    heard_rows.forget(now - RECENT)
    before = now - kept.told
    pruning.forget_messages(before)
    with db.atomic():
        is_over = EpisodeRow.settled & (EpisodeRow.ended_at < before)
        lasting = EpisodeRow.select(EpisodeRow.id).where(~is_over)
        events.forget(before, lasting)
        EpisodeRow.delete().where(is_over).execute()
        ExemptionRow.delete().where(ExemptionRow.until < before).execute()
