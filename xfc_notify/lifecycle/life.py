"""The life of a dataset: what its events come to. Pure.

Nothing is kept but events. Whoever wants to know how a dataset stands folds them, so a process that starts anew knows
what the one before it knew.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from xfc_notify.lifecycle.states import Decision, End, Happening, Phase

PEOPLE = 2
"""So many people have to agree, however many votes one of them holds."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened: `who` is a username, "" for the service; `data` is JSON."""

    what: Happening
    at: datetime
    who: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """A decision that people are asked for.

    about     the date that gave reason for it
    needed    so many votes are needed
    group     who is asked: the members of this group; "" for the owner
    since     when they were asked; told_at: when the last of them had been told
    votes     person → the votes that they hold at this level: one, and those that they did not use below
    voters    who has agreed, at this level
    groups    that were asked so far
    asked     everybody who was asked so far
    missed    how long the service slept meanwhile
    """

    decision: Decision
    about: datetime
    opened_at: datetime
    needed: int
    group: str
    since: datetime
    votes: Mapping[str, int]
    voters: frozenset[str] = frozenset()
    groups: tuple[str, ...] = ()
    asked: frozenset[str] = frozenset()
    told_at: datetime | None = None
    missed: timedelta = timedelta()

    def given(self, entitled: frozenset[str]) -> int:
        """The votes given by those who still may."""
        return sum(self.votes[name] for name in self.voters & entitled)

    def agreed(self, entitled: frozenset[str]) -> bool:
        """Whether enough votes were given, and by two people at least."""
        return self.given(entitled) >= self.needed and len(self.voters & entitled) >= PEOPLE


@dataclass(frozen=True, slots=True)
class Ended:
    """How the last notice ended, and who had agreed by then."""

    how: End
    decision: Decision
    about: datetime
    at: datetime
    voters: frozenset[str]


@dataclass(frozen=True, slots=True)
class Bin:
    """A dataset in the bin: the ids of the copies that were agreed to go, and until when they stay."""

    since: datetime
    until: datetime
    copies: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """How a dataset stands.

    automated    programs fill it: while it is open, nobody is asked to close it
    expires_at   None: it does not expire
    asked_about  the date of the last notice: there is one for each date
    ordered      the command by which workers remove a copy now; "" if there is none
    failures     how often its files could not be removed; again_at: when it is tried again
    parked       why it is not tried again; "" if it is
    events       how many there were
    """

    dataset: str
    phase: Phase
    created_at: datetime
    automated: bool = False
    closed_at: datetime | None = None
    expires_at: datetime | None = None
    removed_at: datetime | None = None
    notice: Notice | None = None
    asked_about: datetime | None = None
    ended: Ended | None = None
    bin: Bin | None = None
    ordered: str = ""
    failures: int = 0
    again_at: datetime | None = None
    parked: str = ""
    events: int = 0

    @property
    def stands(self) -> bool:
        """Whether it is neither in the bin nor gone."""
        return self.phase in {Phase.OPEN, Phase.CLOSED}

    @property
    def counted_from(self) -> datetime:
        """From when its extensions are counted."""
        return self.closed_at if self.phase is not Phase.OPEN and self.closed_at else self.created_at


def fold(dataset: str, events: Iterable[Event]) -> Life | None:
    """How a dataset stands after these events; None if it was never heard of."""
    life: Life | None = None
    for event in events:
        life = after(life, dataset, event)
    return life


def after(life: Life | None, dataset: str, event: Event) -> Life:
    """How a dataset stands after one more event."""
    if life is None:
        return Life(dataset, Phase.OPEN, _time(event, "created"), events=1)
    return replace(_CHANGES[event.what](life, event), events=life.events + 1)


def _opened(life: Life, event: Event) -> Life:
    automated = bool(event.data["automated"])
    opened = replace(life, phase=Phase.OPEN, automated=automated, closed_at=None, expires_at=None)
    return _ending(opened, End.CANCELLED, event)


def _closed(life: Life, event: Event) -> Life:
    closed = replace(life, phase=Phase.CLOSED, closed_at=event.at, expires_at=None)
    return _ending(closed, End.AGREED if event.data.get("agreed") else End.CANCELLED, event)


