"""A site with three stores, groups one above the other, and datasets that expire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from datasets.conftest import Site
from datasets.workers import Workers

from xfc_notify.domain import Group
from xfc_notify.lifecycle import clock, duties, lives
from xfc_notify.lifecycle.actions import Actions
from xfc_notify.lifecycle.life import Life
from xfc_notify.lifecycle.lives import By
from xfc_notify.lifecycle.states import Phase
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.people import groups
from xfc_notify.states import Audience, DeliveryState
from xfc_notify.store import marks

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
OPERATOR = By("root", lives.COMMAND)
TREE = {
    "lab": ("ada", ("ada", "ben"), "institute"),
    "institute": ("eve", ("eve", "fay"), "school"),
    "school": ("gus", ("gus",), None),
}
"""Group → head, members, the group above it."""


@dataclass
class House:
    """A site, and the time at which things happen there."""

    site: Site
    now: datetime = START
    delivers: bool = True
    """Whether what is written arrives before the next tick."""

    @classmethod
    def at(cls, folder: Path, lifecycle: dict[str, Any] | None = None, **tables: Any) -> "House":
        """A house whose closed datasets live for 30 days, with the groups of TREE."""
        given = {"close_lifespan": "30d"} if lifecycle is None else lifecycle
        service = {"operators": "ops@example.org", "language": "en"} | tables.pop("service", {})
        site = Site.at(folder, lifecycle=given, service=service, **tables)
        house = cls(site)
        numbers = {name: number for number, name in enumerate(TREE, start=5001)}
        for name, (head, members, above) in TREE.items():
            parent = numbers[above] if above else None
            groups.put(Group(numbers[name], name, head, "", parent, members), START)
        return house

    def dataset(self, uid: str = "d1", owner: str = "ada", group: str = "lab", closed: bool = True) -> str:
        """A dataset with real files, whose life has begun."""
        self.site.fill(f"one/exp/{uid}")
        self.site.catalog.register("tree", "one:", f"exp/{uid}", uid=uid, owner=owner, group=group)
        self.tick()
        if closed:
            self.do.close(uid, OPERATOR)
        return uid

    @property
    def do(self) -> Actions:
        return Actions(self.site.facility.service, self.now)

    def tick(self, after: timedelta = timedelta()) -> int:
        """Let so much time pass, and everything that is due then; how many messages were written to users."""
        self.now += after
        written = int(duties.let_live(self.site.facility.service, self.now).get("messages", 0))
        if self.delivers:
            deliver_all()
        self.work()
        return written

    def work(self) -> None:
        """Let workers do what was ordered."""
        workers = Workers(self.site)
        workers.ahead = self.now - datetime.now(UTC)
        workers.work()

    def days(self, count: int, every: timedelta = HOUR * 12) -> list[MessageRow]:
        """Let days pass, with ticks; what was written to users."""
        begun, before = self.now, {row.id for row in MessageRow.select(MessageRow.id)}
        while self.now < begun + count * DAY:
            self.know_groups()
            self.tick(every)
        written = MessageRow.select().order_by(MessageRow.created_at, MessageRow.id)
        return [row for row in written if row.id not in before]

    def sleep(self, days: int) -> None:
        """Let days pass without telling anybody, and let the clock be believed all the same."""
        self.now += days * DAY
        marks.put(clock.TICK, self.now)
        self.know_groups()

    def know_groups(self) -> None:
        """The directory tells the same as ever."""
        groups.GroupRow.update(found_at=self.now).execute()

    def life(self, uid: str = "d1") -> Life:
        return lives.known(uid)

    def until_asked(self, uid: str = "d1") -> None:
        """Let time pass until the owner is asked what becomes of it."""
        while self.life(uid).notice is None:
            self.know_groups()
            self.tick(HOUR * 12)

    def binned(self, uid: str = "d1") -> None:
        """Let two people agree to its removal."""
        self.until_asked(uid)
        while self.life(uid).notice is not None and self.life(uid).notice.group != "lab":
            self.know_groups()
            self.tick(HOUR * 6)
        for who in ("ada", "ben"):
            self.do.vote(uid, who, OPERATOR)
        assert self.life(uid).phase is Phase.BIN


def of(who: str, written: Sequence[MessageRow] | None = None) -> list[str]:
    """The subjects of what a person was told, the oldest first; receipts apart."""
    rows = MessageRow.select().order_by(MessageRow.created_at) if written is None else written
    return [
        row.subject.partition("] ")[2]
        for row in rows
        if row.user.name == who and row.audience != Audience.RECEIPT
    ]


def receipts(who: str) -> list[str]:
    """The subjects of the receipts of a person."""
    rows = MessageRow.select().where(MessageRow.audience == Audience.RECEIPT).order_by(MessageRow.created_at)
    return [row.subject.partition("] ")[2] for row in rows if row.user.name == who]


def operators() -> list[str]:
    """The subjects of what the operators were told."""
    rows = MessageRow.select().where(MessageRow.audience == Audience.OPERATORS)
    return [row.subject.partition("] ")[2] for row in rows.order_by(MessageRow.created_at)]


def deliver_all() -> None:
    """All that waits arrives."""
    waits = (DeliveryState.QUEUED, DeliveryState.RETRY)
    DeliveryRow.update(state=DeliveryState.SENT).where(DeliveryRow.state.in_(waits)).execute()


@pytest.fixture
def house(store: str, tmp_path: Path) -> House:
    """A house with an open database; the test runs once on each kind."""
    return House.at(tmp_path)
