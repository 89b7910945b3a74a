"""How far off are the dates that the growth policy tells? Writes docs/forecasts.md.

    python benchmarks/growth.py [--areas 200] [--output docs/forecasts.md]

Made histories of daily scans, the same at every run, are cut off 3, 7, 14 and 30 days before they pass the hard
quota; the policy is asked for the date, and so is a naive peer: the pace of the last two scans.
"""

import argparse
import random
import statistics
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import xfc_notify_growth

from xfc_notify import PastScan, Tally, Usage
from xfc_notify.testing import sample_area

QUOTA = 40 * 10**12
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
LEADS = (3, 7, 14, 30)

Sizes = Iterator[float]
"""TB on successive days, without end."""


def linear(pace: float, start: float, chance: random.Random) -> Sizes:  # noqa: ARG001
    """As much every day."""
    while True:
        yield start
        start += pace


def noisy(pace: float, start: float, chance: random.Random) -> Sizes:
    """As much every day, and temporary files of about two days' growth that come and go."""
    for size in linear(pace, start, chance):
        yield max(0.0, size + chance.gauss(0, 2 * pace))


def bursty(pace: float, start: float, chance: random.Random) -> Sizes:
    """Nothing on four days of five, then much."""
    while True:
        yield start
        if chance.random() < 0.2:
            start += 5 * pace * chance.expovariate(1)


def saw_tooth(pace: float, start: float, chance: random.Random) -> Sizes:
    """Growth by half more, a third of which is tidied away every one to three weeks."""
    period, day = chance.randint(7, 21), 0
    while True:
        yield start
        day += 1
        start += 1.5 * pace
        if day % period == 0:
            start -= period * 0.5 * pace


def stepping(pace: float, start: float, chance: random.Random) -> Sizes:
    """One copy every five to twenty days."""
    period, day = chance.randint(5, 20), 0
    while True:
        yield start
        day += 1
        if day % period == 0:
            start += period * pace


KINDS: tuple[Callable[[float, float, random.Random], Sizes], ...] = (
    linear, noisy, bursty, saw_tooth, stepping,
)  # fmt: skip


def history(kind: Callable[[float, float, random.Random], Sizes], seed: int) -> tuple[list[int], float]:
    """Bytes on successive days up to the first above the quota, and the day (with its part) of passing it."""
    chance = random.Random(f"{kind.__name__} {seed}")
    sizes: list[int] = []
    for terabytes in kind(chance.uniform(0.1, 1), chance.uniform(2, 10), chance):
        sizes.append(round(terabytes * 10**12))
        if sizes[-1] > QUOTA:
            break
    before, after = sizes[-2:]
    return sizes, len(sizes) - 2 + (QUOTA - before) / (after - before)


def told(sizes: list[int], settings: object) -> float | None:
    """The day of passing as the policy tells it on the last of these days."""
    now = FIRST + DAY * (len(sizes) - 1)
    past = tuple(PastScan(FIRST + DAY * day, size, 0.0, 1) for day, size in enumerate(sizes[:-1]))
    usage = Usage(now, total=Tally.of(1, sizes[-1]))
    findings = xfc_notify_growth.evaluate(sample_area(hard_quota=QUOTA), usage, past, now, settings)
    due = next(iter(findings)).due
    return None if due is None else (due - FIRST) / DAY


def naive(sizes: list[int]) -> float | None:
    """The day of passing at the pace of the last two scans."""
    pace = sizes[-1] - sizes[-2]
    return len(sizes) - 1 + (QUOTA - sizes[-1]) / pace if pace > 0 else None


def row(kind: Callable[[float, float, random.Random], Sizes], areas: int) -> str:
    """A line of the table."""
    settings = xfc_notify_growth.settings_model()()
    by_lead: dict[int, list[float]] = {lead: [] for lead in LEADS}
    peer: list[float] = []
    asked = silent = 0
    for seed in range(areas):
        sizes, passing = history(kind, seed)
        for lead in LEADS:
            known = sizes[: int(passing) - lead + 1]
            if len(known) < 4:
                continue
            asked += 1
            day = told(known, settings)
            silent += day is None
            if day is not None:
                by_lead[lead].append(abs(day - passing))
            if (guess := naive(known)) is not None:
                peer.append(abs(guess - passing))
    errors = [error for found in by_lead.values() for error in found]
    medians = [statistics.median(found) for found in (*by_lead.values(), errors, peer)]
    cells = " | ".join(f"{median:.1f}" for median in medians)
    name = kind.__name__.replace("_", "-")
    return f"| {name} | {cells} | {silent / asked:.0%} | {1 - len(peer) / asked:.0%} |"


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--areas", type=int, default=200)
    parser.add_argument("--output", type=Path, default=Path(__file__).parents[1] / "docs" / "forecasts.md")
    asked = parser.parse_args()
    rows = "\n".join(row(kind, asked.areas) for kind in KINDS)
    asked.output.write_text(TEXT.format(areas=asked.areas, rows=rows), encoding="utf-8")


TEXT = """\
# How good the forecasts are

Written by `python benchmarks/growth.py`. The policy `growth` names the date on which an area will pass its hard quota;
this is its median error in days, 3, 7, 14 and 30 days before that date. It uses least squares over the daily scans of
four weeks, starting from today's usage. Each kind has {areas} invented histories, the same at every run; the quota
is 40 TB, the mean growth 0.1 to 1 TB a day. The naive peer divides what is left by the growth of the last day. "Without
a date" is how often no date was named.

| history | 3 days before | 7 | 14 | 30 | all | naive, all | without a date | naive, without |
|---|---|---|---|---|---|---|---|---|
{rows}

The kinds: the same growth every day; the same plus temporary files (standard deviation: two days' growth); bursts on
one day in five; growth of which a third is tidied away every one to three weeks; one copy every five to twenty days.
"""


if __name__ == "__main__":
    main()
