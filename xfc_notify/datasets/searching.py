"""Finding datasets again."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Self

from peewee import fn

from xfc_notify.datasets import names
from xfc_notify.datasets.names import AnyPath
from xfc_notify.datasets.states import DatasetState
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import DatasetRow, ReplicaRow
from xfc_notify.paths import show

_SHOWN = (
    *(DatasetRow.uid, DatasetRow.spec, DatasetRow.path, DatasetRow.arguments),
    *(DatasetRow.owner, DatasetRow.group, DatasetRow.description, DatasetRow.originator, DatasetRow.metadata),
    *(DatasetRow.state, DatasetRow.registered_at, DatasetRow.modified_at),
)
"""What lists show: not the points, of which there may be many."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a dataset must fit: all that is given.

    path     it lies at or below this path
    root     a copy lies under exactly this root
    store    a copy lies in this store
    removed  those of which only the history is left, too
    text     part of its uid, its path or its description
    among    a condition on the rows; None: all
    """

    spec: str = ""
    path: str = ""
    owner: str = ""
    group: str = ""
    store: str = ""
    root: tuple[str, str] | None = None
    removed: bool = False
    text: str = ""
    among: Any = None
    count: int = 1000
    skipped: int = 0

    @classmethod
    def of(cls, stores: Stores, *, path: AnyPath = "", root: AnyPath | None = None, **wanted: Any) -> Self:
        """With paths as people write them; WrongInput for a root in no store."""
        found = None
        if root is not None:
            store, inside = stores.holding(root)
            found = (store.name, show(inside))
        return cls(path=show(names.checked(names.as_bytes(path))), root=found, **wanted)

    def __post_init__(self) -> None:
        """Raise WrongInput for what no dataset can have."""
        for text in (self.spec, self.owner, self.group, self.store):
            names.printable(text)

    def rows(self) -> list[DatasetRow]:
        """The datasets, the newest first."""
        query = (
            DatasetRow.select(*_SHOWN)
            .order_by(DatasetRow.registered_at.desc(), DatasetRow.uid)
            .offset(self.skipped)
            .limit(self.count)
        )
        if self.among is not None:
            query = query.where(self.among)
        if self.text:
            columns = (DatasetRow.uid, DatasetRow.path, DatasetRow.description)
            query = query.where(reduce(or_, (column.contains(self.text) for column in columns)))
        if not self.removed:
            query = query.where(DatasetRow.state != DatasetState.REMOVED)
        if self.spec:
            query = query.where(DatasetRow.spec == self.spec)
        if self.owner:
            query = query.where(DatasetRow.owner == self.owner)
        if self.group:
            query = query.where(DatasetRow.group == self.group)
        if self.path:
            begins = fn.SUBSTR(DatasetRow.path, 1, len(self.path) + 1)
            query = query.where((DatasetRow.path == self.path) | (begins == f"{self.path}/"))
        for wanted in filter(None, (self.root, (self.store, None) if self.store else None)):
            copies = ReplicaRow.select(ReplicaRow.dataset).where(ReplicaRow.store == wanted[0])
            if wanted[1] is not None:
                copies = copies.where(ReplicaRow.root == wanted[1])
            query = query.where(DatasetRow.uid.in_(copies))
        return list(query)
