"""kill -9 at every step of the flow, again and again, while areas are scanned and people told."""

import os
import time
from pathlib import Path

import pytest
from acceptance.facility import Maker

from faults import figures
from faults.keeper import KILLS, LONG, Keeper
from faults.passing_time import PassingTime
from faults.rounds import Run
from faults.steps import SCANNER, SERVICE, TICK

SEED = int(os.environ.get("XFC_TEST_SEED", "20260302"))


@pytest.fixture
def run(make_facility: Maker, tmp_path: Path) -> Run:
    """A facility whose slices are one directory each, which holds no message back."""
    facility = make_facility(slice_seconds=0)
    facility.service_settings.write_text(
        facility.service_settings.read_text() + "\n[messages]\nbrake_share = 1\n"
    )
    file = tmp_path / "journal"
    return Run(facility, Keeper(facility, file, SEED), file, PassingTime(facility))


@pytest.mark.timeout(120 + 8 * KILLS)
def test_whatever_dies_nothing_is_lost_and_nobody_is_told_twice(run: Run) -> None:
    began, rounds = time.monotonic(), 0
    steps = {*SCANNER, *SERVICE, *TICK} if KILLS >= LONG else set()
    # A step that is never come to is seen in the figures.
    while len(run.kills) < KILLS or (
        len(run.kills) < 2 * KILLS and not steps <= {kill.step for kill in run.kills}
    ):
        run.round(rounds)
        rounds += 1
        worst = max(run.recovered.values(), default=0)
        print(f"round {rounds}: {len(run.kills)} kills, {run.outcome}, longest {worst:.0f} s", flush=True)
    if KILLS >= LONG:
        figures.write(run, SEED, rounds, time.monotonic() - began)
