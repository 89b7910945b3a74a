"""The tree of groups, along which people are asked, is repaired, and the operators are told once of each fault."""

from datetime import datetime

from xfc_notify.lifecycle.notices import tree_message
from xfc_notify.outbox.send import send_to_operators
from xfc_notify.people import tree
from xfc_notify.plugins.service import Service
from xfc_notify.store import marks
from xfc_notify.store.database import db


def repair(service: Service, now: datetime) -> list[str]:
    """Repair the tree; what was wrong. What a directory says wrongly again is repaired again, in silence."""
    faults = tree.repair(service.plugins, now)
    with db.atomic():
        new = [fault.what for fault in faults if marks.put_first(f"{fault.gid}<{fault.above}", now)]
        if new:
            send_to_operators(tree_message(new, service.settings, now), service)
    return [fault.what for fault in faults]
