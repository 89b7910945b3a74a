"""Transfer: what was ordered of datasets is carried on, and its files are copied and read in slices."""

from datetime import datetime

from xfc_notify.datasets.messages import dump_command, dump_slice, load_order
from xfc_notify.log_context import about
from xfc_notify.queues.declared import TRANSFERS
from xfc_notify.queues.pipeline import Claimed, Handler, Pipeline, utc_now
from xfc_notify.settings import Settings


def transfer(order: object, pipeline: Pipeline) -> None:
    """Carry on what is ordered. What goes wrong is kept with the command, which is tried again or fails."""
    from xfc_notify.datasets import carrying
    from xfc_notify.datasets.settings import Datasets
    from xfc_notify.datasets.stores import Stores

    command, slice_ = load_order(order)
    stores = Stores.of(pipeline.settings)
    if slice_ is not None:
        about(slice_id=slice_)
        done = carrying.carry_out(slice_, stores, utc_now)
    else:
        about(journal_id=command)
        done = carrying.carry_on(str(command), stores, pipeline.settings.of(Datasets), utc_now)
    if done:
        pipeline.send_what_is_owed(OWED)  # no more than this: its user may write to no other queue


def owed(settings: Settings, now: datetime) -> Claimed:  # noqa: ARG001
    """The commands and slices that are due."""
    from xfc_notify.datasets import orders

    commands, slices = orders.claim(now)
    first = len(commands)
    return Claimed(
        TRANSFERS,
        [*map(dump_command, commands), *map(dump_slice, slices)],
        settle=lambda done: orders.unclaim(commands[done:], slices[max(0, done - first) :], utc_now()),
        about=[*({"journal_id": it} for it in commands), *({"slice_id": it} for it in slices)],
    )


HANDLERS = (Handler(TRANSFERS, transfer),)
OWED = (owed,)
