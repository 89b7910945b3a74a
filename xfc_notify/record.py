"""Takes the answer to a slice: the summary grows; when the scan is whole, the area is judged and its owner told.

All of it is one transaction: an answer is taken whole or, if it came before, not at all.
"""

import logging
from datetime import datetime

from xfc_notify.domain import Level, SliceResult
from xfc_notify.evaluate import judge
from xfc_notify.notify.drops import known
from xfc_notify.notify.exempt import lifted_judgement
from xfc_notify.notify.follow import follow
from xfc_notify.notify.speak import speak_if_possible
from xfc_notify.plugins import Plugins
from xfc_notify.settings import Settings
from xfc_notify.store import areas, episodes, exemptions, scans
from xfc_notify.store.database import db
from xfc_notify.store.tables import Scan
from xfc_notify.wire import dump_finding, load_usage

log = logging.getLogger(__name__)


def record(result: SliceResult, settings: Settings, plugins: Plugins, now: datetime) -> bool:
    """Store an answer and all that follows from it; False if it was stored before, or its scan is over.

    Raises BadMessage for an answer that does not fit its order.
    """
    with db.atomic():
        scan = scans.answer(result, now)
        if scan is None:
            return False
        if scan.state == "failed":
            log.warning("scan of %s failed: %s", scan.area.path, scan.failure)
        if scan.state == "whole":
            _conclude(scan, settings, plugins, now)
    return True


def _conclude(scan: Scan, settings: Settings, plugins: Plugins, now: datetime) -> None:
    """What a whole scan leads to: verdicts, episodes, and a message if one is due."""
    area, user, usage = scan.area, scan.area.user, load_usage(scan.usage)
    area.last_scanned = scan.as_of
    # Those of the same second, or before a clock was put back, are no history, but they show what was there.
    seen = scans.past(area)
    judgement = judge(area, usage, [it for it in seen if it.as_of < scan.as_of], plugins, now)
    findings = [
        dump_finding(it.finding) | {"policy": it.policy, "plugin": it.plugin} for it in judgement.verdicts
    ]
    worst = judgement.worst
    lifted = (
        lifted_judgement(judgement, exemptions.of_area(area, now), now) if worst > Level.OK else judgement
    )
    scans.conclude(scan, findings, lifted.worst, now)
    if worst > Level.OK or judgement.failed or episodes.any_unsettled(user):
        user = areas.locked(user)
        doubted = known(seen).after(scan.size, scan.complete).doubted
        # Read again, now that nobody else can grant one: a granted exemption has ended the episodes.
        lifted = lifted_judgement(judgement, exemptions.of_area(area, now), now)
        follow(area, lifted, scan.complete, now, doubted=doubted)
        speak_if_possible(user, settings, plugins, now)
    log.info("scan of %s is whole: %d files in %d slices", area.path, usage.files, scan.slices)
