"""What is shown of users, and of what happened to what they answer for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from xfc_notify.paths import address
from xfc_notify.people import events, groups, limits, users
from xfc_notify.people.address import mistake
from xfc_notify.people.tables import EventRow, GroupRow, SubjectRow, UserRow
from xfc_notify.states import EventKind


@dataclass(frozen=True, slots=True)
class UserView:
    """A user with what they prefer.

    uid       of their account; None until a directory of theirs was seen
    email_mistake  why no mail can reach that address; None if one can
    chat      its URL is a secret: shortened by `address`
    notify    whether they are told anything
    digest    off, weekly or monthly
    timezone  None for that of the service; so is `language`
    """

    name: str
    uid: int | None
    full_name: str
    email: str | None
    email_mistake: str | None
    chat: str | None
    notify: bool
    digest: str
    timezone: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class EventView:
    """What happened to a subject. `policy` is empty where none is concerned."""

    at: datetime
    policy: str
    kind: EventKind
    what: str


def user_views() -> list[UserView]:
    """All users, by name."""
    return [user_view(row) for row in users.users()]


def user_view(row: UserRow) -> UserView:
    """One user."""
    return UserView(
        name=row.name,
        uid=row.uid,
        full_name=row.full_name,
        email=row.email,
        email_mistake=mistake(row.email) if row.email else None,
        chat=address(row.chat) if row.chat else None,
        notify=row.notify,
        digest=row.digest,
        timezone=row.timezone,
        language=row.language,
    )


def event_views(subject: SubjectRow, count: int) -> tuple[EventView, ...]:
    """The latest events of a subject, newest first."""
    return tuple(map(_event, events.latest(subject, count)))


def _event(row: EventRow) -> EventView:
    return EventView(at=row.at, policy=row.policy, kind=EventKind(row.kind), what=row.what)


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group: `limits` is volume → bytes, as an operator has set them.

    complete  False: there are more members than are known
    as_of     when a plugin last knew it; None: never
    """

    gid: int
    name: str
    head: str
    contact: str
    parent: int | None
    members: tuple[str, ...]
    complete: bool
    limits: Mapping[str, int]
    as_of: datetime | None


def group_views() -> list[GroupView]:
    """All groups, by name."""
    return [group_view(row) for row in groups.all_groups()]


def group_view(row: GroupRow) -> GroupView:
    """One group."""
    group = groups.group(row)
    return GroupView(
        gid=group.gid,
        name=group.name,
        head=group.head,
        contact=group.contact,
        parent=group.parent,
        members=tuple(groups.members(row)),
        complete=group.complete,
        limits=limits.limits(row),
        as_of=row.found_at,
    )
