"""How far off are the dates that the policies tell? Writes docs/forecasts.md.

    python benchmarks/growth.py [--areas 200] [--output docs/forecasts.md]

Made histories of daily scans, the same at every run, are cut off 3, 7, 14 and 30 days before they pass a quota; the
policy is asked for the date, and so is a naive peer. Of the hard quota that is the pace of the last two scans; of the
temporal quota it is the day if nothing is deleted.
"""

import argparse
import random
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import xfc_notify_growth
import xfc_notify_quota_temporal
from lives import KINDS, LIVES, Lives, Sizes

from xfc_notify import PastScan, Tally, Usage
from xfc_notify.testing import sample_area

TB = 10**12
QUOTA = 40 * TB
TEMPORAL_QUOTA = 300 * TB
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
LEADS = (3, 7, 14, 30)
LONGEST = 1500
"""Days after which an area that has not passed its quota is left out."""

Scan = tuple[int, float]
"""Bytes and byte-days of a day."""


@dataclass(frozen=True)
class Quota:
    """A quota: which figure of a scan it limits, and who is asked for its date."""

    limit: int
    figure: int
    told: Callable[[list[Scan]], float | None]
    naive: Callable[[list[Scan]], float | None]


def sizes_of(kind: Callable[[float, float, random.Random], Sizes], seed: int) -> Iterator[Scan]:
    """What daily scans find."""
    chance = random.Random(f"{kind.__name__} {seed}")
    for size in kind(chance.uniform(0.1, 1), chance.uniform(2, 10), chance):
        yield round(size * TB), 0.0


def lives_of(kind: Callable[[float, float, random.Random], Lives], seed: int) -> Iterator[Scan]:
    """What daily scans find."""
    chance = random.Random(f"{kind.__name__} {seed}")
    for files in kind(chance.uniform(0.1, 1), chance.uniform(2, 10), chance):
        yield round(files.size * TB), files.byte_days * TB


def history(scans: Iterator[Scan], quota: Quota) -> tuple[list[Scan], float] | None:
    """The scans up to the first above the quota, and the day (with its part) of passing it; None if it never is."""
    known: list[Scan] = []
    for _, scan in zip(range(LONGEST), scans, strict=False):
        known.append(scan)
        if scan[quota.figure] > quota.limit:
            before, after = known[-2][quota.figure], known[-1][quota.figure]
            return known, len(known) - 2 + (quota.limit - before) / (after - before)
    return None


def told_of_space(scans: list[Scan]) -> float | None:
    """The day of passing as `growth` tells it on the last of these days."""
    usage, past, now = asked(scans)
    area = sample_area(hard_quota=QUOTA)
    findings = xfc_notify_growth.evaluate(area, usage, past, now, xfc_notify_growth.settings_model()())
    return day_of(next(iter(findings)).due)


def told_of_byte_days(scans: list[Scan]) -> float | None:
    """The day of passing as `quota_temporal` tells it on the last of these days."""
    usage, past, _ = asked(scans)
    area = sample_area(temporal_quota=TEMPORAL_QUOTA)
    settings = xfc_notify_quota_temporal.settings_model()()
    return day_of(next(iter(xfc_notify_quota_temporal.evaluate(area, usage, past, settings))).due)


def asked(scans: list[Scan]) -> tuple[Usage, tuple[PastScan, ...], datetime]:
    """What a policy is given on the last of these days."""
    now = FIRST + DAY * (len(scans) - 1)
    past = tuple(PastScan(FIRST + DAY * day, size, used, 1) for day, (size, used) in enumerate(scans[:-1]))
    size, byte_days = scans[-1]
    return Usage(now, total=Tally.of(1, size, round(byte_days * 86_400))), past, now


def day_of(due: datetime | None) -> float | None:
    """A date as a day of the history."""
    return None if due is None else (due - FIRST) / DAY


def pace_of_two(scans: list[Scan]) -> float | None:
    """The day of passing the hard quota at the pace of the last two scans."""
    pace = scans[-1][0] - scans[-2][0]
    return len(scans) - 1 + (QUOTA - scans[-1][0]) / pace if pace > 0 else None


