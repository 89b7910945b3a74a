"""What the private servers have in common: a folder, a port, and a process that ends when the tests do."""

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Self, TypeVar

import pytest

PATIENCE = 60.0
"""Seconds that anything may take here; the machine may be busy with other things."""
T = TypeVar("T")
_claims: list[socket.socket] = []  # what holds the ports of free_port


class MissingServerError(Exception):
    """A server is not installed; the text says what to install."""


class Server(ABC):
    """A server with a folder of its own; `with` starts it, and in the end removes it with all its data."""

    stop_signal: ClassVar = signal.SIGTERM

    def __init__(self, user: str | None = None) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix=f"xfc-notify-{type(self).__name__.lower()}-"))
        if user:
            shutil.chown(self.folder, user)
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """What to run."""

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """In what environment to run it."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether it serves clients by now."""

    def start(self) -> None:
        """Start on the same port and data as before, and return when it serves clients."""
        self.launch()
        self.await_ready()

    def launch(self) -> None:
        """Begin to start."""
        self._process = spawn(self.command(), self.environment(), self.folder, self._user)

    def await_ready(self) -> None:
        """Return when it serves clients."""
        assert self._process is not None
        deadline = time.monotonic() + PATIENCE
        while not self.is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"{self.command()[0]} did not start:\n{log(self.folder)[-4000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Shut it down in good order."""
        self._end(self.stop_signal)

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Let it say nothing any more: it is not scheduled, and its connections stay open."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        os.waitpid(self._process.pid, os.WUNTRACED)  # all its threads stand still now

    def resume(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """Shut it down and start it again."""
        self.stop()
        self.start()

    def close(self) -> None:
        """End it and remove its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, by: signal.Signals) -> None:
        if self._process:
            process, self._process = self._process, None
            process.send_signal(by)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class GivenServer:
    """A server that somebody else runs: no test may stop it, so those that would are skipped."""

    def __init__(self, url: str) -> None:
        self._url = url

    def stop(self) -> None:
        """Skip the test."""
        pytest.skip("stops the server, so it needs a private one")

    start = kill = restart = pause = resume = stop


def until(condition: Callable[[], T | None], what: str, seconds: float = PATIENCE) -> T:
    """What the condition returns as soon as that is true; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"waited {seconds:g} s for this, in vain: {what}"
        time.sleep(0.05)
    return answer


def spawn(
    command: list[str], environment: dict[str, str], folder: Path, user: str | None = None
) -> subprocess.Popen[bytes]:
    """Run a command that Ctrl-C does not reach and that is killed when this process dies, however it dies."""
    with (folder / "log").open("ab") as output:
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *command],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(folder), **environment},
            cwd=folder,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def log(folder: Path) -> str:
    """What the commands run in a folder have printed."""
    return (folder / "log").read_text(encoding="utf-8", errors="replace")


def free_port() -> int:
    """A free TCP port of 127.0.0.1, below those that the kernel gives to clients.

    It stays ours while this process lives, also while its server is down: other runs and workers of the tests
    that choose a port here pass it over.
    """
    while True:
        port = random.randrange(20000, 32000)
        claim = socket.socket(socket.AF_UNIX)
        with socket.socket() as probe:
            try:
                claim.bind(
                    f"\0xfc-notify-test-port-{port}"
                )  # a name without a file, gone when the process is
                probe.bind(("127.0.0.1", port))
            except OSError:
                claim.close()
                continue
        _claims.append(claim)
        return port
