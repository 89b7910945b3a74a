"""What an operator has set as the quota of a group on a volume."""

from collections.abc import Mapping
from datetime import datetime

from xfc_notify.people.tables import GroupLimitRow, GroupRow


def set_limit(group: GroupRow, volume: str, size: int | None, now: datetime) -> None:
    """Set the quota in bytes; None takes it back. It holds from the next capture on."""
    same = (GroupLimitRow.group == group.gid) & (GroupLimitRow.volume == volume)
    GroupLimitRow.delete().where(same).execute()
    if size is not None:
        GroupLimitRow.create(group=group.gid, volume=volume, bytes=size, set_at=now)


def limits(group: GroupRow) -> Mapping[str, int]:
    """Volume → quota in bytes."""
    rows = GroupLimitRow.select().where(GroupLimitRow.group == group.gid).order_by(GroupLimitRow.volume)
    return {row.volume: row.bytes for row in rows}


def on_volume(volume: str) -> list[GroupLimitRow]:
    """All that were set on a volume."""
    return list(GroupLimitRow.select().where(GroupLimitRow.volume == volume))