def nothing_deleted(scans: list[Scan]) -> float | None:
    """The day of passing the temporal quota if all stays that is there."""
    size, byte_days = scans[-1]
    return len(scans) - 1 + (TEMPORAL_QUOTA - byte_days) / size if size > 0 else None


SPACE = Quota(QUOTA, 0, told_of_space, pace_of_two)
BYTE_DAYS = Quota(TEMPORAL_QUOTA, 1, told_of_byte_days, nothing_deleted)


def row(name: str, histories: Iterator[Iterator[Scan]], quota: Quota) -> str:
    """A line of a table."""
    by_lead: dict[int, list[float]] = {lead: [] for lead in LEADS}
    peer: list[float] = []
    count = silent = 0
    for scans in histories:
        made = history(scans, quota)
        if made is None:
            continue
        for lead in LEADS:
            known = made[0][: int(made[1]) - lead + 1]
            if len(known) < 4:
                continue
            count += 1
            day = quota.told(known)
            silent += day is None
            if day is not None:
                by_lead[lead].append(abs(day - made[1]))
            if (guess := quota.naive(known)) is not None:
                peer.append(abs(guess - made[1]))
    errors = [error for found in by_lead.values() for error in found]
    worst = statistics.quantiles(errors, n=10)[-1]
    medians = [statistics.median(found) for found in (*by_lead.values(), errors)]
    cells = " | ".join(f"{days:.1f}" for days in (*medians, worst, statistics.median(peer)))
    return f"| {name.replace('_', '-')} | {cells} | {silent / count:.0%} | {1 - len(peer) / count:.0%} |"


def main() -> None:
    """Write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--areas", type=int, default=200)
    parser.add_argument("--output", type=Path, default=Path(__file__).parents[1] / "docs" / "forecasts.md")
    options = parser.parse_args()
    seeds = range(options.areas)
    space = [row(kind.__name__, (sizes_of(kind, seed) for seed in seeds), SPACE) for kind in KINDS]
    byte_days = [row(kind.__name__, (lives_of(kind, seed) for seed in seeds), BYTE_DAYS) for kind in LIVES]
    text = TEXT.format(areas=options.areas, space="\n".join(space), byte_days="\n".join(byte_days))
    options.output.write_text(text, encoding="utf-8")


TEXT = """\
# How good the forecasts are

Written by `python benchmarks/growth.py`: median errors in days, 3, 7, 14 and 30 days before the day on which a quota
is passed. Nine of ten dates are off by no more than "90 % within". Each kind has {areas} invented histories of daily
scans, the same at every run. "Without a date" is how often no date was told.

## The hard quota

The date is that of least squares over four weeks, from today's usage. Where `growth` warns, and this date contradicts
what it forecasts for 3 or 7 days ahead, it is the date of that forecast. The quota is 40 TB, the mean growth 0.1 to 1
TB a day. The naive peer divides what is left by the growth of the last day.

| history | 3 days before | 7 | 14 | 30 | all | 90 % within | naive, all | without a date | naive, without |
|---|---|---|---|---|---|---|---|---|---|
{space}

The kinds: the same growth every day; the same plus temporary files (standard deviation: two days' growth); bursts on
one day in five; growth of which a third is tidied away every one to three weeks; one copy every five to twenty days.

## The temporal quota

The date follows from the byte-days of four weeks: where nothing was deleted a day adds the size of the area, where
files are replaced it adds what the history shows. The quota is 300 TB·days. The naive peer is what is told where
there is no history: the day if nothing is deleted.

| history | 3 days before | 7 | 14 | 30 | all | 90 % within | naive, all | without a date | naive, without |
|---|---|---|---|---|---|---|---|---|---|
{byte_days}

The kinds: nothing comes or goes; growth of 0.05 to 1.5 TB a day and nothing deleted; bursts on one day in five and
nothing deleted; every file replaced after 6 to 20 days by one a little larger; growth of which a third, the oldest,
is tidied away every one to three weeks; growth, and the older half deleted once in the first four weeks: for four
weeks after that the date is told too late.
"""


if __name__ == "__main__":
    main()
