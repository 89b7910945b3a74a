"""Runs xfc-notify: in this process, which is fast, or in one of its own, with a terminal if wanted."""

import fcntl
import io
import json
import logging
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import unicodedata
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from xfc_notify.cli.start import main
from xfc_notify.store import database

XFC = (sys.executable, "-m", "xfc_notify")
_COLOURS = re.compile(rb"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        """Its standard output; it has to be UTF-8."""
        return self.raw.decode()

    @property
    def json(self) -> Any:
        """Its standard output as JSON."""
        return json.loads(self.raw)


def run(*arguments: str | Path) -> Ran:
    """Run a command in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    loggers = [logging.getLogger(name) for name in ("dramatiq", "pika")]
    levels = [logger.level for logger in loggers]
    code: Any = 0
    try:
        with (
            patch.object(sys, "argv", ["xfc-notify", *map(str, arguments)]),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            main()
    except SystemExit as ended:
        code = ended.code
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        database.db.initialize(None)
    return Ran(code or 0, _written(out), _written(err).decode())


def call(*arguments: str | Path, program: Sequence[str] = XFC, env: dict[str, str] | None = None) -> Ran:
    """Run a command in a process of its own, its output in pipes."""
    done = subprocess.run(
        [*program, *map(str, arguments)],
        env=environment(env),
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
    return Ran(done.returncode, done.stdout, done.stderr.decode())


@dataclass(frozen=True)
class Shown:
    """What came of a command that had a terminal: `terminal` is what it wrote there, `pipe` what elsewhere."""

    code: int
    terminal: bytes
    pipe: bytes

    @property
    def lines(self) -> list[str]:
        """The lines on the terminal, without colours."""
        return _COLOURS.sub(b"", self.terminal).decode().replace("\r\n", "\n").splitlines()


def on_terminal(
    *arguments: str | Path, columns: int = 80, stream: str = "stdout", env: dict[str, str] | None = None
) -> Shown:
    """Run a command whose stdout or stderr is a terminal of so many columns, and the other one a pipe."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    streams: dict[str, int] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | {stream: theirs}
    process = subprocess.Popen(
        [*XFC, *map(str, arguments)],
        env=environment(env) | {"TERM": "xterm-256color"},
        stdin=subprocess.DEVNULL,
        stdout=streams["stdout"],
        stderr=streams["stderr"],
    )
    os.close(theirs)
    terminal = rest_of(ours)
    os.close(ours)
    out, err = process.communicate(timeout=60)
    return Shown(process.returncode, terminal, out or err or b"")


def environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """An environment in which no settings of the person who runs the tests count."""
    mine = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("XFC_NOTIFY_") and key not in {"COLUMNS", "NO_COLOR", "FORCE_COLOR"}
    }
    return mine | (extra or {})


def assert_harmless(raw: bytes) -> None:
    """Nothing in the output commands a terminal or pretends to be what it is not."""
    bad = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert {c for c in raw.decode() if unicodedata.category(c) in bad and c != "\n"} == set()


def assert_told(ran: Ran, code: int, *parts: str) -> None:
    """The command failed with one line that names the mistake, and at most one line of advice."""
    assert (ran.code, ran.out) == (code, "")
    what, *hint = ran.err.splitlines()
    assert what.startswith("xfc-notify: ")
    assert len(hint) <= 1
    assert all(line.startswith("  ") and line.strip() for line in hint)
    for part in parts:
        assert part in ran.err


def _written(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue()


def rest_of(terminal: int) -> bytes:
    """All that is still written to a terminal, until nobody has it open on the other side."""
    return b"".join(iter(lambda: _read(terminal), b""))


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other side is closed
        return b""
