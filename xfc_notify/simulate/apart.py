"""Simulates in a process of its own, for a limited time, so that the web goes on meanwhile whatever the policies do.

python -m xfc_notify.simulate.apart      what runs there: a task from standard input, what came of it to standard output
"""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from xfc_notify.as_json import as_json
from xfc_notify.errors import WrongInput, XfcNotifyError
from xfc_notify.pages import mark
from xfc_notify.plugins import Plugins
from xfc_notify.settings import Settings
from xfc_notify.simulate.replay import Summary, Talk, Told, replay
from xfc_notify.simulate.stored import Asked, Source, stored, with_quotas
from xfc_notify.simulate.tried import Tried, applied

SECONDS = 20.0
"""After these no further user is replayed: what came of those before is shown, and that it is not all."""
PATIENCE = 30.0
"""Seconds after which the process is ended, wherever it is."""
MEMORY = 2 * 2**30
"""Bytes of addresses that it may have; it holds some users at a time and needs a fifth of them."""
LATEST = 200
"""Messages that are listed."""
TALKERS = 10
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Month:
    """What was told in a month: messages, and to how many people, by the settings of today and by those tried."""

    name: str
    messages_today: int
    people_today: int
    messages: int
    people: int


@dataclass(frozen=True, slots=True)
class Because:
    """Which policy a message speaks of, why, and at which level."""

    policy: str
    reason: str
    level: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that a person would have got."""

    user: str
    at: datetime
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a simulation.

    people, count  how many users were replayed, and how many there are
    first, last    the times of the first and the last scan; None: there is none
    messages       how many would have been sent by what is tried; `latest` are the last of them, newest first
    silent         policies that had nothing to judge
    """

    people: int
    count: int
    first: datetime | None
    last: datetime | None
    months: tuple[Month, ...]
    messages: int
    talkers: tuple[Talk, ...]
    latest: tuple[Letter, ...]
    silent: tuple[str, ...]


def simulate_apart(
    source: Path, tried: Tried, user: str = "", seconds: float = SECONDS, patience: float = PATIENCE
) -> Outcome:
    """Replay the stored scans by the settings in a file, and by the same with what is tried. `user`: of this one alone.

    Raises WrongInput if another simulation is under way in this process, or if this one does not come to its end.
    """
    if not _one_at_a_time.acquire(blocking=False):
        raise WrongInput(mark("Another simulation is under way. Please try again in half a minute."))
    try:
        task = {"settings": str(source), "values": tried.values, "left_out": tried.left_out}
        said = _run(json.dumps({**task, "user": user, "seconds": seconds}).encode("ascii"), patience)
    finally:
        _one_at_a_time.release()
    if "refused" in said:
        raise WrongInput(str(said["refused"]))
    return TypeAdapter(Outcome).validate_python(said)


def _run(task: bytes, patience: float) -> Mapping[str, Any]:
    itself = [sys.executable, "-m", __name__]
    try:
        ran = subprocess.run(itself, input=task, stdout=subprocess.PIPE, timeout=patience, check=False)  # noqa: S603 - nothing from outside
        if ran.returncode == 0:
            said: Mapping[str, Any] = json.loads(ran.stdout)
            return said
    except (subprocess.TimeoutExpired, ValueError):
        pass
    raise WrongInput(mark("The simulation did not come to its end. The log of the service may say more."))


def _carry_out() -> None:
    from xfc_notify.cli.session import session

    out = os.dup(1)
    os.dup2(2, 1)  # what a policy prints is no part of the answer
    signal.alarm(int(PATIENCE) + 5)  # who asked may be gone
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    task = json.load(sys.stdin)
    tried = Tried(task["values"], tuple(task["left_out"]))
    said: Any
    try:
        with session(Path(task["settings"]), reads=True) as opened:
            said = as_json(_replayed(opened.settings, tried, task["user"], task["seconds"]))
    except XfcNotifyError as error:
        said = {"refused": error.what}
    with os.fdopen(out, "w") as answer:
        json.dump(said, answer)


def _replayed(settings: Settings, tried: Tried, user: str, seconds: float) -> Outcome:
    source, changed = stored(settings, user), applied(settings, tried)
    today = Asked(Plugins.load(settings).evaluate_here)
    is_other = bool(tried.values or tried.left_out)
    other = Asked(Plugins.load(changed).evaluate_here) if is_other else today
    quotas = tried.values.get("limits", {})
    before, after = Summary(0), Summary(TALKERS)
    people, until = 0, time.monotonic() + seconds
    latest: list[Told] = []
    for past in source.people:
        if source.last is None or time.monotonic() > until:
            break
        people += 1
        told = list(replay(past, today, settings.messages, source.last))
        before.add(told)
        if is_other:
            told = list(replay(with_quotas(past, quotas), other, changed.messages, source.last))
        after.add(told)
        latest = nlargest(LATEST, [*latest, *told[-LATEST:]], key=lambda message: message.at)
    return Outcome(
        people,
        source.count,
        source.first,
        source.last,
        _months(before, after, source),
        after.messages,
        tuple(after.most_told),
        tuple(map(_letter, latest)),
        tuple(other.silent),
    )


def _months(before: Summary, after: Summary, source: Source) -> tuple[Month, ...]:
    if source.first is None or source.last is None:
        return ()
    both = zip(
        before.by_month(source.first, source.last), after.by_month(source.first, source.last), strict=True
    )
    return tuple(
        Month(today.name, today.messages, today.people, other.messages, other.people) for today, other in both
    )


def _letter(told: Told) -> Letter:
    because = (Because(point.policy, str(point.reason), str(point.level)) for point in told.points)
    return Letter(told.user, told.at, tuple(because))


if __name__ == "__main__":
    _carry_out()
