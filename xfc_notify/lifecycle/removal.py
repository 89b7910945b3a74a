"""The end of the bin: the copies that people agreed to lose are removed by the datasets component, with its journal.

By their ids, never by a name that is found: a copy that came later was agreed by nobody, and then nothing goes.
"""

import logging
from datetime import datetime, timedelta

from xfc_notify.datasets import replicas
from xfc_notify.datasets.catalog import Catalog
from xfc_notify.datasets.tables import ReplicaRow
from xfc_notify.errors import XfcNotifyError
from xfc_notify.lifecycle import lives
from xfc_notify.lifecycle.going_on import park
from xfc_notify.lifecycle.life import Event, Life
from xfc_notify.lifecycle.states import Happening, Phase
from xfc_notify.lifecycle.tables import LifeRow
from xfc_notify.plugins.service import Service

log = logging.getLogger(__name__)
AGAIN = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=2))
"""When it is tried again after a failure; after the last it is parked."""


def remove_all(service: Service, now: datetime) -> int:
    """Remove what has left the bin, and is not parked; how many datasets are gone."""
    rows = LifeRow.select(LifeRow.dataset).where(LifeRow.phase == Phase.REMOVING, ~LifeRow.parked)
    return sum(remove(row.dataset, service, now) for row in rows.order_by(LifeRow.dataset))


def remove(uid: str, service: Service, now: datetime) -> bool:
    """Remove one; whether it is gone. What fails is tried again later, and then parked. In no transaction."""
    life = lives.known(uid)
    if life.phase is not Phase.REMOVING or life.bin is None or (life.again_at and now < life.again_at):
        return False
    why, is_for_good = _removed(life, service)
    with lives.held(uid) as held:
        if held.life.phase is not Phase.REMOVING or held.life.parked:
            return False
        if not why:
            held.add(Event(Happening.REMOVED, now, data={"by": "votes"}))
        elif is_for_good or held.life.failures >= len(AGAIN):
            park(held, why, service, now)
        else:
            again = now + AGAIN[held.life.failures]
            held.add(Event(Happening.FAILED, now, data={"why": why, "again": again.isoformat()}))
    return not why


def _removed(life: Life, service: Service) -> tuple[str, bool]:
    """Remove the copies that were agreed to go; why that failed, "" if it did not, and whether for good."""
    assert life.bin is not None
    others = [row for row in replicas.of(life.dataset) if row.id not in life.bin.copies]
    if others:
        where = ", ".join(map(replicas.where, others))
        return f"there are copies to whose removal nobody has agreed: {where}", True
    catalog = Catalog(service)
    for number in life.bin.copies:
        copy = ReplicaRow.get_or_none(ReplicaRow.id == number, ReplicaRow.dataset == life.dataset)
        if copy is None:
            continue
        try:
            catalog.remove(life.dataset, replicas.place(copy), force_last=True)
        except XfcNotifyError as error:
            log.warning("dataset %s is not removed yet: %s", life.dataset, error.what)
            return error.what, False
    return "", False
