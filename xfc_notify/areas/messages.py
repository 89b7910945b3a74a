"""Orders and results as JSON, for the queues, and back with every value checked.

What comes from a queue may have been written by anybody: whatever lacks something that this module writes, or has
another value than it could write, is a BadMessage. Sums travel exactly; paths as the text of `paths.show`.
"""

from xfc_notify.paths import show
from xfc_notify.queues import frame
from xfc_notify.queues.declared import RESULTS, SCAN
from xfc_notify.scan.order import ScanOrder, SliceResult
from xfc_notify.store import json_values as read
from xfc_notify.store.json_values import Json
from xfc_notify.store.tree_json import dump_tally, tally_of
from xfc_notify.store.usage_json import dump_usage, usage_of
from xfc_notify.usage import Clock


def dump_order(order: ScanOrder) -> Json:
    """A ScanOrder as JSON."""
    return {
        "format": SCAN.format,
        "scan_id": order.scan_id,
        "slice_id": order.slice_id,
        "root": show(order.root),
        "directories": [show(path) for path in order.directories],
        "as_of": order.as_of.isoformat(),
        "clock": order.clock.value,
        "budget": order.budget,
        "one_file_system": order.one_file_system,
        "again": order.again,
        "uid": order.uid,
        "exclude": [show(pattern) for pattern in order.exclude],
        "least": dump_tally(order.least),
    }


def load_order(data: object) -> ScanOrder:
    """The ScanOrder that `dump_order` wrote; BadMessage if it did not."""
    return frame.message(SCAN, data, _order)


def dump_result(result: SliceResult) -> Json:
    """A SliceResult as JSON."""
    return {
        "format": RESULTS.format,
        "scan_id": result.scan_id,
        "slice_id": result.slice_id,
        "usage": dump_usage(result.usage),
        "remaining": [show(path) for path in result.remaining],
        "seconds": result.seconds,
        "host": result.host,
        "failure": result.failure,
        "gone": result.gone,
    }


def load_result(data: object) -> SliceResult:
    """The SliceResult that `dump_result` wrote; BadMessage if it did not."""
    return frame.message(RESULTS, data, _result)


def _order(data: Json) -> ScanOrder:
    return ScanOrder(
        scan_id=read.identifier(data["scan_id"]),
        slice_id=read.identifier(data["slice_id"]),
        root=read.path(data["root"]),
        directories=tuple(read.inside(text) for text in read.items(data["directories"])),
        as_of=read.time(data["as_of"]),
        clock=Clock(read.text(data["clock"])),
        budget=read.seconds(data["budget"]),
        one_file_system=read.boolean(data["one_file_system"]),
        again=read.boolean(data["again"]),
        uid=None if data["uid"] is None else read.count(data["uid"]),
        exclude=tuple(read.inside(text) for text in read.items(data["exclude"])),
        least=tally_of(data["least"]),
    )


def _result(data: Json) -> SliceResult:
    failure, gone = data["failure"], data["gone"]
    if not isinstance(gone, bool):
        raise TypeError("gone")
    return SliceResult(
        scan_id=read.identifier(data["scan_id"]),
        slice_id=read.identifier(data["slice_id"]),
        usage=usage_of(data["usage"]),
        remaining=tuple(read.inside(text) for text in read.items(data["remaining"])),
        seconds=read.seconds(data["seconds"]),
        host=read.text(data["host"])[:255],
        failure=None if failure is None else read.text(failure)[:1000],
        gone=gone,
    )
