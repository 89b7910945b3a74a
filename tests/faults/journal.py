"""What the processes told of themselves before they died."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Kill:
    """A process died at a step, with these scans and deliveries in hand or just claimed; `at` is Unix time."""

    at: float
    step: str
    scans: tuple[str, ...]
    deliveries: tuple[int, ...]


@dataclass(frozen=True)
class Told:
    """All kills so far, and the processes that have a message in hand unless they are dead."""

    kills: tuple[Kill, ...]
    busy: frozenset[int]
    lines: int


def read(journal: Path) -> Told:
    """What stands in the journal by now."""
    lines = [json.loads(line) for line in journal.read_text().splitlines()] if journal.exists() else []
    kills = tuple(
        Kill(line["at"], line["step"], tuple(line.get("scans", ())), tuple(line.get("deliveries", ())))
        for line in lines
        if line["what"] == "kill"
    )
    latest = {line["pid"]: line["what"] for line in lines}
    return Told(kills, frozenset(pid for pid, what in latest.items() if what == "begin"), len(lines))
