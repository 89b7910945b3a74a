"""Rounds of scanning and telling while everything dies."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from acceptance.facility import GB, Facility

from faults import journal
from faults.invariants import Outcome, assert_nothing_lost
from faults.journal import Kill
from faults.keeper import Keeper
from faults.passing_time import PassingTime
from faults.settling import Settling

ROUND = 400.0
"""Seconds that a round may take; the machine may be busy with other things."""
USERS = 6
"""New ones in every round."""


@dataclass
class Run:
    """A facility under fire. Every round brings new users, and changes the areas of those of the round before."""

    facility: Facility
    keeper: Keeper
    journal: Path
    time: PassingTime
    due: dict[str, list[str]] = field(default_factory=dict)
    scanned_since: dict[str, datetime] = field(default_factory=dict)
    recovered: dict[Kill, float] = field(default_factory=dict)
    commands: int = 0
    outcome: Outcome = field(default_factory=lambda: Outcome(0, 0, 0, 0))
    areas: int = 0
    _born: dict[Kill, float] = field(default_factory=dict)

    @property
    def kills(self) -> tuple[Kill, ...]:
        return journal.read(self.journal).kills

    def round(self, number: int) -> None:
        """New users, changed areas, and all that follows from it, to the end."""
        began = datetime.now(UTC)
        users = [*self._change(number - 1), *self._add(number)]
        self.facility.run("discover")
        self.scanned_since.update(dict.fromkeys(users, began))
        if not self._command("enqueue", *users):
            self.facility.run("enqueue", *users)  # as its operator does who sees it fail
        settling = Settling(self.facility, self.journal, self.time)
        settling.settle(ROUND, tick=lambda: self._command("tick"), meanwhile=self._look)
        self.areas += len(users)
        self.outcome = assert_nothing_lost(self.facility, self.scanned_since, self.due, self.kills)

    def _add(self, number: int) -> Iterator[str]:
        for place in range(USERS):
            user = f"r{number}u{place}"
            over = place % 2 == 0
            files = {f"d{i}/e/f{i}.nc": GB // 10 + i for i in range(2)} | {"big.nc": (11 if over else 1) * GB}
            self.facility.add_user(user, files)
            os.link(self.facility.volume / user / "d0/e/f0.nc", self.facility.volume / user / "d1/linked.nc")
            self.due[user] = ["began"] if over else []
            yield user

    def _change(self, number: int) -> Iterator[str]:
        """Those who were over clean up, but not by half, which would have to be seen twice; the others are over."""
        for place in range(USERS if number >= 0 else 0):
            user = f"r{number}u{place}"
            file = self.facility.volume / user / "big.nc"
            was_over = place % 2 == 0
            os.truncate(file, (6 if was_over else 12) * GB + place)
            self.due[user].append("ended" if was_over else "began")
            yield user

    def _command(self, *arguments: str) -> bool:
        """A command that may die on its way; whether it came to its end."""
        ran = self.facility.begin(*arguments, module="faults.killing", **self.keeper.next_tick()).wait()
        assert ran.code in {0, -9}, ran.err
        self.commands += ran.code == -9
        return ran.code == 0

    def _look(self) -> None:
        """Bring back the dead, and note when all was done that a kill had hit."""
        self.keeper.restart_the_dead()
        open_scans = {row[0] for row in self.facility.query("SELECT id FROM scan WHERE state = 'open'")}
        unsent = {row[0] for row in self.facility.query("SELECT id FROM delivery WHERE state <> 'sent'")}
        for kill in self.kills:
            born = self._born.setdefault(kill, self.time.at(kill.at))
            if (
                kill not in self.recovered
                and not open_scans & {*kill.scans}
                and not unsent & {*kill.deliveries}
            ):
                self.recovered[kill] = self.time.now() - born
