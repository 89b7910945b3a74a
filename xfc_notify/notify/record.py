"""Takes the answer to a slice: the summary grows; when the scan is whole, the area is judged and its owner told.

All of it is one transaction: an answer is taken whole or, if it came before, not at all.
"""

import logging
from datetime import datetime

from xfc_notify.areas import answers, areas, scans
from xfc_notify.areas.settings import Limits
from xfc_notify.areas.tables import ScanRow
from xfc_notify.domain import Level, SliceResult
from xfc_notify.notify import episode_rows, exemption_rows
from xfc_notify.notify.drops import believed
from xfc_notify.notify.exempt import lifted_judgement
from xfc_notify.notify.follow import follow
from xfc_notify.notify.speak import speak_if_possible
from xfc_notify.people import users
from xfc_notify.plugins.service import Service
from xfc_notify.states import ScanState
from xfc_notify.store.database import db
from xfc_notify.store.finding_json import dump_finding
from xfc_notify.usage import Usage

log = logging.getLogger(__name__)


def record(result: SliceResult, service: Service, now: datetime) -> bool:
    """Store an answer and all that follows from it; False if it was stored before, or its scan is over.

    Raises BadMessage for an answer that does not fit its order.
    """
    with db.atomic():
        answered = answers.answer(result, service.settings.volumes, now)
        if answered is None:
            return False
        scan = answered.scan
        if scan.state == ScanState.FAILED:
            log.warning("scan of %s failed: %s", scan.area.path, scan.failure)
        if scan.state == ScanState.WHOLE:
            _conclude(scan, answered.usage, service, now)
    return True


def _conclude(scan: ScanRow, usage: Usage, service: Service, now: datetime) -> None:
    """What a whole scan leads to: verdicts, episodes, and a message if one is due."""
    area, user = scan.area, scan.area.user
    area.last_scanned = scan.as_of
    # Those of the same second, or before a clock was put back, are no history, but they show what was there.
    seen = scans.past(area)
    history = [past for past in seen if past.as_of < scan.as_of]
    judgement = service.plugins.evaluate(
        areas.area(area, service.settings.of(Limits).counts), usage, history, now
    )
    findings = [
        dump_finding(verdict.finding) | {"policy": verdict.policy, "plugin": verdict.plugin}
        for verdict in judgement.verdicts
    ]
    worst = judgement.worst
    given = exemption_rows.of_subject(area.subject_id, now) if worst > Level.OK else ()
    answers.conclude(scan, findings, lifted_judgement(judgement, given, now).worst, now)
    if worst > Level.OK or judgement.failed or episode_rows.any_unsettled(user):
        user = users.locked(user)
        doubted = believed(seen).after(scan.size, scan.complete).doubted
        # Read again, now that nobody else can grant one: a granted exemption has ended the episodes.
        lifted = lifted_judgement(judgement, exemption_rows.of_subject(area.subject_id, now), now)
        follow(area.subject, lifted, scan.complete, now, doubted=doubted)
        speak_if_possible(user, service, now, measured={scan.id: usage})
    log.info("scan of %s is whole: %d files in %d slices", area.path, usage.files, scan.slices)
