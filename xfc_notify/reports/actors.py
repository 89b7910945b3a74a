"""Load: each capture of a volume is an order of its own, so that several workers share what is new."""

import logging
from datetime import datetime

from xfc_notify.errors import WrongInput
from xfc_notify.log_context import about
from xfc_notify.queues.declared import REPORTS
from xfc_notify.queues.pipeline import Claimed, Handler, Pipeline, utc_now
from xfc_notify.reports.messages import dump_order, load_order
from xfc_notify.settings import Settings

log = logging.getLogger(__name__)


def load(order: object, pipeline: Pipeline) -> None:
    """Load what is ordered. What is wrong with the data is kept with the load, and no reason to try again."""
    from xfc_notify.reports.load import carry_out

    wanted = load_order(order)
    about(load_id=wanted)
    try:
        carry_out(wanted, pipeline.service, utc_now, lambda _: None)
    except WrongInput as error:
        log.warning("%s", error.what)


def owed(settings: Settings, now: datetime) -> Claimed:  # noqa: ARG001
    """The loads that are due."""
    from xfc_notify.reports import loads

    due = [row.id for row in loads.claim(now)]
    return Claimed(
        REPORTS,
        [dump_order(load) for load in due],
        take_back=lambda done: loads.unclaim(due[done:]),
        about=[{"load_id": load} for load in due],
    )


HANDLERS = (Handler(REPORTS, load),)
OWED = (owed,)
