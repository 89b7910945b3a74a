"""2. and 3. What was measured is stored, judged, and what must be said is written down: one transaction."""

import logging

from xfc_notify.areas.messages import load_result
from xfc_notify.log_context import about
from xfc_notify.queues.declared import RESULTS
from xfc_notify.queues.pipeline import Handler, Pipeline, utc_now

log = logging.getLogger(__name__)


def record(result: object, pipeline: Pipeline) -> None:
    """Take the answer to a slice."""
    from xfc_notify.notify.record import record as store_and_judge

    answer = load_result(result)
    about(scan_id=answer.scan_id, slice_id=answer.slice_id)
    if not store_and_judge(answer, pipeline.service, utc_now()):
        log.info("an answer that came before, or to a scan that is not open")
    pipeline.send_what_is_owed()


HANDLERS = (Handler(RESULTS, record),)
OWED = ()
