"""How a command of the catalogue begins and ends, whichever it is."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from xfc_notify.datasets import acting, journal, ordering, replicas, views
from xfc_notify.datasets.hashes import Tell, Watch
from xfc_notify.datasets.journal import Work
from xfc_notify.datasets.looking import Looking
from xfc_notify.datasets.names import AnyPath
from xfc_notify.datasets.states import Command
from xfc_notify.datasets.tables import JournalRow
from xfc_notify.plugins.service import Service
from xfc_notify.units import format_duration


def _unwatched(_what: str, _total: int) -> Tell:
    return lambda _count: None


def _expected(what: str, seconds: float | None) -> str:
    return what if seconds is None else f"{what}, about {format_duration(timedelta(seconds=seconds))}"


class Commanding(Looking):
    """What all commands of the catalogue need."""

    def __init__(
        self,
        service: Service,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        watch: Watch = _unwatched,
    ) -> None:
        super().__init__(service)
        self._clock = clock
        self._watch = watch

    def finish(self) -> list[str]:
        """Finish or undo what was interrupted, as `tick` does; a line about each command."""
        return acting.finish_silent(self.stores, self._clock)

    @contextmanager
    def _working(self, command: Command, uid: str, arguments: Mapping[str, Any]) -> Iterator[Work]:
        """A command in the journal, which ends there as failed if the block raises. What was interrupted of this
        dataset is finished or undone before."""
        acting.finish_silent(self.stores, self._clock, uid)
        journal.give_way(uid, self._clock())
        if command not in {Command.REGISTER, Command.RECEIVE}:
            replicas.dataset(uid)
        work = Work.begin(command, uid, arguments, self._clock)
        with acting.ending(work, self.stores):
            yield work

    def _transfer(
        self,
        command: Command,
        uid: str,
        old_root: AnyPath | None,
        new_root: AnyPath | None,
        dry_run: bool,
        path: AnyPath | None = None,
        apart: str = "",
    ) -> views.TransferView:
        way = acting.way_of(command)
        arguments = ordering.arguments(
            self.stores, command, uid, old_root=old_root, new_root=new_root, path=path, apart=apart
        )
        if dry_run:
            wanted = JournalRow(dataset=uid, command=command, arguments=arguments)
            planned = ordering.plan(self.stores, wanted)
            way.compare(self.stores, planned, self._watch("reading", 0))
            return views.transfer(command, planned, self.stores)
        with self._working(command, uid, arguments) as work:
            planned = ordering.plan(self.stores, work.row)
            view = views.transfer(command, planned, self.stores)
            way.prepare(work, planned)
            acting.go_on(work, self.stores, self._watch(_expected(way.what, view.seconds), 2 * planned.size))
        return view

    def _typed(self, root: AnyPath | None) -> str | None:
        return ordering.typed(self.stores, root)
