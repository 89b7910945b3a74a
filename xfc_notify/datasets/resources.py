"""Datasets for programs: /datasets is of all, for operators; /me/datasets of one's own and of groups that one heads."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Annotated, Any

from annotated_types import Ge, Le, MaxLen

from xfc_notify.datasets import replicas, views
from xfc_notify.datasets.searching import Search
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.views import DatasetView, FileView, JournalView, MoveView, WholeView
from xfc_notify.datasets.visible import dataset_of, seen
from xfc_notify.pages import Many, Resource, Role, Visit

Text = Annotated[str, MaxLen(200)]
Uid = Annotated[str, MaxLen(100)]
Page = Annotated[int, Ge(1), Le(1_000_000)]
Size = Annotated[int, Ge(1), Le(1000)]
Count = Annotated[int, Ge(1), Le(1000)]


def _datasets(
    visit: Visit,
    *,
    search: Text = "",
    spec: Text = "",
    owner: Text = "",
    group: Text = "",
    store: Text = "",
    removed: bool = False,
    page: Page = 1,
    size: Size = 100,
) -> Many:
    """Datasets that fit all that is given, the newest first; `search` is part of a uid, a path or a description."""
    wanted = Search(
        spec=spec, owner=owner, group=group, store=store, removed=removed, text=search, count=size + 1,
        skipped=(page - 1) * size, among=seen(visit),
    )  # fmt: skip
    stores = Stores.of(visit.service.settings)
    found = [views.dataset(row, stores) for row in wanted.rows()]
    return Many(found[:size], page, len(found) > size)


def _dataset(visit: Visit, dataset: Uid) -> WholeView:
    """One dataset with its copies, how each was found when it was last verified, and the arrays in its files."""
    return views.whole(dataset_of(visit, dataset), Stores.of(visit.service.settings))


def _files(visit: Visit, dataset: Uid) -> Many:
    """The files of all copies, as they were last seen."""
    stores = Stores.of(visit.service.settings)
    copies = replicas.of(dataset_of(visit, dataset).uid)
    return Many([file for copy in copies for file in views.files(copy, stores)])


def _history(visit: Visit, dataset: Uid) -> Many:
    """Where a dataset has lain, the oldest first."""
    return Many(views.history(dataset_of(visit, dataset).uid))


def _journal(visit: Visit, dataset: Uid, *, count: Count = 100) -> Many:
    """The last commands on a dataset and how they ended, the newest first."""
    return Many(views.journal(dataset_of(visit, dataset).uid, count))


def _of_mine(call: Callable[..., Any]) -> Callable[..., Any]:
    """The same of what is one's own, also for operators: a token for one's own shows no more."""

    @wraps(call)
    def asked(visit: Visit, **values: Any) -> Any:
        return call(replace(visit, visitor=replace(visit.who, operator=False)), **values)

    return asked


_DATASETS: tuple[tuple[str, Callable[..., Any], type, bool], ...] = (
    ("/datasets", _datasets, DatasetView, True),
    ("/datasets/{dataset}", _dataset, WholeView, False),
    ("/datasets/{dataset}/files", _files, FileView, True),
    ("/datasets/{dataset}/history", _history, MoveView, True),
    ("/datasets/{dataset}/journal", _journal, JournalView, True),
)

RESOURCES = (
    *(Resource(path, Role.OPERATOR, call, view, many=many) for path, call, view, many in _DATASETS),
    *(
        Resource(f"/me{path}", Role.USER, _of_mine(call), view, many=many)
        for path, call, view, many in _DATASETS
    ),
)
