"""The scans in the database as what a simulation replays, and whom it asks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from xfc_notify.areas import areas, history
from xfc_notify.areas.settings import Limits
from xfc_notify.domain import Area, PastScan
from xfc_notify.notify import reply_rows
from xfc_notify.plugins import Judgement
from xfc_notify.settings import Settings
from xfc_notify.simulate.replay import Judge, Measured, Past
from xfc_notify.usage import Usage


@dataclass(frozen=True)
class Source:
    """What is replayed: people one after the other, how many, and the times of the first and the last scan."""

    people: Iterator[Past]
    count: int
    first: datetime | None
    last: datetime | None


@dataclass
class Asked:
    """Asks all policies, and keeps which of them ever said anything."""

    judge: Judge
    asked: set[str] = field(default_factory=set)
    spoke: set[str] = field(default_factory=set)

    def __call__(self, area: Area, usage: Usage, scans: Sequence[PastScan], now: datetime) -> Judgement:
        judgement = self.judge(area, usage, scans, now)
        self.asked |= judgement.asked
        self.spoke |= {verdict.plugin for verdict in judgement.verdicts}
        return judgement

    @property
    def silent(self) -> list[str]:
        """The policies that had nothing to judge."""
        return sorted(self.asked - self.spoke)


def stored(settings: Settings, user: str = "") -> Source:
    """The whole scans of those who want to be told, with each area's own limits. `user`: of this one alone."""
    return Source(_people(settings.of(Limits), user), *history.span_of_whole(user))


def with_quotas(past: Past, quotas: Mapping[str, Any]) -> Past:
    """The same with these quotas, by the fields of an area, in all areas."""
    if not quotas:
        return past
    changed = {area: replace(area, **quotas) for area in {measured.area for measured in past.scans}}
    return replace(past, scans=[replace(one, area=changed[one.area]) for one in past.scans])


def _people(limits: Limits, user: str) -> Iterator[Past]:
    muted = reply_rows.all_muted()
    for person, rows in groupby(history.whole(user), key=lambda row: row[0].user):
        known: dict[int, Area] = {}
        measured = []
        for area, ended, scan in rows:
            if area.id not in known:
                known[area.id] = areas.area(area, limits.counts)
            measured.append(Measured(known[area.id], ended, scan))
        yield Past(person.name, measured, muted.get(person.id, ()))
