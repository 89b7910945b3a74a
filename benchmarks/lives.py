"""How areas go from day to day: sizes, and files with their ages. Made from a seed, the same at every run."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

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


@dataclass
class Files:
    """What lies in an area: (day of arrival, TB), the oldest first."""

    there: list[tuple[int, float]]
    day: int = 0

    def add(self, size: float) -> None:
        """Add a file of today."""
        self.there.append((self.day, size))

    def tidy(self, size: float) -> None:
        """Delete so many TB, the oldest first."""
        while self.there and size > 0:
            arrival, found = self.there.pop(0)
            if found > size:
                self.there.insert(0, (arrival, found - size))
            size -= found

    @property
    def size(self) -> float:
        """In TB."""
        return sum(size for _, size in self.there)

    @property
    def byte_days(self) -> float:
        """In TB·days."""
        return sum(size * (self.day - arrival) for arrival, size in self.there)


Lives = Iterator[Files]
"""What lies in an area on successive days, without end."""


def kept(pace: float, start: float, chance: random.Random) -> Lives:  # noqa: ARG001
    """Nothing comes and nothing goes."""
    files = Files([(0, start)])
    while True:
        yield files
        files.day += 1


def growing(pace: float, start: float, chance: random.Random) -> Lives:
    """As much every day, about half of it or half more; nothing is deleted."""
    for files in kept(pace, start, chance):
        if files.day:
            files.add(pace * chance.uniform(0.5, 1.5))
        yield files


def arriving(pace: float, start: float, chance: random.Random) -> Lives:
    """Much on one day of five; nothing is deleted."""
    for files in kept(pace, start, chance):
        if files.day and chance.random() < 0.2:
            files.add(5 * pace * chance.expovariate(1))
        yield files


def replaced(pace: float, start: float, chance: random.Random) -> Lives:
    """Every file is replaced after six to twenty days, by one that is a little larger."""
    age = chance.randint(6, 20)
    files = Files([(-before, start / age) for before in range(age, 0, -1)])
    while True:
        yield files
        files.day += 1
        files.there = [file for file in files.there if file[0] > files.day - age]
        files.add((start + pace * files.day) / age)


def tidied(pace: float, start: float, chance: random.Random) -> Lives:
    """Growth by half more, a third of which, the oldest, is tidied away every one to three weeks."""
    period = chance.randint(7, 21)
    for files in kept(pace, start, chance):
        if files.day:
            files.add(1.5 * pace)
        if files.day and files.day % period == 0:
            files.tidy(period * 0.5 * pace)
        yield files


def halved(pace: float, start: float, chance: random.Random) -> Lives:
    """As much every day; the older half is deleted, once in the first four weeks."""
    when = chance.randint(5, 28)
    for files in kept(pace, start, chance):
        if files.day:
            files.add(pace)
        if files.day == when:
            files.tidy(files.size / 2)
        yield files


LIVES: tuple[Callable[[float, float, random.Random], Lives], ...] = (
    kept, growing, arriving, replaced, tidied, halved,
)  # fmt: skip
