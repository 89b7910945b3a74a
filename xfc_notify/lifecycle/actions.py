"""What people do with datasets: open, close, extend, vote, withdraw, bring back. Each is one transaction.

A person acts in their own name by a page; an operator by a command, in the name of somebody for a vote.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from xfc_notify.errors import WrongInput
from xfc_notify.lifecycle import clock, dates, lives, people, receipts
from xfc_notify.lifecycle.choices import limit
from xfc_notify.lifecycle.going_on import go_on
from xfc_notify.lifecycle.life import Event, Life
from xfc_notify.lifecycle.lives import COMMAND, By, Held
from xfc_notify.lifecycle.states import Happening, Phase
from xfc_notify.lifecycle.tokens import Token, same
from xfc_notify.pages import mark
from xfc_notify.paths import harmless
from xfc_notify.people.directory import Directory
from xfc_notify.plugins.service import Service
from xfc_notify.store.database import time_there
from xfc_notify.units import at

USED = mark("This is over: there is nothing left to do by this link.")


class Actions:
    """What can be done with lives now. All raise WrongInput for what cannot be, and then nothing was done."""

    def __init__(self, service: Service, now: datetime, there: datetime | None = None) -> None:
        self._service = service
        self._now = now
        self._there = there
        self._directory = Directory(service)

    @classmethod
    def by_clock(cls, service: Service, now: datetime) -> "Actions":
        """Judged by the clock of the database, where that has one."""
        return cls(service, now, time_there())

    def open(self, uid: str, by: By, *, automated: bool = False) -> Life:
        """Let files be added again; `automated`: programs do, and nobody is asked to close it."""
        with self._held(uid, by) as held:
            held.add(Event(Happening.OPENED, self._now, by.who, {"automated": automated}), by.channel)
        return held.life

    def close(self, uid: str, by: By) -> Life:
        """Let it be complete. Its lifespan begins."""
        with self._held(uid, by) as held:
            if held.life.phase is Phase.CLOSED:
                raise WrongInput(f"Dataset {harmless(uid)} is closed already.")
            held.add(Event(Happening.CLOSED, self._now, by.who), by.channel)
        return held.life

    def extend(
        self,
        uid: str,
        expires: datetime | timedelta,
        by: By,
        *,
        beyond: bool = False,
        token: Token | None = None,
    ) -> Life:
        """Give it a later date, or one later by a span; `beyond` the limits of its group, for operators alone."""
        with self._held(uid, by) as held:
            if by.channel != COMMAND and not beyond and not people.may_extend(held.dataset, by.who):
                raise WrongInput(f"{harmless(by.who)} may not extend dataset {harmless(uid)}.")
            if token is not None and not same(token.about, held.life.expires_at):
                raise WrongInput(USED)
            terms, zone = (
                people.terms(held.dataset, self._service.settings),
                people.zone(self._service.settings),
            )
            start = max(held.life.expires_at or self._now, self._now)
            wanted = dates.later(start, expires, zone) if isinstance(expires, timedelta) else expires
            if wanted <= self._now:
                raise WrongInput(f"{at(wanted)} UTC is over.")
            last = limit(held.life, terms, start, zone)
            if not beyond and wanted > last:
                raise WrongInput(
                    f"Dataset {harmless(uid)} can be extended until {dates.last_day(last, zone)} at most.",
                    "Operators may go beyond: --beyond",
                )
            data = {"expires": wanted.isoformat(), **by.kept}
            held.add(Event(Happening.EXTENDED, self._now, by.who, data), by.channel)
        return held.life

    def vote(self, uid: str, who: str, by: By, *, token: Token | None = None) -> Life:
        """Agree, in the name of somebody, who hears of it at once."""
        with self._held(uid, by) as held:
            notice = held.life.notice
            if notice is None:
                raise WrongInput(f"Nothing is to be decided about dataset {harmless(uid)}.")
            if token is not None and (not same(token.about, notice.about) or lives.took_back(token, who)):
                raise WrongInput(USED)
            world = people.world(held.life, held.dataset, self._service, self._directory, self._now)
            if who not in notice.votes or who not in world.entitled(notice):
                raise WrongInput(
                    f"{harmless(who)} is not asked about dataset {harmless(uid)}.",
                    f"See: xfc-notify lifecycle show {harmless(uid)}",
                )
            if who in notice.voters:
                raise WrongInput(f"{harmless(who)} has agreed already.")
            held.add(Event(Happening.VOTED, self._now, who, by.kept), by.channel)
            receipts.voted(held, who, by, self._service, self._directory, self._now)
        return held.life

    def withdraw(self, uid: str, who: str, by: By, *, token: Token | None = None) -> Life:
        """Take a vote back, as long as nothing is decided."""
        with self._held(uid, by) as held:
            if token is not None and not (held.life.notice and same(token.about, held.life.notice.about)):
                raise WrongInput(USED)
            if held.life.notice is None or who not in held.life.notice.voters:
                raise WrongInput(f"There is no vote of {harmless(who)} to withdraw.")
            held.add(Event(Happening.WITHDREW, self._now, who, by.kept), by.channel)
            receipts.withdrawn(held, who, by, self._service, self._directory, self._now)
        return held.life

    def restore(self, uid: str, by: By) -> Life:
        """Bring back what lies in the bin. Once its time there is over and it has begun to go, it cannot be."""
        with self._held(uid, by, stands=False) as held:
            if held.life.phase is not Phase.BIN:
                raise WrongInput(
                    f"Dataset {harmless(uid)} is not in the bin.", "See: xfc-notify lifecycle list"
                )
            held.add(Event(Happening.RESTORED, self._now, by.who), by.channel)
            receipts.restored(held, self._service, self._directory, self._now)
        return held.life

    def resume(self, uid: str, by: By) -> Life:
        """Try again to remove what was parked."""
        with self._held(uid, by, stands=False) as held:
            if not held.life.parked:
                raise WrongInput(f"Dataset {harmless(uid)} is not parked.")
            held.add(Event(Happening.RESUMED, self._now, by.who), by.channel)
        return held.life

    @contextmanager
    def _held(self, uid: str, by: By, *, stands: bool = True) -> Iterator[Held]:
        """The life, which goes on after what was done. An event needs somebody whose it is."""
        if not by.who:
            raise WrongInput("Who are you?")
        with lives.held(uid) as held:
            if stands and not held.life.stands:
                raise WrongInput(
                    f"Dataset {harmless(uid)} is {_where(held.life)}.",
                    f"See: xfc-notify lifecycle show {harmless(uid)}",
                )
            yield held
            believed = clock.is_believed(self._now, self._there)
            go_on(held, self._service, self._directory, self._now, believed=believed)


def _where(life: Life) -> str:
    return {Phase.BIN: "in the bin", Phase.REMOVING: "being removed"}.get(life.phase, "gone")
