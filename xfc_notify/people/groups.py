"""Groups as rows: what plugins say of them, and what operators have set instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import chunked, fn

from xfc_notify.domain import Group
from xfc_notify.errors import WrongInput
from xfc_notify.paths import harmless
from xfc_notify.people.tables import GroupRow, MembershipRow
from xfc_notify.plugins import Plugins
from xfc_notify.store.database import BATCH, db

AGAIN = timedelta(hours=12)
"""How long what a plugin said of a group is not asked for again."""
FEW = 4
"""Fewer members than this may vanish at once and be believed."""
_head: Any = fn.COALESCE(GroupRow.head, GroupRow.found_head)
_parent: Any = fn.COALESCE(GroupRow.parent, GroupRow.found_parent)


@dataclass(frozen=True, slots=True)
class Change:
    """What an operator sets of a group; None: stays, an empty text: as the plugins say."""

    head: str | None = None
    contact: str | None = None
    parent: int | str | None = None


def group(row: GroupRow) -> Group:
    """The row as the noun that the parts share, without its members."""
    parent = row.found_parent if row.parent is None else row.parent
    return Group(row.gid, row.name, head_of(row), row.contact or row.found_contact, parent, (), row.complete)


def head_of(row: GroupRow) -> str:
    """The username of who answers for a group; "" if nobody is known."""
    head: str = row.found_head if row.head is None else row.head
    return head


def named(name: str) -> GroupRow:
    """The group of that name, or with that gid; WrongInput if it is not known."""
    row = GroupRow.get_or_none(GroupRow.name == name)
    if row is None and name.removeprefix("-").isascii() and name.removeprefix("-").isdigit():
        row = GroupRow.get_or_none(GroupRow.gid == int(name)) if len(name) < 12 else None
    if row is None:
        raise WrongInput(f"There is no group {harmless(name)}.", "See: xfc-notify groups list")
    found: GroupRow = row
    return found


def all_groups() -> list[GroupRow]:
    """All groups, by name."""
    return list(GroupRow.select().order_by(GroupRow.name, GroupRow.gid))


def found(text: str) -> Any:
    """A query for the gids of groups in whose name this text is, or in that of their head."""
    has_text = GroupRow.name.contains(text) | _head.contains(text)
    return GroupRow.select(GroupRow.gid).where(has_text)


def some(text: str, count: int, skipped: int = 0) -> list[GroupRow]:
    """The groups that `found` finds, by name; so many, after those that are skipped."""
    rows = GroupRow.select().where(GroupRow.gid.in_(found(text))) if text else GroupRow.select()
    return list(rows.order_by(GroupRow.name, GroupRow.gid).offset(skipped).limit(count))


def by_gid(gids: Iterable[int]) -> dict[int, GroupRow]:
    """Those of these groups that are known."""
    asked = (GroupRow.select().where(GroupRow.gid.in_(some)) for some in chunked(set(gids), BATCH))
    return {row.gid: row for rows in asked for row in rows}


def members(row: GroupRow) -> list[str]:
    """The usernames of the members, sorted."""
    rows = MembershipRow.select(MembershipRow.username).where(MembershipRow.group == row)
    return sorted(member.username for member in rows)


def answers_for(row: GroupRow | None) -> str:
    """The username of the head of a group, or of the nearest one above it that has one; "" if nobody is known."""
    seen: set[int] = set()
    while row is not None and row.gid not in seen:
        seen.add(row.gid)
        if head := head_of(row):
            return head
        above = group(row).parent
        row = by_gid([above]).get(above) if above is not None else None
    return ""


def heads_any(username: str) -> bool:
    """Whether a user is the head of a group. Who is of none answers for none."""
    return bool(username) and GroupRow.select().where(_head == username).exists()


def headed_by(username: str) -> list[GroupRow]:
    """The groups that a user answers for, by name: those with this head, and those below them that have none."""
    found: dict[int, GroupRow] = {}
    new = list(GroupRow.select().where(_head == username)) if username else []
    while new:
        found |= {row.gid: row for row in new}
        above = sorted(row.gid for row in new)
        below = (GroupRow.select().where(_head == "", _parent.in_(some)) for some in chunked(above, BATCH))
        new = [row for rows in below for row in rows if row.gid not in found]
    return sorted(found.values(), key=lambda row: (row.name, row.gid))


def refresh(gids: Iterable[int], plugins: Plugins, now: datetime) -> list[str]:
    """Ask the plugins for groups that occur in the data, one by one; the names of those whose members are doubted.

    What nobody knows now stays as it was, with the date of the last answer; one that was never known is called by its
    number. Of two answers in a row that lose more than half of the members, only the second is believed.
    """
    wanted = sorted({gid for gid in gids if gid >= 0})
    known = by_gid(wanted)
    young = {gid for gid, row in known.items() if row.found_at is not None and now - row.found_at < AGAIN}
    found = plugins.find_groups([gid for gid in wanted if gid not in young])
    doubted = [group.name for gid, group in found.items() if group.gid == gid and not put(group, now)]
    unnamed = [{"gid": gid, "name": str(gid)} for gid in wanted if gid not in known and gid not in found]
    for some in chunked(unnamed, GroupRow.at_once()):
        GroupRow.insert_many(some).on_conflict_ignore().execute()
    return sorted(doubted)


def put(found: Group, now: datetime) -> bool:
    """Keep what was said of a group; False if it has lost so many members that they stay for now.

    Where it could not be told, the head stays, and where not all could be told, who is missing is still a member.
    """
    with db.atomic():
        GroupRow.insert(gid=found.gid, name=found.name).on_conflict_ignore().execute()
        row = GroupRow.get(GroupRow.gid == found.gid)
        before = set(members(row))
        after = set(found.members) if found.complete else before | set(found.members)
        shrinks = len(before) >= FEW and len(before & after) * 2 < len(before) and not row.shrunk
        GroupRow.update(
            name=found.name,
            found_head=found.head if found.head or found.tells_head else row.found_head,
            found_contact=found.contact,
            found_parent=found.parent,
            found_at=now,
            complete=found.complete and not shrinks,
            shrunk=shrinks,
        ).where(GroupRow.gid == found.gid).execute()
        if not shrinks:
            _put_members(row, before, after)
    return not shrinks


def change(row: GroupRow, to: Change) -> None:
    """Set what is given; an empty text takes back what was set."""
    if to.head is not None:
        GroupRow.update(head=to.head or None).where(GroupRow.gid == row.gid).execute()
    if to.contact is not None:
        GroupRow.update(contact=to.contact or None).where(GroupRow.gid == row.gid).execute()
    if to.parent is not None:
        above = named(str(to.parent)).gid if to.parent != "" else None
        _refuse_circle(row, above)
        GroupRow.update(parent=above).where(GroupRow.gid == row.gid).execute()


def _put_members(row: GroupRow, before: set[str], after: set[str]) -> None:
    for gone in chunked(sorted(before - after), BATCH):
        MembershipRow.delete().where(MembershipRow.group == row, MembershipRow.username.in_(gone)).execute()
    for new in chunked(sorted(after - before), MembershipRow.at_once()):
        rows = [{"group": row.gid, "username": name} for name in new]
        MembershipRow.insert_many(rows).on_conflict_ignore().execute()


def _refuse_circle(row: GroupRow, above: int | None) -> None:
    """WrongInput if a group would lie above itself."""
    seen = {row.gid}
    while above is not None:
        if above in seen:
            raise WrongInput(f"--parent: {harmless(row.name)} would lie above itself.")
        seen.add(above)
        higher = GroupRow.get_or_none(GroupRow.gid == above)
        above = None if higher is None else group(higher).parent
