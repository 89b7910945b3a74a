"""A facility for tests: Service(settings, plugins), areas, and a scanner that measures what the test says."""

import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from xfc_notify.areas import areas, orders, scans
from xfc_notify.areas.scans import Choice
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.components import settings_model
from xfc_notify.domain import Person
from xfc_notify.notify.digest import write_digests
from xfc_notify.notify.record import record
from xfc_notify.notify.speak import speak_to_all
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people import users
from xfc_notify.plugins import Plugins
from xfc_notify.plugins.service import Service
from xfc_notify.scan.order import ScanOrder, SliceResult
from xfc_notify.settings import Settings, validate
from xfc_notify.store import database, marks
from xfc_notify.usage import Clock, Errors, Usage
from xfc_notify.usage.directories import Directory, Subtotal
from xfc_notify.usage.tally import Tally

QUOTA = 1000
"""Bytes: the hard quota of the areas here. Their temporal quota is out of reach."""

T = TypeVar("T")


def make_settings(folder: Path, **tables: Any) -> Settings:
    """Settings whose mail goes to a maildir in `folder`; whole tables can be replaced."""
    mail = {"url": f"maildir:{folder}/mail", "sender": "XFC <xfc@example.org>"}
    plugins = {"disabled": ["growth"], "email": mail}  # sizes here leap in no time
    given = {"plugins": plugins, "people": {"email": "{username}@example.org"}} | tables
    given["people"] = {"min_uid": 0} | given["people"]  # whoever runs the tests owns the directories
    source = folder / "settings.toml"
    return validate(settings_model(), {**given, "source": source}, source, ())


@dataclass
class Facility:
    """Settings and plugins, and what can be done with them in an open database."""

    settings: Settings
    plugins: Plugins

    @classmethod
    def at(cls, folder: Path, *, live: bool = True, **tables: Any) -> "Facility":
        """A facility with the plugins that are installed, live since long ago unless told otherwise."""
        settings = make_settings(folder, **tables)
        if live:
            marks.put(marks.LIVE, areas.NEVER)
        return cls(settings, Plugins.load(settings))

    @property
    def service(self) -> Service:
        """Settings and plugins, as the steps take them."""
        return Service(self.settings, self.plugins)

    def scan(self, area: AreaRow, size: int, now: datetime, *, files: int = 1, readable: bool = True) -> bool:
        """Scan an area to its end and find `size` bytes in it; whether the answer was taken."""
        return self.record(measured(order_for(area, now), size, files=files, readable=readable), now)

    def speak(self, now: datetime) -> int:
        """Tell everybody what is due, after the scans that are ordered for it, which find what was there before; how
        many messages were written."""
        before = MessageRow.select().count()
        speak_to_all(self.service, now)
        self.measure_ordered(now)
        return int(MessageRow.select().count()) - before

    def digests(self, now: datetime) -> int:
        """The same of digests."""
        written = write_digests(self.service, now)
        self.measure_ordered(now)
        return written + write_digests(self.service, now)

    def measure_ordered(self, now: datetime) -> None:
        """Answer all orders: everything is as it was at the last scan."""
        for order in claim(now):
            last = ScanRow.get_or_none(ScanRow.id == ScanRow.get_by_id(order.scan_id).area.last_scan)
            if last is not None:
                self.record(measured(order, last.size, files=last.files, readable=last.complete), now)

    def record(self, result: SliceResult, now: datetime) -> bool:
        """Record an answer."""
        return record(result, self.service, now)


def new_area(owner: str, now: datetime, volume: str = "vol1", email: str | None = "") -> AreaRow:
    """An area of `owner`, who is added if needed, with an address unless `email` is None."""
    address = f"{owner}@example.org" if email == "" else email
    users.add_user(Person(owner, owner.capitalize(), address), now)
    path = f"/{volume}/{owner}"
    own = {"own_hard_quota": True, "own_temporal_quota": True}
    areas.add([areas.NewArea(users.user_named(owner), volume, owner, path, QUOTA, 1e18, **own)], now)
    return AreaRow.get(AreaRow.path == path)


def order_for(area: AreaRow, now: datetime) -> ScanOrder:
    """The order of a scan of this area, which is opened now unless it was."""
    scans.open_scans(Choice((area.user.name,), area.volume), None, Clock.ARRIVAL, now)
    claimed = {ScanRow.get_by_id(order.scan_id).area_id: order for order in claim(now)}
    order = claimed.pop(area.id)
    orders.settle(list(claimed.values()), 0, now)
    return order


def claim(now: datetime) -> list[ScanOrder]:
    """All orders that are due, as they are sent."""
    claimed = orders.claim_orders(now, budget=60, one_file_system=True)
    orders.settle(claimed, len(claimed), now)
    return claimed


def measured(
    order: ScanOrder, size: int, *, files: int = 1, readable: bool = True, remaining: Sequence[bytes] = ()
) -> SliceResult:
    """The answer to an order: `size` bytes in `files` files, just arrived."""
    errors = {} if readable else {"permission": Errors(1, (b"closed",))}
    tally = Tally.of(files, size)
    tree = {b"": Directory(Subtotal(tally, 0, 0))} if files else {}
    usage = Usage(order.as_of, order.clock, tally, errors=errors, tree=tree)
    return SliceResult(order.scan_id, order.slice_id, usage, tuple(remaining), 0.1, "node1")


def together(actions: Iterable[Callable[[], T]]) -> list[T]:
    """Do all at the same time, each in a thread with a connection of its own; the answers in order."""
    todo = list(actions)
    answers: dict[int, T] = {}
    raised: list[BaseException] = []
    barrier = threading.Barrier(len(todo))

    def run(number: int, action: Callable[[], T]) -> None:
        try:
            with database.connected():
                barrier.wait(10)
                answers[number] = action()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=item) for item in enumerate(todo)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if raised:
        raise raised[0]
    return [answers[number] for number in range(len(todo))]


def install_plugin(folder: Path, patch: pytest.MonkeyPatch, name: str, source: str) -> None:
    """Install a plugin as a package manager would: a module, and metadata that names its entry point."""
    module = f"xfc_test_{name}"
    (folder / f"{module}.py").write_text(source)
    metadata = folder / f"{module}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[xfc_notify]\n{name} = {module}\n")
    patch.syspath_prepend(str(folder))
    sys.modules.pop(module, None)


def break_inserts(table: str) -> None:
    """Make the database itself refuse new rows in a table."""
    if database.is_sqlite():
        database.db.execute_sql(
            f"CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
        return
    database.db.execute_sql(
        "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken'; END $$"
    )
    database.db.execute_sql(
        f"CREATE TRIGGER broken BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION broken()"
    )


def repair_inserts(table: str) -> None:
    """Undo `break_inserts`."""
    database.db.execute_sql(f"DROP TRIGGER broken{'' if database.is_sqlite() else f' ON {table}'}")
