"""A year of people of seven temperaments: how their areas go, and how they take what they are told.

Made from a seed, the same every time. Sizes are in bytes, temporal usage in byte-days; a day without a scan that
came to its end is None.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
DAYS = 365
HARD_QUOTA = 10 * 10**12
TEMPORAL_QUOTA = 300e12
FAILS, IS_PARTIAL = 0.02, 0.03
"""The shares of scans that fail, and that cannot read everything."""


class Temperament(StrEnum):
    """How somebody uses their area."""

    STEADY = "steady"
    BURSTY = "bursty"
    LATE = "cleaning up late"
    OSCILLATING = "oscillating about a limit"
    ABSENT = "absent"
    GROWING = "growing"
    ABANDONED = "abandoned"


ANSWERS = {
    Temperament.STEADY: 0.3,
    Temperament.BURSTY: 0.3,
    Temperament.LATE: 0.2,
    Temperament.OSCILLATING: 0.4,
    Temperament.ABSENT: 0.0,
    Temperament.GROWING: 0.3,
    Temperament.ABANDONED: 0.0,
}
"""The share of messages that are answered."""


@dataclass(frozen=True)
class Scan:
    """What a scan found, when it came to its end."""

    at: datetime
    size: int
    byte_days: float
    complete: bool


@dataclass(frozen=True)
class Answer:
    """What a person does some time after they got a message."""

    after: timedelta
    what: str
    days: int = 0


@dataclass(frozen=True)
class Life:
    """A person's year: a scan for every day, None where it failed."""

    name: str
    temperament: Temperament
    scans: tuple[Scan | None, ...]
    mailbox: bool

    def answer(self, number: int) -> Answer | None:
        """What they do about their message of this number, if anything."""
        rng = Random(f"{self.name} {number}")
        if rng.random() >= ANSWERS[self.temperament]:
            return None
        what = rng.choices(["seen", "put off", "mute"], [60, 35, 5])[0]
        return Answer(rng.uniform(0.2, 40) * HOUR, what, rng.choice([1, 3, 7, 14]))


@dataclass(frozen=True)
class MailServer:
    """A mail server that is out of reach at times; `retries` are the outbox's."""

    outages: tuple[tuple[datetime, datetime], ...]

    @classmethod
    def made(cls, seed: int, count: int = 15) -> "MailServer":
        """Fifteen outages in the year, of minutes up to two days."""
        rng = Random(f"mail {seed}")
        begins = (START + rng.uniform(0, DAYS) * DAY for _ in range(count))
        return cls(tuple((begin, begin + rng.choice([0.3, 2, 9, 30, 48]) * HOUR) for begin in begins))

    def delivered(
        self, at: datetime, first: timedelta, longest: timedelta, give_up: timedelta
    ) -> datetime | None:
        """When a message is taken that is tried after `first`, twice that … `longest`; None if never."""
        time, wait = at, first
        while any(begin <= time < end for begin, end in self.outages):
            time, wait = time + wait, min(2 * wait, longest)
            if time > at + give_up:
                return None
        return time


def lives(count: int, seed: int = 4) -> Iterator[Life]:
    """So many people, of all temperaments in turn."""
    for number in range(count):
        temperament = list(Temperament)[number % len(Temperament)]
        rng = Random(f"{seed} {number}")
        name = f"user{number:04}"
        yield Life(name, temperament, _scans(temperament, rng), temperament is not Temperament.ABANDONED)


def _scans(temperament: Temperament, rng: Random) -> tuple[Scan | None, ...]:
    begins, byte_days = rng.uniform(0, 24) * HOUR, 0.0
    scans: list[Scan | None] = []
    churn = 0.0 if temperament in (Temperament.ABSENT, Temperament.ABANDONED) else rng.uniform(0.03, 0.08)
    was = 0.0
    for day, share in enumerate(_shares(temperament, rng)):
        kept = (1 - churn) * min(1.0, share / was) if was else 0.0
        byte_days, was = byte_days * kept + share * HARD_QUOTA, share
        at = (START + day * DAY + begins + rng.uniform(-2, 2) * HOUR).replace(microsecond=0)
        luck = rng.random()
        seen = rng.uniform(0.5, 0.95) if luck < FAILS + IS_PARTIAL else 1.0
        size = round(share * seen * 1000) * (HARD_QUOTA // 1000)
        scan = Scan(at, size, byte_days * seen, complete=seen == 1)
        scans.append(None if luck < FAILS else scan)
    return tuple(scans)


def _shares(temperament: Temperament, rng: Random) -> Iterator[float]:
    """The share of the hard quota that is used, day by day."""
    if temperament is Temperament.BURSTY:
        yield from _bursts(rng)
        return
    if temperament is Temperament.LATE:
        yield from _late(rng)
        return
    begin, end, swing = {
        Temperament.STEADY: (about := rng.uniform(0.3, 0.88), about, 0.02),
        Temperament.OSCILLATING: (limit := rng.choice([0.8, 0.9, 1.0]), limit, 0.045),
        Temperament.ABSENT: (little := rng.uniform(0.05, 0.5), little, 0.0),
        Temperament.GROWING: (rng.uniform(0.1, 0.5), rng.uniform(0.7, 1.5), 0.01),
        Temperament.ABANDONED: (much := rng.uniform(0.6, 1.3), much, 0.0),
    }[temperament]
    for day in range(DAYS):
        yield begin + (end - begin) * day / DAYS + rng.uniform(-swing, swing)


def _bursts(rng: Random) -> Iterator[float]:
    base, until, level = rng.uniform(0.1, 0.5), 0, 0.0
    for day in range(DAYS):
        if day >= until:
            is_burst = level == base or not level
            level = rng.uniform(0.7, 1.4) if is_burst and level else base
            until = day + (rng.randint(3, 10) if level != base else rng.randint(15, 60))
        yield level


def _late(rng: Random) -> Iterator[float]:
    share, full, patience = rng.uniform(0.2, 0.6), rng.uniform(1.02, 1.2), 0
    for _ in range(DAYS):
        if share < full:
            share += rng.uniform(0.002, 0.02)
            patience = rng.randint(3, 20)
        elif patience:
            patience -= 1
        else:
            share = rng.uniform(0.1, 0.5)
        yield share
