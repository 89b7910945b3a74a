"""Takes the answer to a slice: the summary grows; when the scan is whole, the area is judged and its owner told.

All of it is one transaction: an answer is taken whole or, if it came before, not at all.
"""

import logging
from datetime import datetime

from xfc_notify.areas import answers
from xfc_notify.notify.gone import withdraw
from xfc_notify.notify.judge import judge, rules, tell
from xfc_notify.plugins.service import Service
from xfc_notify.scan.order import SliceResult
from xfc_notify.states import ScanState
from xfc_notify.store.database import db

log = logging.getLogger(__name__)


def record(result: SliceResult, service: Service, now: datetime) -> bool:
    """Store an answer and all that follows from it; False if it was stored before, or its scan is over.

    Raises BadMessage for an answer that does not fit its order.
    """
    with db.atomic():
        answered = answers.answer(result, service.settings.volumes, now)
        if answered is None:
            return False
        scan, usage = answered.scan, answered.usage
        if scan.state == ScanState.FAILED:
            log.warning("scan of %s failed: %s", scan.area.path, scan.failure)
            if result.gone:
                withdraw(scan.area, now)
        if scan.state == ScanState.WHOLE:
            scan.area.last_scanned = scan.as_of
            judged = judge(scan, usage, service, now)
            judged.keep_in(scan)
            answers.conclude(scan, rules(service), now)
            tell(scan, usage, judged, service, now)
            log.info("scan of %s is whole: %d files in %d slices", scan.area.path, usage.files, scan.slices)
    return True
