"""Keeps workers alive as systemd does (Restart=always), each with the next step of a plan at which it dies."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from acceptance.facility import Facility
from acceptance.processes import Worker

from faults.steps import DELAY, JOURNAL, LEASE, PASSAGE, SCANNER, SERVICE, STEP, TICK

TESTS = str(Path(__file__).parent.parent)
HANDS = {"scanner": 2, "service": 3}
KILLS = int(os.environ.get("XFC_TEST_KILLS", "24"))
LONG = 300
"""So many kills are a long run, which waits real minutes, and writes its figures."""
LEASES = {} if KILLS >= LONG else {LEASE: "6"}
QUEUES = {"scanner": ("scan",), "service": ("results", "delivery")}


@dataclass
class Slot:
    """A place for a worker, and who has it now."""

    name: str
    kind: str
    worker: Worker


class Keeper:
    """Two scanners and three services that die and come back. All chance comes from the seed."""

    def __init__(self, facility: Facility, journal: Path, seed: int) -> None:
        self._facility, self._journal = facility, journal
        chance = random.Random(seed)
        # There are many more orders than answers that lead to anything; and a scan should come to its end.
        self._plans = {
            "scanner": _endless(SCANNER, 8, chance),
            "service": _endless(SERVICE, 2, chance),
            "tick": _endless(TICK, 2, chance),
        }
        names = [(f"{kind}{number}", kind) for kind, hands in HANDS.items() for number in range(hands)]
        self.slots = [Slot(name, kind, self._start(name, kind)) for name, kind in names]

    def next_tick(self) -> dict[str, str]:
        """The environment in which the next `tick` dies."""
        return {**next(self._plans["tick"]), JOURNAL: str(self._journal), "PYTHONPATH": TESTS, **LEASES}

    def restart_the_dead(self) -> int:
        """Start a new worker in every place whose worker has died; how many."""
        dead = [slot for slot in self.slots if slot.worker.has_ended]
        for slot in dead:
            self._facility.workers.remove(slot.worker)  # its log goes on
            slot.worker = self._start(slot.name, slot.kind)
        return len(dead)

    def _start(self, name: str, kind: str) -> Worker:
        return self._facility.start(
            name,
            QUEUES[kind],
            **journalled(self._journal, QUEUES[kind]),
            **next(self._plans[kind]),
        )


def journalled(file: Path, queues: tuple[str, ...]) -> dict[str, Any]:
    """What makes a worker tell what it has in hand; and die, where its environment names a step."""
    return {
        "beside": ("faults.killing",),
        "PYTHONPATH": TESTS,
        "XFC_TEST_QUEUES": " ".join(queues),
        JOURNAL: str(file),
        **LEASES,
    }


def _endless(steps: tuple[str, ...], latest: int, chance: random.Random) -> Iterator[dict[str, str]]:
    """All steps in a random order, again and again, each at its first to latest passage."""
    while True:
        for step in chance.sample(steps, len(steps)):
            delay = f"{chance.uniform(0, 0.03):.4f}"
            yield {STEP: step, PASSAGE: str(chance.randint(1, latest)), DELAY: delay}
