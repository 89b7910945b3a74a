"""The rows by which lives are found follow from their events. Where one does not, it is made anew, and told."""

from datetime import datetime

from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.lifecycle import lives
from xfc_notify.lifecycle.course import NEVER_LONGER
from xfc_notify.lifecycle.life import Life
from xfc_notify.lifecycle.notices import corrected_message
from xfc_notify.lifecycle.states import Phase
from xfc_notify.lifecycle.tables import LifeEventRow, LifeRow
from xfc_notify.outbox.send import send_to_operators
from xfc_notify.plugins.service import Service
from xfc_notify.store.database import db, for_update


def correct(service: Service, now: datetime) -> list[str]:
    """Make wrong rows anew, and tell the operators of which datasets; their uids."""
    eventful = LifeEventRow.select(LifeEventRow.dataset).distinct()
    uids = {row.dataset for row in LifeRow.select(LifeRow.dataset)} | {row.dataset for row in eventful}
    found = [uid for uid in sorted(uids) if _is_wrong(uid, now) and _corrected(uid, now)]
    if found:
        with db.atomic():
            send_to_operators(corrected_message(found, service.settings, now), service)
    return found


def _is_wrong(uid: str, now: datetime) -> bool:
    row, life = LifeRow.get_or_none(LifeRow.dataset == uid), lives.read(uid)
    return row is None or life is None or not _fits(row, life, now)


def _fits(row: LifeRow, life: Life, now: datetime) -> bool:
    """Whether a row says what the events say, as does that of its dataset, and the life is looked at in time."""
    in_time = row.due_at is not None and row.due_at <= now + NEVER_LONGER
    said = {name: getattr(row, name) for name in lives.columns(life)}
    if said != lives.columns(life) or DatasetRow.select().where(lives.misplaced(life)).exists():
        return False
    return in_time or life.phase is Phase.REMOVED


def _corrected(uid: str, now: datetime) -> bool:
    """Make a row anew while nobody else adds an event; False if it is right by then."""
    with db.atomic():
        row = for_update(LifeRow.select().where(LifeRow.dataset == uid)).first()
        life = lives.read(uid)
        if life is None:
            return bool(
                LifeRow.delete().where(LifeRow.dataset == uid).execute()
            )  # the next tick lets it begin
        if row is not None and _fits(row, life, now):
            return False
        lives.place(life)
        due_at = None if life.phase is Phase.REMOVED else now
        if row is None:
            LifeRow.create(dataset=uid, due_at=due_at, force_insert=True, **lives.columns(life))
        else:
            LifeRow.update(due_at=due_at, **lives.columns(life)).where(LifeRow.dataset == uid).execute()
    return True
