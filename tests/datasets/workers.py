"""Workers of the queue `transfers`, and the queue itself: a list of what was sent."""

from datetime import UTC, datetime, timedelta
from typing import Any

from datasets.conftest import Site
from xfc_notify.datasets import carrying, orders
from xfc_notify.datasets.settings import Datasets
from xfc_notify.datasets.tables import JournalRow, TransferSliceRow


class Workers:
    """Everything that workers do, in this process. Their clock runs ahead by `ahead`."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.ahead = timedelta(0)

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def sent(self) -> tuple[list[str], list[str]]:
        """The commands and the slices that a tick sends now."""
        return orders.claim(self.clock())

    def do(self, commands: list[str], slices: list[str]) -> None:
        """Carry out what was sent."""
        for command in commands:
            carrying.carry_on(command, self.site.stores, self.site.facility.settings.of(Datasets), self.clock)
        for part in slices:
            carrying.carry_out(part, self.site.stores, self.clock)

    def work(self) -> None:
        """Send and carry out until nothing is owed."""
        while any(found := self.sent()):
            self.do(*found)

    def cut(self) -> list[str]:
        """Let a command that was just ordered be begun; the slices into which it is cut, as they were sent."""
        self.do(*self.sent())
        commands, slices = self.sent()
        assert commands == []
        return slices

    def later(self, **time: Any) -> None:
        """Let time pass."""
        self.ahead += timedelta(**time)


def row(command: str) -> JournalRow:
    """A command as it stands."""
    return JournalRow.get_by_id(command)


def left() -> int:
    """How many slices are left."""
    return int(TransferSliceRow.select().count())
