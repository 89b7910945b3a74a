"""The end of the bin: the copies that people agreed to lose are removed by the datasets component, with its journal.

By their ids, never by a name that is found: a copy that came later was agreed by nobody, and then nothing goes.
"""

import logging
from datetime import datetime

from xfc_notify.datasets import replicas
from xfc_notify.datasets.catalog import Catalog
from xfc_notify.datasets.tables import ReplicaRow
from xfc_notify.errors import XfcNotifyError
from xfc_notify.lifecycle import lives
from xfc_notify.lifecycle.course import after_attempt
from xfc_notify.lifecycle.letter import name_of
from xfc_notify.lifecycle.life import Life
from xfc_notify.lifecycle.notices import parked_message
from xfc_notify.lifecycle.states import Happening, Phase
from xfc_notify.lifecycle.tables import LifeRow
from xfc_notify.outbox.send import send_to_operators
from xfc_notify.plugins.service import Service

log = logging.getLogger(__name__)


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
        event = after_attempt(held.life, why, now, for_good=is_for_good)
        held.add(event)
        if event.what is Happening.PARKED:
            message = parked_message(name_of(held.dataset), held.life, why, service.settings, now)
            send_to_operators(message, service)
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
