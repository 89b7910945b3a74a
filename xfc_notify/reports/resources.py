"""Reports for programs: /reports is of all groups, for operators; /me/reports of those that one answers for."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le, MaxLen

from xfc_notify.domain import Level
from xfc_notify.errors import WrongInput
from xfc_notify.pages import NO_SUCH, Absent, Many, Resource, Role, Visit
from xfc_notify.people import groups
from xfc_notify.people.tables import GroupRow
from xfc_notify.reports.choice import Choice
from xfc_notify.reports.course import StandingView, standing_views
from xfc_notify.reports.latest import Order, Wanted, latest_views
from xfc_notify.reports.seen import group_of, seen_gids
from xfc_notify.reports.views import (
    DirectoryView,
    GroupView,
    MakeUpView,
    UserView,
    VaultView,
    directory_views,
    group_views,
    make_up_views,
    user_views,
    vault_views,
)

Text = Annotated[str, MaxLen(100)]
Page = Annotated[int, Ge(1), Le(1_000_000)]
Size = Annotated[int, Ge(1), Le(1000)]


def _standings(
    visit: Visit,
    *,
    search: Text = "",
    volume: Text = "",
    level: Literal["ok", "notice", "warning", "over"] | None = None,
    sort: Literal["level", "size", "group", "untouched"] = "level",
    page: Page = 1,
    size: Size = 100,
) -> Many:
    """Where groups stand on each volume by the last captures, and when their quotas will be full."""
    wanted = Wanted(seen_gids(visit), search, volume, Level.named(level) if level else None, Order(sort))
    return _many(latest_views(wanted, size + 1, (page - 1) * size), page, size)


def _groups(visit: Visit, *, volume: Text = "", group: Text = "", page: Page = 1, size: Size = 100) -> Many:
    """What groups have below each of their base directories, the largest first; base null: below none of them."""
    return _many(group_views(_choice(visit, volume, group, page, size)), page, size)


def _users(visit: Visit, *, volume: Text = "", group: Text = "", page: Page = 1, size: Size = 100) -> Many:
    """What users have of each group, the largest first."""
    return _many(user_views(_choice(visit, volume, group, page, size)), page, size)


def _directories(
    visit: Visit, *, volume: Text = "", group: Text = "", page: Page = 1, size: Size = 100
) -> Many:
    """What groups have in the directories below their base directories, the largest first."""
    return _many(directory_views(_choice(visit, volume, group, page, size)), page, size)


def _vaults(visit: Visit, *, volume: Text = "", group: Text = "", page: Page = 1, size: Size = 100) -> Many:
    """What vaults keep of groups, the largest first."""
    return _many(vault_views(_choice(visit, volume, group, page, size)), page, size)


def _types(visit: Visit, *, group: Text, volume: Text = "") -> Many:
    """Types of files of a group on each volume, and how long untouched."""
    return Many(make_up_views(Choice(volume or None, frozenset({_named(visit, group).gid}))))


def _history(
    visit: Visit, *, group: Text, volume: Text = "", count: Annotated[int, Ge(1), Le(1000)] = 30
) -> Many:
    """Where a group stood at each capture, and when its quota was to be full; newest first."""
    return Many(standing_views(_named(visit, group).gid, volume or None, count))


def _choice(visit: Visit, volume: str, group: str, page: int, size: int) -> Choice:
    """What is asked for of the groups that may be seen, and one more."""
    gids = frozenset({_named(visit, group).gid}) if group else seen_gids(visit)
    return Choice(volume or None, gids, count=size + 1, skipped=(page - 1) * size)


def _named(visit: Visit, group: str) -> GroupRow:
    """The group of that name, or with that gid. Absent if there is none, or if it is not for this visitor."""
    try:
        gid = str(groups.named(group).gid)
    except WrongInput:
        raise Absent(NO_SUCH) from None
    return group_of(visit, gid)


def _many(found: Iterable[Any], page: int, size: int) -> Many:
    items = list(found)
    return Many(items[:size], page, len(items) > size)


def _of_mine(call: Callable[..., Many]) -> Callable[..., Many]:
    """The same of the groups that one answers for, also for operators: a token for one's own shows no more."""

    @wraps(call)
    def asked(visit: Visit, **values: Any) -> Many:
        return call(replace(visit, visitor=replace(visit.who, operator=False)), **values)

    return asked


_REPORTS: tuple[tuple[str, Callable[..., Many], type], ...] = (
    ("standings", _standings, StandingView),
    ("groups", _groups, GroupView),
    ("users", _users, UserView),
    ("directories", _directories, DirectoryView),
    ("vaults", _vaults, VaultView),
    ("types/{group}", _types, MakeUpView),
    ("history/{group}", _history, StandingView),
)

RESOURCES = (
    *(Resource(f"/reports/{path}", Role.OPERATOR, call, view, many=True) for path, call, view in _REPORTS),
    *(
        Resource(f"/me/reports/{path}", Role.USER, _of_mine(call), view, many=True)
        for path, call, view in _REPORTS
    ),
)
