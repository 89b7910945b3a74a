"""What owners, heads and operators see of datasets: those that fit a search, what is under way, and one in full."""

from xfc_notify.datasets import views
from xfc_notify.datasets.searching import Search
from xfc_notify.datasets.states import ReplicaState
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.datasets.visible import dataset_of, seen, sees_any
from xfc_notify.pages import Page, Role, Show, Shown, Visit, mark

PER_PAGE = 50
LINES = 100
"""Of the history and of the journal."""
TERMS = (
    mark("register"), mark("copy"), mark("move"), mark("remove"), mark("verify"), mark("rebuild"),
    mark("shift_root"), mark("describe"), mark("receive"),
    mark("arriving"), mark("good"), mark("bad"), mark("unverified"), mark("leaving"), mark("packed"),
)  # fmt: skip
"""Words of the tables, for translators: those of Command and ReplicaState."""
LEVELS = {
    ReplicaState.GOOD: "ok", ReplicaState.BAD: "over", ReplicaState.UNVERIFIED: "notice",
    ReplicaState.ARRIVING: "notice", ReplicaState.LEAVING: "notice",
}  # fmt: skip


def _datasets(visit: Visit) -> Shown:
    stores, condition = Stores.of(visit.service.settings), seen(visit)
    chosen = {name: visit.query.get(name, "").strip()[:200] for name in ("search", "store")}
    named = [store.name for store in stores.all]
    search = Search(
        text=chosen["search"],
        store=chosen["store"] if chosen["store"] in named else "",
        count=PER_PAGE + 1,
        skipped=(visit.page - 1) * PER_PAGE,
        among=condition,
    )
    found = [views.dataset(row, stores) for row in search.rows()]
    return Show(
        "datasets/datasets.html.j2",
        {
            "datasets": found[:PER_PAGE],
            "more": len(found) > PER_PAGE,
            "page": visit.page,
            "chosen": chosen,
            "stores": named,
            "levels": LEVELS,
            "under_way": views.under_way(visit.now, condition),
        },
    )


def _dataset(visit: Visit) -> Shown:
    row, stores = dataset_of(visit, visit.place["dataset"]), Stores.of(visit.service.settings)
    return Show(
        "datasets/dataset.html.j2",
        {
            "dataset": views.whole(row, stores),
            "levels": LEVELS,
            "under_way": views.under_way(visit.now, DatasetRow.uid == row.uid),
            "history": list(reversed(views.history(row.uid)))[:LINES],
            "journal": views.journal(row.uid, LINES),
        },
    )


PAGES = (
    Page("/datasets", Role.USER, _datasets, link=mark("Datasets"), offers=sees_any),
    Page("/datasets/{dataset}", Role.USER, _dataset),
)
