"""How calm is it? A virtual year of 1,000 people of seven temperaments, told by three policies of telling.

    python benchmarks/calm.py [--people 1000] [--seed 4]

The same scans go to xfc-notify (its own functions, in memory; nobody answers), to a policy that mails at every
scan over a limit, and to one that mails every 24 hours while a limit is passed. A breach lasts from the scan that
finds a limit passed until one that could read everything and finds it is not; one that begins within a week of the end
of the last is its return, and the person knows of it. Writes docs/calm.md. It is about counts, not time: any machine
gives the same.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from xfc_notify.domain import Area, Level, PastScan
from xfc_notify.notify.episodes import SAME_WITHIN
from xfc_notify.plugins import Plugins
from xfc_notify.settings import Settings
from xfc_notify.simulate.replay import Measured, Past, Told, replay

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "notify"))

from year import HARD_QUOTA, TEMPORAL_QUOTA, Life, Scan, Temperament, lives

PAGE_FILE = Path(__file__).parent.parent / "docs" / "calm.md"
DAY = timedelta(days=1)
QUOTAS = ("quota_hard", "quota_temporal")
SENDERS = ("xfc-notify", "every scan", "every 24 h")
PAGE = """\
# How calm it is

In a virtual year of {people:,} people with {breaches:,} breaches of a limit, of which {told:,} were told within a day,
xfc-notify sends {ours:.1f} messages per breach, including early warnings and good news. A mail at every scan over a
limit makes {every_scan}; a mail every 24 hours while over, {every_day}.

| temperament | people | breaches | told | {senders} | most |
{rule}
{rows}

