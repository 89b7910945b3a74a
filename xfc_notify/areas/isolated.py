"""Carries out an order in a separate process.

RabbitMQ gives an order whose scanner died, or did not answer in time, to the next one. If the order itself is to blame
(an area that makes scanners crash, a file system that never answers), it would end them one after the other. So what
comes again is carried out apart, and what happens there is an answer.

    python -m xfc_notify.areas.isolated      what runs there: a task from standard input, a result to standard output
"""

import faulthandler
import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from xfc_notify.areas.messages import dump_order, dump_result, load_order, load_result
from xfc_notify.domain import Volume
from xfc_notify.paths import parse, show
from xfc_notify.scan.order import ScanOrder, SliceResult
from xfc_notify.scan.slice import failed, measure

PATIENCE = 15 * 60.0
"""Seconds, below the time limit of a message: a slice takes a minute, or as long as its largest directory."""
_LOOK = 1.0
"""Seconds after which a time limit of the worker interrupts the waiting."""
_ENDINGS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
"""A service manager sends these to all processes of a worker; the worker decides when this one ends."""


def measure_isolated(
    order: ScanOrder, volumes: Sequence[Volume], *, threads: int = 0, patience: float = PATIENCE
) -> SliceResult:
    """As scan.slice.measure.

    A process that dies, or takes longer than `patience` in seconds, comes back as a failure.
    """
    began = time.monotonic()
    # Pass on what the worker knows: the settings file may have changed since, or be half written.
    task = {"order": dump_order(order), "volumes": list(map(_dump_volume, volumes)), "threads": threads}
    said, code = _run(json.dumps(task).encode("ascii"), patience)
    if code == 0:
        return load_result(json.loads(said))
    if code is None:
        why = f"the scanner did not return within {patience:g} s: does the file system answer?"
    else:
        ended = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        why = f"the scanner dies of it ({ended}): its log says more"
    return failed(order, why, time.monotonic() - began)


def _run(task: bytes, patience: float) -> tuple[bytes, int | None]:
    """What the process said, and its exit code: 0 and more, less for a signal, None where it does not end."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)  # which the process inherits
    try:
        itself = [sys.executable, "-m", __name__]
        child = subprocess.Popen(itself, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - nothing from outside
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    given: bytes | None = task
    deadline = time.monotonic() + patience
    try:
        while time.monotonic() < deadline:
            try:
                said, _ = child.communicate(given, timeout=_LOOK)
            except subprocess.TimeoutExpired:
                given = None  # it has been
            else:
                return said, child.returncode
        return b"", None
    finally:
        child.kill()  # and do not wait: not even this ends what hangs in the kernel
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()


def _dump_volume(volume: Volume) -> dict[str, Any]:
    marker = None if volume.marker is None else show(volume.marker)
    return {"name": volume.name, "path": show(volume.path), "marker": marker, "filesystem": volume.filesystem}


def _load_volume(told: dict[str, Any]) -> Volume:
    marker = None if told["marker"] is None else parse(told["marker"])
    return Volume(told["name"], parse(told["path"]), marker=marker, filesystem=told["filesystem"])


def _carry_out() -> None:
    faulthandler.enable()  # where it crashes, to the log of the worker
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # who asked may be gone
    with suppress(OSError):  # if memory runs out, this process is killed, not the worker
        Path("/proc/self/oom_score_adj").write_text("1000")
    task = json.load(sys.stdin)
    volumes = [_load_volume(told) for told in task["volumes"]]
    result = measure(load_order(task["order"]), volumes, threads=task["threads"])
    json.dump(dump_result(result), sys.stdout)


if __name__ == "__main__":
    _carry_out()
