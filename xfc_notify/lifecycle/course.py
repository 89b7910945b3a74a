"""What happens next to a dataset by itself. Pure: a life, its terms and what is known of people give the next event.

Silence never removes anything. A dataset goes into the bin by the votes of two people, and in no other way from here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from xfc_notify.lifecycle import dates
from xfc_notify.lifecycle.life import Event, Life, Notice, after
from xfc_notify.lifecycle.states import Decision, Happening, Phase
from xfc_notify.lifecycle.terms import Terms

GRACE = timedelta(days=1)
"""How long it may take until somebody is told: one hears from us once a day."""
SOON = timedelta(hours=1)
"""How often an open notice is looked at: who can be reached, and what the directory says, may change."""
AGAIN = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=2))
"""When a removal is tried again after it failed; after the last it is parked."""
NEVER_LONGER = timedelta(days=1)
"""How often every dataset is looked at: settings may change."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A group that can be asked; `sure` is whether its members are known as of now."""

    group: str
    members: tuple[str, ...]
    sure: bool = True


@dataclass(frozen=True, slots=True)
class World:
    """What is known outside of a dataset's life.

    groups     its group, then those above it
    reachable  of all these people, who has an address and wants to hear
    told       when people were told of the notice that is open
    copies     the ids of the copies that stand
    """

    owner: str
    zone: ZoneInfo
    groups: tuple[Asked, ...] = ()
    reachable: frozenset[str] = frozenset()
    told: Mapping[str, datetime] = field(default_factory=dict)
    copies: tuple[int, ...] = ()

    def entitled(self, notice: Notice) -> frozenset[str]:
        """Who may still vote: who has left all groups that were asked may not."""
        asked = (name for asked in self.groups if asked.group in notice.groups for name in asked.members)
        return frozenset({self.owner, *asked})


def ahead(life: Life, terms: Terms, world: World, now: datetime) -> Iterator[Event]:
    """All that happens by itself until now, in order."""
    while (event := following(life, terms, world, now)) is not None:
        yield event
        life = after(life, life.dataset, event)


def following(life: Life, terms: Terms, world: World, now: datetime) -> Event | None:
    """The next thing that happens by itself until now; None if nothing does."""
    if life.phase is Phase.BIN:
        is_over = life.bin is not None and now >= life.bin.until
        return Event(Happening.REMOVING, now) if is_over else None
    if not life.stands:
        return None
    if life.notice is not None:
        return _of_notice(life.notice, terms, world, now)
    if life.expires_at is None:
        return _dated(life, terms, world, now)
    if now < life.expires_at or life.asked_about == life.expires_at:
        return None
    return _expired(life, terms, world, now)


def after_attempt(life: Life, why: str, now: datetime, *, for_good: bool = False) -> Event:
    """What becomes of a removal that was tried: `why` it failed, "" if it did not, and whether for good."""
    if not why:
        return Event(Happening.REMOVED, now, data={"by": "votes"})
    if for_good or life.failures >= len(AGAIN):
        return Event(Happening.PARKED, now, data={"why": why})
    again = now + AGAIN[life.failures]
    return Event(Happening.FAILED, now, data={"why": why, "again": again.isoformat()})


def due_interval(life: Life, terms: Terms, now: datetime) -> int | None:
    """The days of the smallest interval before its date that has begun, of a closed dataset; None if none has.

    An interval that is longer than its whole life is no news.
    """
    if life.phase is not Phase.CLOSED or life.expires_at is None or life.closed_at is None:
        return None
    begun = [
        interval.days
        for interval in terms.intervals
        if life.expires_at - interval <= now and life.expires_at - life.closed_at >= interval
    ]
    return min(begun, default=None)


def deadline(notice: Notice, terms: Terms) -> datetime:
    """Until when the people of this level have time: counted from when the last of them was told, once."""
    return (notice.told_at or notice.since + GRACE) + terms.wait + notice.missed


def next_look(life: Life, terms: Terms, now: datetime) -> datetime | None:
    """When something may happen by itself next; None: never."""
    if life.phase is Phase.REMOVED:
        return None
    times = [now + NEVER_LONGER]
    if life.notice is not None:
        times += [now + SOON, deadline(life.notice, terms)]
    if life.expires_at is not None:
        times += [life.expires_at, *(life.expires_at - interval for interval in terms.intervals)]
    if life.bin is not None:
        times.append(life.bin.until)
    if life.again_at is not None:
        times.append(life.again_at)
    return min(time for time in times if time > now)


def _dated(life: Life, terms: Terms, world: World, now: datetime) -> Event | None:
    lifespan = terms.lifespan(life.phase)
    if lifespan is None:
        return None
    expires = dates.later(now, lifespan, world.zone)
    return Event(Happening.DATED, now, data={"expires": expires.isoformat()})


def _expired(life: Life, terms: Terms, world: World, now: datetime) -> Event | None:
    if life.phase is Phase.OPEN and life.automated:
        return None
    decision = Decision.CLOSE if life.phase is Phase.OPEN else Decision.REMOVE
    needed, votes = terms.votes(decision), {world.owner: 1}
    data = {"decision": decision, "needed": needed, "group": "", "votes": votes}
    return Event(Happening.ASKED, now, data=data)


def _of_notice(notice: Notice, terms: Terms, world: World, now: datetime) -> Event | None:
    entitled = world.entitled(notice)
    if notice.agreed(entitled):
        return _agreed(notice, terms, world, now)
    reached = [name for name in notice.votes if name in world.reachable]
    if reached and notice.told_at is None and all(name in world.told for name in reached):
        told_at = max(notice.since, *(world.told[name] for name in reached))
        return Event(Happening.TOLD, now, data={"at": told_at.isoformat()})
    if reached and now < deadline(notice, terms):
        return None
    if not all(asked.sure for asked in world.groups):
        return None
    above = next((asked for asked in world.groups if asked.group not in notice.groups), None)
    if above is None:
        return Event(Happening.EXHAUSTED, now)
    return Event(Happening.ASKED, now, data=_passed_on(notice, above, entitled, terms))


def _agreed(notice: Notice, terms: Terms, world: World, now: datetime) -> Event:
    if notice.decision is Decision.CLOSE:
        return Event(Happening.CLOSED, now, data={"agreed": True})
    until = (now + terms.bin).isoformat()
    return Event(Happening.BINNED, now, data={"until": until, "copies": list(world.copies)})


def _passed_on(notice: Notice, above: Asked, entitled: frozenset[str], terms: Terms) -> dict[str, Any]:
    """Who is asked next: the group above, and who has not voted below it. Votes that were given count no more."""
    unused = {
        name: votes for name, votes in notice.votes.items() if name not in notice.voters and name in entitled
    }
    votes = unused | {name: unused.get(name, 0) + 1 for name in above.members}
    needed = terms.votes(notice.decision)
    return {"decision": notice.decision, "needed": needed, "group": above.group, "votes": votes}