Made by `python benchmarks/calm.py --people {people} --seed {seed}`: daily scans, of which 2 % fail and 3 % see only a
part; the hard and the temporal quota with the default settings; nobody answers (answers would only make it quieter). A
breach lasts from the scan that finds a limit passed until a scan that reads everything and finds it is not. *Told*
means that at most a day after the breach began, the last word on that limit was that it is passed; a breach that begins
within a week of the end of the last one is told if that was. The two naive policies only speak of breaches; for
xfc-notify all messages count, even those to people who were never over. An area that swings around a limit is one
episode to xfc-notify, with fewer and fewer reminders; here it is a breach each time it passes the limit. *Most* is the
most messages that one person got in the year.
"""


@dataclass
class Count:
    """Of one temperament: people, breaches, and messages by who sent them."""

    people: int = 0
    breaches: int = 0
    untold: int = 0
    most: int = 0
    messages: Counter[str] = field(default_factory=Counter)


def over(scan: Scan) -> tuple[str, ...]:
    """The limits that a scan finds passed."""
    used = (scan.size > HARD_QUOTA, scan.byte_days > TEMPORAL_QUOTA)
    return tuple(name for name, passed in zip(QUOTAS, used, strict=True) if passed)


@dataclass(frozen=True)
class Breach:
    """A limit was passed; `returns` names the begin of the breach that ended less than a week before, if one did."""

    limit: str
    begin: datetime
    returns: datetime | None


def breaches(scans: list[Scan]) -> list[Breach]:
    """All breaches, as they begin."""
    found: list[Breach] = []
    begun: dict[str, datetime] = {}
    ended: dict[str, tuple[datetime, datetime]] = {}
    for scan in scans:
        passed = {*over(scan), *(() if scan.complete else begun)}
        for name in set(begun) - passed:
            ended[name] = (begun.pop(name), scan.at)
        for name in sorted(passed - set(begun)):
            begin, end = ended.get(name, (None, None))
            is_recent = end is not None and scan.at - end < SAME_WITHIN
            found.append(Breach(name, scan.at, begin if is_recent else None))
            begun[name] = scan.at
    return found


def at_every_scan(scans: list[Scan]) -> int:
    """A mail at every scan that finds a limit passed; both in one."""
    return sum(bool(over(scan)) for scan in scans)


def every_24_hours(scans: list[Scan]) -> int:
    """A mail when a limit is found passed, and every 24 hours from then until a scan finds none passed."""
    mails, due, last = 0, None, scans[-1].at
    for scan, until in zip(scans, [*(scan.at for scan in scans[1:]), last], strict=True):
        if not over(scan):
            due = None
            continue
        due = scan.at if due is None else due
        while due < until or due == scan.at:
            mails, due = mails + 1, due + DAY
    return mails


def told(life: Life, scans: list[Scan], plugins: Plugins, settings: Settings) -> Iterator[Told]:
    """What xfc-notify says."""
    area = Area(life.name, "vol1", life.name.encode(), HARD_QUOTA, TEMPORAL_QUOTA)
    past = [
        Measured(area, scan.at, PastScan(scan.at, scan.size, scan.byte_days, 1, scan.complete))
        for scan in scans
    ]
    return replay(Past(life.name, past), plugins.evaluate_here, settings.messages, scans[-1].at)


def untold(found: list[Breach], messages: list[Told]) -> int:
    """How many breaches their person does not know of a day after they began."""
    known: set[tuple[str, datetime]] = set()
    for breach in found:
        said = [
            it.level
            for message in messages
            if message.at <= breach.begin + DAY
            for it in message.points
            if it.policy == breach.limit
        ]
        if said[-1:] == [Level.OVER] or (breach.returns and (breach.limit, breach.returns) in known):
            known.add((breach.limit, breach.begin))
    return len(found) - len(known)


def count(people: int, seed: int) -> dict[Temperament, Count]:
    """Let everybody live their year."""
    others = {plugin.name for plugin in Plugins.load(Settings()).all} - set(QUOTAS)
    settings = Settings.model_validate({"plugins": {"disabled": tuple(others)}})
    plugins = Plugins.load(settings)
    counts = {temperament: Count() for temperament in Temperament}
    for number, life in enumerate(lives(people, seed)):
        scans = [scan for scan in life.scans if scan is not None]
        messages, found = list(told(life, scans, plugins, settings)), breaches(scans)
        mine = counts[life.temperament]
        mine.people += 1
        mine.breaches += len(found)
        mine.untold += untold(found, messages)
        mine.most = max(mine.most, len(messages))
        mine.messages["xfc-notify"] += len(messages)
        mine.messages["every scan"] += at_every_scan(scans)
        mine.messages["every 24 h"] += every_24_hours(scans)
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{number + 1} of {people}")
    return counts


def page(counts: dict[Temperament, Count], people: int, seed: int) -> str:
    """docs/calm.md"""
    everybody = Count()
    for it in counts.values():
        everybody.people += it.people
        everybody.breaches += it.breaches
        everybody.untold += it.untold
        everybody.most = max(everybody.most, it.most)
        everybody.messages += it.messages
    ours, *naive = (everybody.messages[who] for who in SENDERS)
    every_scan, every_day = (
        f"{count / everybody.breaches:.1f}, or {count / ours:.1f} times as many" for count in naive
    )
    return PAGE.format(
        people=people,
        seed=seed,
        breaches=everybody.breaches,
        told=everybody.breaches - everybody.untold,
        ours=ours / everybody.breaches,
        every_scan=every_scan,
        every_day=every_day,
        senders=" | ".join(f"{who} | per breach" for who in SENDERS),
        rule="|---|" + "--:|" * (4 + 2 * len(SENDERS)),
        rows="\n".join([*(_row(str(name), it) for name, it in counts.items()), _row("all", everybody)]),
    )


def _row(name: str, it: Count) -> str:
    cells = [f"{it.people:,}", f"{it.breaches:,}", f"{it.breaches - it.untold:,}"]
    for who in SENDERS:
        per_breach = f"{it.messages[who] / it.breaches:.1f}" if it.breaches else "-"
        cells += [f"{it.messages[who]:,}", per_breach]
    cells.append(str(it.most))
    return f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    """Count, and write docs/calm.md."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=4)
    given = parser.parse_args()
    text = page(count(given.people, given.seed), given.people, given.seed)
    PAGE_FILE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
