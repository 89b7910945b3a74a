"""Real processes: workers as an operator starts them, and the command line."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from servers.process import PATIENCE, until

LIFETIME = "300"
"""Seconds after which a process ends by itself, should nobody be left to end it."""
EXCEPTION = re.compile(r"^[A-Za-z_][\w.]*(?=:|$)")


def environment(folder: Path, settings: Path) -> dict[str, str]:
    """What a process sees: nothing of the environment of the tests."""
    path = "/usr/sbin:/usr/bin:/sbin:/bin"
    return {"PATH": path, "HOME": str(folder), "LC_ALL": "C.UTF-8", "XFC_NOTIFY_SETTINGS": str(settings)}


@dataclass(frozen=True)
class Ran:
    """A command that has ended, and how many seconds it took."""

    code: int
    out: str
    err: str
    seconds: float


class Command:
    """`xfc-notify …`, running, with more in its environment; or the same from a module of the tests."""

    def __init__(
        self, folder: Path, settings: Path, *arguments: str, module: str = "xfc_notify", **more: str
    ) -> None:
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", sys.executable, "-m", module, *arguments],
            env=environment(folder, settings) | more,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait(self) -> Ran:
        """How it ended."""
        try:
            out, err = self._process.communicate(timeout=PATIENCE)
        finally:
            self._process.kill()
        return Ran(self._process.returncode, out, err, time.monotonic() - self._began)


class Worker:
    """`dramatiq xfc_notify.actors`: a group of processes, and what they log.

    beside  modules of the tests that are loaded beside the product
    more    what its environment has more
    """

    def __init__(
        self,
        name: str,
        queues: tuple[str, ...],
        folder: Path,
        settings: Path,
        beside: tuple[str, ...] = (),
        **more: str,
    ) -> None:
        self.name = name
        self._log = folder / f"{name}.log"
        modules = ["xfc_notify.actors", *beside]
        command = [sys.executable, "-m", "dramatiq", *modules, "-Q", *queues, "-p", "1", "-t", "1"]
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "timeout", "-k", "2", LIFETIME, *command],
                env=environment(folder, settings) | more,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def log(self) -> str:
        """What it has logged."""
        return self._log.read_text(encoding="utf-8", errors="surrogateescape")

    @property
    def has_ended(self) -> bool:
        """Whether all its processes are gone that it started itself."""
        return self._process.poll() is not None

    @property
    def pids(self) -> list[int]:
        """Its processes: the one that watches, and the one that works."""
        return [pid for pid in _processes() if _group(pid) == self._process.pid]

    def wait_for(self, text: str, times: int = 1) -> None:
        """Wait until it has logged this, so often."""

        def has_logged() -> bool:
            assert self._process.poll() is None, f"the worker {self.name} has ended:\n{self.log}"
            return self.log.count(text) >= times

        until(has_logged, f"{text!r} in the log of {self.name}")

    def has_open(self, folder: Path) -> bool:
        """Whether it holds a directory below `folder` open: it is in the middle of a slice."""
        return any(target.startswith(f"{folder}/") for pid in self.pids for target in _open_files(pid))

    def kill(self) -> None:
        """kill -9 all its processes."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)

    def pause(self) -> None:
        """Let it do nothing until `resume`."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        os.killpg(self._process.pid, signal.SIGCONT)

    def stop(self) -> None:
        """Ask it to end, as an operator does, and wait until it has."""
        self._process.terminate()
        self._process.wait(PATIENCE)

    def end(self) -> None:
        """Kill the process that works: the one that watches it then writes the rest of its log, and ends."""
        for pid in self.pids:
            if _parent(_parent(pid) or 0) == self._process.pid:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def wait(self) -> None:
        """Wait for its end, but not for ever."""
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()

    def exceptions(self) -> Iterator[str]:
        """The last line of every traceback that it has logged."""
        inside = False
        for line in self.log.split("\n"):
            if line.startswith("Traceback (most recent call last)"):
                inside = True
            elif "/multiprocessing/resource_tracker.py" in line:
                inside = False  # Python 3.14 says so of the process that only starts the others, when it ends
            elif inside and EXCEPTION.match(line):
                inside = False
                yield line


def _processes() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _group(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _parent(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def _open_files(pid: int) -> list[str]:
    targets = []
    try:
        for entry in os.scandir(f"/proc/{pid}/fd"):
            try:
                targets.append(os.readlink(entry.path))
            except FileNotFoundError:  # closed meanwhile
                continue
    except OSError:  # the process has ended
        pass
    return targets
