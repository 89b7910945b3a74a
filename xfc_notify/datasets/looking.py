"""What the catalogue is asked. Nothing here changes anything."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from xfc_notify.datasets import choosing, documents, replicas, rules, views
from xfc_notify.datasets.items import rows
from xfc_notify.datasets.items.rows import Item
from xfc_notify.datasets.names import AnyPath
from xfc_notify.datasets.searching import Search
from xfc_notify.datasets.settings import Datasets
from xfc_notify.datasets.stores import Stores
from xfc_notify.paths import parse
from xfc_notify.plugins.service import Service


class Looking:
    """Datasets as they are."""

    def __init__(self, service: Service) -> None:
        self.stores = Stores.of(service.settings)
        self._service = service

    def retrieve(self, uid: str, host: str = "", root: AnyPath | None = None) -> views.Retrieved:
        """Where a dataset is to be read: the good copy that is nearest to a host, by default this one."""
        copy = (
            choosing.nearest(self.stores, uid, host)
            if root is None
            else choosing.plain(self.stores, uid, root)
        )
        return views.retrieved(copy, self.stores)

    def show(self, uid: str) -> views.WholeView:
        """One dataset, with the first arrays in its files; WrongInput if there is none."""
        return views.whole(replicas.dataset(uid), self.stores)

    def items(self, uid: str) -> Iterator[Item]:
        """All arrays in the files of a dataset, as they were when their files were first read: each with its shape,
        type, hash and statistics, or why its values were not read."""
        return rows.of(replicas.dataset(uid).uid)

    def find(self, **wanted: Any) -> list[views.DatasetView]:
        """The datasets that fit all that is given, the newest first: see `Search` for what can be asked."""
        return [views.dataset(row, self.stores) for row in Search.of(self.stores, **wanted).rows()]

    def files(self, uid: str, root: AnyPath | None = None) -> list[views.FileView]:
        """The files of all copies, or of the one under `root`, as their rows have them."""
        replicas.dataset(uid)
        chosen = replicas.of(uid) if root is None else [choosing.under(self.stores, uid, root)]
        return [file for copy in chosen for file in views.files(copy, self.stores)]

    def history(self, uid: str) -> list[views.MoveView]:
        """Where a dataset has lain, the oldest first."""
        replicas.dataset(uid)
        return views.history(uid)

    def journal(self, uid: str | None = None, count: int = 100) -> list[views.JournalView]:
        """The last commands, the newest first."""
        return views.journal(uid, count)

    def short(self) -> list[rules.Short]:
        """The datasets that have fewer copies than the rules say, and why."""
        return rules.short(self.stores, self._service.settings.of(Datasets).rules, datetime.now(UTC))

    def command(self, number: str) -> views.JournalView:
        """One command by its id; WrongInput if there is none."""
        return views.command_of(number)

    def transfers(self) -> list[views.JournalView]:
        """The commands that have not ended, the oldest first."""
        return views.under_way(datetime.now(UTC))

    def documents(self, uid: str, root: AnyPath | None = None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """A dataset as the Resource or StreamResource that it came with, and its datums; of the nearest copy."""
        copy = choosing.nearest(self.stores, uid) if root is None else choosing.under(self.stores, uid, root)
        return documents.write(replicas.dataset(uid), self.stores.root(copy.store, parse(copy.root)))
