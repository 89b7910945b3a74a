"""Quotas as Lustre's `lfs quota -gq GROUP MOUNT` tells them. No shell; a time limit; any odd answer is no answer."""

import os
import re
import subprocess
from dataclasses import dataclass, field
from datetime import datetime

from xfc_notify.paths import harmless
from xfc_notify.reports.quotas import KIB, Quota

_FIGURE = re.compile(r"\[?(\d{1,16})\]?\*?")


@dataclass
class Lfs:
    """Asks for the quotas of one volume. What is odd is kept once, however many groups it concerns.

    silent  it is missing or does not answer, and is asked no more
    """

    mount: str
    seconds: float
    now: datetime
    silent: bool = False
    odd: dict[str, str] = field(default_factory=dict)

    def quota(self, group: str) -> Quota | None:
        """The quota of a group by name or number; None if it is not known."""
        if self.silent:
            return None
        try:
            done = subprocess.run(  # noqa: S603 - no shell; the name of a group is one word for lfs
                ["lfs", "quota", "-gq", group, self.mount],  # noqa: S607 - wherever the site has put it
                capture_output=True,
                timeout=self.seconds,
                env=_environment(),
                check=False,
            )
        except FileNotFoundError:
            self._give_up("lfs is not installed here")
            return None
        except (OSError, subprocess.SubprocessError):
            self._give_up(f"lfs does not answer within {self.seconds:g} s")
            return None
        said = done.stdout.decode(errors="replace")
        limits = limits_in(said, self.mount) if done.returncode == 0 else None
        if limits is None:
            told = (done.stderr.decode(errors="replace").strip() or said.strip() or "nothing").splitlines()[0]
            self.odd.setdefault(re.sub(re.escape(group), "GROUP", told)[:200], group)
            return None
        return Quota(*limits, source="lfs", as_of=self.now)

    def complaints(self) -> list[str]:
        """One line for each odd answer."""
        return [
            f"lfs quota of {self.mount}: {harmless(what)}" + (f" (as for {harmless(group)})" if group else "")
            for what, group in self.odd.items()
        ]

    def _give_up(self, why: str) -> None:
        self.silent = True
        self.odd.setdefault(why, "")


def limits_in(said: str, mount: str) -> tuple[int, int] | None:
    """Bytes and files that a group may have, 0 for no limit; None if that is not said.

    Columns: mount, used KiB, quota, limit, grace, files, quota, limit, grace; a long mount stands in a line alone.
    """
    words = [line.split() for line in said.splitlines()]
    for place, line in enumerate(words):
        if line[:1] != [mount]:
            continue
        row = line if len(line) > 1 else [*line, *(words[place + 1] if place + 1 < len(words) else [])]
        if len(row) < 5 or not all(map(_FIGURE.fullmatch, row[1:4])):
            return None
        files = _FIGURE.fullmatch(row[7]) if len(row) >= 8 else None
        return _number(row[3]) * KIB, int(files[1]) if files else 0
    return None


def _number(text: str) -> int:
    match = _FIGURE.fullmatch(text)
    return int(match[1]) if match else 0


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
