"""Where the data of a group lie on a volume: its base directories, and the directories of one of them, in pages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from xfc_notify.pages import NO_SUCH, Absent, Visit
from xfc_notify.reports.choice import By, Choice
from xfc_notify.reports.views import DirectoryView, GroupView, directory_views, group_views

MOST = 50
"""Lines of a list."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where it lies: base directories, or the directories of one of them, so many to a page.

    base     the one that was looked into; None: its base directories are shown
    rows     (view, the query that leads into it; empty: into no further)
    orders   (by, query)
    whole    the bytes of which the rows are parts
    """

    base: str | None
    rows: Sequence[tuple[GroupView | DirectoryView, str]]
    by: By
    orders: Sequence[tuple[By, str]]
    whole: int
    more: bool


def where(visit: Visit, here: Choice, whole: int) -> Where:
    """A page of its base directories, or of the directories of the one asked for. Absent if there is none such."""
    base, order = visit.query.get("base") or None, visit.query.get("by", "")
    by = By(order) if order in tuple(By) else By.SIZE
    page = replace(here, base=base, by=by, count=MOST + 1, skipped=(visit.page - 1) * MOST)
    rows: list[tuple[GroupView | DirectoryView, str]]
    if base is None:
        found = list(group_views(page))
        rows = [(view, _query(here, view.base) if view.base else "") for view in found]
    else:
        of_base = next(group_views(replace(here, base=base)), None)
        if of_base is None:
            raise Absent(visit.say(NO_SUCH))
        whole = of_base.bytes
        rows = [(view, "") for view in directory_views(page)]
    orders = [(one, _query(here, base, one)) for one in By]
    return Where(base, rows[:MOST], by, orders, whole, len(rows) > MOST)


def _query(here: Choice, base: str | None, by: By | None = None) -> str:
    asked = {"volume": here.volume, "base": base, "by": by}
    return urlencode({name: value for name, value in asked.items() if value})
