"""What would have expired under other lifespans, and who would have been asked, from the datasets that are recorded.

What people did with dates is left out, for it answered the lifespans of then: only when a dataset began, was opened,
was closed or was removed counts. Nothing is written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.lifecycle import lives, people
from xfc_notify.lifecycle.course import World, following
from xfc_notify.lifecycle.life import Event, after
from xfc_notify.lifecycle.states import Decision, Happening
from xfc_notify.lifecycle.terms import Terms
from xfc_notify.plugins.service import Service

COUNTS = {Happening.OPENED, Happening.CLOSED, Happening.REMOVED}


@dataclass(frozen=True, slots=True)
class Expired:
    """A date that would have been over, and what people would have been asked.

    asked  the owner, then the groups, each after the one before it did not answer
    """

    dataset: str
    path: str
    owner: str
    decision: Decision
    expired_at: datetime
    asked: tuple[str, ...]


def expiries(
    uid: str, events: Sequence[Event], terms: Terms, world: World, until: datetime
) -> Iterator[tuple[datetime, Decision]]:
    """When a dataset would have expired, once in each phase, and for which decision; pure."""
    life = None
    ends = [*(event.at for event in events[1:]), until]
    for event, end in zip(events, ends, strict=True):
        life = after(life, uid, event)
        dated = following(life, terms, world, event.at)
        if dated is None or dated.what is not Happening.DATED:
            continue
        life = after(life, uid, dated)
        if life.expires_at is not None and life.expires_at < end:
            asked = following(life, terms, world, life.expires_at)
            if asked is not None:
                yield life.expires_at, Decision(asked.data["decision"])


def expired(
    service: Service, since: datetime, until: datetime, lifespans: dict[str, timedelta]
) -> list[Expired]:
    """What would have expired in this time, the oldest first. `lifespans`: of the terms open_lifespan and
    close_lifespan, those that count instead of what settings and groups say."""
    found = []
    for dataset in DatasetRow.select().order_by(DatasetRow.uid):
        terms = replace(people.terms(dataset, service.settings), **lifespans)  # type: ignore[arg-type]
        world = World(dataset.owner, people.zone(service.settings))
        asked = (dataset.owner, *(row.name for row in people.groups_above(dataset.group)))
        for at, decision in expiries(dataset.uid, _recorded(dataset), terms, world, until):
            if at >= since:
                found.append(Expired(dataset.uid, dataset.path, dataset.owner, decision, at, asked))
    return sorted(found, key=lambda one: (one.expired_at, one.dataset))


def _recorded(dataset: DatasetRow) -> list[Event]:
    """What happened to a dataset, from when it was registered."""
    began = Event(Happening.BEGAN, dataset.registered_at, data={"created": dataset.registered_at.isoformat()})
    events = [lives.event(row) for row in lives.events(dataset.uid)]
    return [began, *(event for event in events if event.what in COUNTS)]