def _dated(life: Life, event: Event) -> Life:
    return replace(life, expires_at=_time(event, "expires"))


def _extended(life: Life, event: Event) -> Life:
    return _ending(_dated(life, event), End.CANCELLED, event)


def _told(life: Life, event: Event) -> Life:
    notice = life.notice
    return life if notice is None else replace(life, notice=replace(notice, told_at=_time(event, "at")))


def _voted(life: Life, event: Event) -> Life:
    if life.notice is None:
        return life
    voters = life.notice.voters
    voters = voters | {event.who} if event.what is Happening.VOTED else voters - {event.who}
    return replace(life, notice=replace(life.notice, voters=voters))


def _binned(life: Life, event: Event) -> Life:
    binned = Bin(event.at, _time(event, "until"), tuple(event.data["copies"]))
    return _ending(replace(life, phase=Phase.BIN, bin=binned), End.AGREED, event)


def _restored(life: Life, event: Event) -> Life:
    return replace(life, phase=Phase.CLOSED, closed_at=event.at, expires_at=None, bin=None)


def _failed(life: Life, event: Event) -> Life:
    return replace(life, ordered="", failures=life.failures + 1, again_at=_time(event, "again"))


def _removed(life: Life, event: Event) -> Life:
    gone = replace(
        life, phase=Phase.REMOVED, removed_at=event.at, bin=None, ordered="", again_at=None, parked=""
    )
    return _ending(gone, End.CANCELLED, event)


def _asked(life: Life, event: Event) -> Notice:
    votes, before = dict(event.data["votes"]), life.notice
    if before is None:
        assert life.expires_at is not None
        decision, needed = Decision(event.data["decision"]), event.data["needed"]
        return Notice(
            decision, life.expires_at, event.at, needed, "", event.at, votes, asked=frozenset(votes)
        )
    group = event.data["group"]
    return replace(
        before,
        needed=event.data["needed"],
        group=group,
        since=event.at,
        votes=votes,
        voters=frozenset(),
        groups=(*before.groups, group),
        asked=before.asked | set(votes),
        told_at=None,
        missed=timedelta(),
    )


def _ending(life: Life, how: End, event: Event) -> Life:
    """The life without its notice."""
    notice = life.notice
    if notice is None:
        return life
    ended = Ended(how, notice.decision, notice.about, event.at, notice.voters)
    return replace(life, notice=None, ended=ended)


def _shifted(life: Life, missed: timedelta) -> Life:
    notice, bin_ = life.notice, life.bin
    return replace(
        life,
        notice=replace(notice, missed=notice.missed + missed) if notice else None,
        bin=replace(bin_, until=bin_.until + missed) if bin_ else None,
    )


def _time(event: Event, key: str) -> datetime:
    return datetime.fromisoformat(event.data[key])


_CHANGES: Mapping[Happening, Callable[[Life, Event], Life]] = {
    Happening.OPENED: _opened,
    Happening.CLOSED: _closed,
    Happening.DATED: _dated,
    Happening.EXTENDED: _extended,
    Happening.ASKED: lambda life, event: replace(
        life, notice=_asked(life, event), asked_about=life.expires_at
    ),
    Happening.TOLD: _told,
    Happening.VOTED: _voted,
    Happening.WITHDREW: _voted,
    Happening.EXHAUSTED: lambda life, event: _ending(life, End.EXHAUSTED, event),
    Happening.BINNED: _binned,
    Happening.RESTORED: _restored,
    Happening.REMOVING: lambda life, _: replace(life, phase=Phase.REMOVING),
    Happening.ORDERED: lambda life, event: replace(life, ordered=event.data["command"]),
    Happening.FAILED: _failed,
    Happening.PARKED: lambda life, event: replace(life, ordered="", parked=event.data["why"]),
    Happening.RESUMED: lambda life, event: replace(life, parked="", failures=0, again_at=event.at),
    Happening.REMOVED: _removed,
    Happening.SHIFTED: lambda life, event: _shifted(life, timedelta(seconds=event.data["seconds"])),
}
