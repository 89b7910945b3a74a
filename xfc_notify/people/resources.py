"""Users and groups, for programs."""

from typing import Annotated

from annotated_types import Ge, Le, MaxLen

from xfc_notify.errors import WrongInput
from xfc_notify.pages import NO_SUCH, Absent, Many, Resource, Role, Visit
from xfc_notify.people import groups, users
from xfc_notify.people.tables import UserRow
from xfc_notify.people.views import GroupView, UserView, group_view, user_view


def user_row(name: str) -> UserRow:
    """The user of that name; Absent if there is none."""
    user = UserRow.get_or_none(UserRow.name == name)
    if user is None or name.startswith(":"):
        raise Absent(NO_SUCH)
    found: UserRow = user
    return found


def _users(
    visit: Visit,  # noqa: ARG001 - the same for all
    *,
    search: Annotated[str, MaxLen(100)] = "",
    page: Annotated[int, Ge(1), Le(1_000_000)] = 1,
    size: Annotated[int, Ge(1), Le(1000)] = 100,
) -> Many:
    """The users in whose name, full name or address `search` is, by name."""
    rows = users.found(search, size + 1, (page - 1) * size)
    return Many([user_view(row) for row in rows[:size]], page, len(rows) > size)


def _groups(
    visit: Visit,  # noqa: ARG001 - the same for all
    *,
    search: Annotated[str, MaxLen(100)] = "",
    page: Annotated[int, Ge(1), Le(1_000_000)] = 1,
    size: Annotated[int, Ge(1), Le(1000)] = 100,
) -> Many:
    """The groups that occur in the data of reports, in whose name or that of whose head `search` is, by name."""
    rows = groups.some(search, size + 1, (page - 1) * size)
    return Many([group_view(row) for row in rows[:size]], page, len(rows) > size)


def _group(visit: Visit, *, group: Annotated[str, MaxLen(100)]) -> GroupView:  # noqa: ARG001
    """One group, by name or gid, with its members and limits."""
    try:
        return group_view(groups.named(group))
    except WrongInput:
        raise Absent(NO_SUCH) from None


RESOURCES = (
    Resource("/users", Role.OPERATOR, _users, UserView, many=True),
    Resource("/groups", Role.OPERATOR, _groups, GroupView, many=True),
    Resource("/groups/{group}", Role.OPERATOR, _group, GroupView),
)
