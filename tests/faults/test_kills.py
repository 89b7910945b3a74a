"""kill -9 at every step of the flow, again and again, while areas are scanned and people told."""

import os
from pathlib import Path

import pytest
from acceptance.facility import Maker

from faults.keeper import Keeper
from faults.passing_time import PassingTime
from faults.rounds import Run

KILLS = int(os.environ.get("XFC_TEST_KILLS", "24"))
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


@pytest.mark.timeout(60 + 6 * KILLS)
def test_whatever_dies_nothing_is_lost_and_nobody_is_told_twice(run: Run) -> None:
    rounds = 0
    while len(run.kills) < KILLS:
        run.round(rounds)
        rounds += 1
        worst = max(run.recovered.values(), default=0)
        print(f"round {rounds}: {len(run.kills)} kills, worst {worst:.0f} s", flush=True)
