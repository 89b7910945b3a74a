"""Reads the items of files that lie in a store. Whatever is wrong with a file is said of it, and nothing fails."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from xfc_notify.datasets.errors import DatasetError
from xfc_notify.datasets.folder import Folder
from xfc_notify.datasets.items.arrays import Said, item
from xfc_notify.datasets.replicas import FILLED, File, batches, filled
from xfc_notify.datasets.seen import Seen
from xfc_notify.paths import harmless

AT_ONCE = 400
"""How many files one process reads."""
PATIENCE, PACE = 60.0, 10e6
"""Seconds that it has, and bytes that it reads in each further one."""
_LOOK = 1.0
"""Seconds after which whoever wants an end of this is heard."""
_ENV = {"OPENBLAS_NUM_THREADS": "1"}
_PASSED = frozenset({"PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "HDF5_PLUGIN_PATH"})
"""Of the environment, what that process is told: no secret."""


def read(folder: Folder, some: Sequence[tuple[File, Seen]]) -> Iterator[tuple[File, list[Said]]]:
    """The items of files that begin as such that have some, each as it was seen when its bytes were hashed."""
    seen = {file.id: seen for file, seen in some}
    few = (files for part in batches([file for file, _ in some], AT_ONCE) for files in filled(part))
    for files in few:
        with ExitStack() as stack:
            opened: list[tuple[File, int]] = []
            for file in files:
                try:
                    opened.append((file, _opened(folder, file, seen[file.id], stack)))
                except (DatasetError, OSError) as error:
                    what = error.what if isinstance(error, DatasetError) else str(error.strerror)
                    yield file, [item("", (), "", harmless(what))]
            answers = _answers([descriptor for _, descriptor in opened], sum(file.size for file, _ in opened))
            yield from zip((file for file, _ in opened), answers, strict=True)


def _opened(folder: Folder, file: File, seen: Seen, stack: ExitStack) -> int:
    """A descriptor of the file, or of its bytes where the store is far away; DatasetError if they are others now."""
    descriptor = folder.descriptor(file.path)
    if descriptor is not None:
        stack.callback(os.close, descriptor)
        now = Seen.of(os.fstat(descriptor))
    elif file.size > FILLED:
        raise DatasetError(f"is not fetched for this: it has more than {FILLED:,} bytes")
    else:
        kept = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        now = folder.read(file.path, kept.write)
        kept.seek(0)
        descriptor = kept.fileno()
    if now.body != seen.body:
        raise DatasetError("changed while it was read")
    return descriptor


def _answers(descriptors: Sequence[int], size: int) -> Iterator[list[Said]]:
    """The items of each. What ends the process is said of the file that it was at; the rest get another."""
    left = list(descriptors)
    while left:
        said, ended = _run(left, PATIENCE + size / PACE)
        yield from said
        del left[: len(said)]
        if left:
            yield [item("", (), "", ended)]
            del left[0]


def _run(descriptors: Sequence[int], patience: float) -> tuple[list[list[Said]], str]:
    """What was said of each, as far as the process came, and what ended it."""
    command = [sys.executable, "-P", "-m", "xfc_notify.datasets.items.apart"]
    child = subprocess.Popen(  # noqa: S603 - nothing from outside
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, pass_fds=descriptors,
        start_new_session=True, env=_ENV | {name: os.environ[name] for name in _PASSED & os.environ.keys()},
    )  # fmt: skip
    try:
        said, ended = _heard(child, json.dumps(list(descriptors)).encode(), patience)
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
    lines: list[Any] = [json.loads(line) for line in said.splitlines(keepends=True) if line.endswith(b"\n")]
    return lines, ended


def _heard(child: "subprocess.Popen[bytes]", task: bytes, patience: float) -> tuple[bytes, str]:
    given: bytes | None = task
    deadline = time.monotonic() + patience
    while True:
        try:
            said, _ = child.communicate(given, timeout=_LOOK)
        except subprocess.TimeoutExpired as slow:
            given = None  # it has been
            if time.monotonic() > deadline:
                return slow.output or b"", "takes too long to read"
        else:
            code = child.returncode
            what = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            return said, f"ends the process that reads it: {what}"
