"""Who is asked: the owner of a dataset, its group and those above it, and whom of these a message reaches."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from xfc_notify.datasets import replicas
from xfc_notify.datasets.states import ReplicaState
from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.domain import OPERATORS
from xfc_notify.lifecycle.course import Asked, World
from xfc_notify.lifecycle.life import Life, Notice
from xfc_notify.lifecycle.settings import Lifecycle
from xfc_notify.lifecycle.subjects import told_of
from xfc_notify.lifecycle.terms import Terms, terms_of
from xfc_notify.people import groups
from xfc_notify.people.directory import Directory
from xfc_notify.people.tables import GroupRow, UserRow
from xfc_notify.plugins.service import Service
from xfc_notify.settings import Settings

UTC = ZoneInfo("UTC")
OLD = timedelta(days=2)
"""A directory that has said nothing of a group for so long is away, and its last answer is not of today."""


def zone(settings: Settings) -> ZoneInfo:
    """The zone in which dates are days."""
    return ZoneInfo(settings.service.timezone)


def groups_above(name: str) -> Iterator[GroupRow]:
    """The group of this name, and those above it."""
    row = GroupRow.get_or_none(GroupRow.name == name) if name else None
    seen: set[int] = set()
    while row is not None and row.gid not in seen:
        seen.add(row.gid)
        yield row
        above = groups.group(row).parent
        row = GroupRow.get_or_none(GroupRow.gid == above) if above is not None else None


def terms(dataset: DatasetRow, settings: Settings) -> Terms:
    """The terms of a dataset; a group that nobody knows may have some in the settings."""
    names = dict.fromkeys([dataset.group, *(row.name for row in groups_above(dataset.group))])
    return terms_of(list(filter(None, names)), settings.of(Lifecycle))


def world(life: Life, dataset: DatasetRow, service: Service, directory: Directory, now: datetime) -> World:
    """What is known of the people of a dataset now; whom a message reaches only if somebody may have to be asked."""
    asked = [_asked(row, now) for row in groups_above(dataset.group)]
    copies = standing(dataset)
    reachable: frozenset[str] = frozenset()
    if life.notice is not None or (life.expires_at is not None and life.expires_at <= now):
        people = {dataset.owner, *(name for group in asked for name in group.members)}
        people |= set(life.notice.votes) if life.notice else set()
        directory.look_up(people)
        reachable = frozenset(name for name in people if _reachable(name, directory))
    return World(
        owner=dataset.owner,
        zone=zone(service.settings),
        groups=tuple(asked),
        reachable=reachable,
        told=told_of(life),
        copies=copies,
    )


def standing(dataset: DatasetRow) -> tuple[int, ...]:
    """The ids of the copies of a dataset that neither arrive nor leave."""
    on_their_way = {ReplicaState.ARRIVING, ReplicaState.LEAVING}
    return tuple(row.id for row in replicas.of(dataset.uid) if row.state not in on_their_way)


def may_extend(dataset: DatasetRow, who: str) -> bool:
    """Whether somebody may extend a dataset: its owner, and whoever answers for its group or one above it."""
    return who == dataset.owner or who in {groups.head_of(row) for row in groups_above(dataset.group)} - {""}


def entitled(notice: Notice, dataset: DatasetRow, now: datetime) -> frozenset[str]:
    """Who may still vote, by what is known of groups; nobody is looked up."""
    asked = tuple(_asked(row, now) for row in groups_above(dataset.group))
    return World(dataset.owner, UTC, asked).entitled(notice)


def of_groups(names: Iterable[str]) -> list[int]:
    """The gids of these groups and of all above them."""
    return sorted({row.gid for name in set(names) for row in groups_above(name)})


def _asked(row: GroupRow, now: datetime) -> Asked:
    people = dict.fromkeys([*filter(None, [groups.head_of(row)]), *groups.members(row)])
    return Asked(row.name, tuple(people), is_sure(row, now))


def is_sure(row: GroupRow, now: datetime) -> bool:
    """Whether the members of a group are those of today, as far as its directory tells any."""
    return row.found_at is None or (row.complete and not row.shrunk and now - row.found_at <= OLD)


def _reachable(name: str, directory: Directory) -> bool:
    """Whether a message would reach somebody. The operators are no person; who is not known yet is only looked up."""
    if name == OPERATORS:
        return False
    user = UserRow.get_or_none(UserRow.name == name) or UserRow(name=name)
    if user.email is None:
        directory.describe(user)
    return bool(user.notify and (user.email or user.chat))
