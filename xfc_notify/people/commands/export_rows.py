"""Users and their areas as rows of CSV: a row for each area, or one for a user without any."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from xfc_notify.areas.areas import everywhere_with_subjects
from xfc_notify.areas.tables import AreaRow
from xfc_notify.notify import exemption_rows, reply_rows
from xfc_notify.notify.tables import ExemptionRow
from xfc_notify.people import users
from xfc_notify.people.commands.user_table import switch
from xfc_notify.people.tables import UserRow


def export_rows(now: datetime) -> Iterator[Mapping[str, str]]:
    """All users, by name, with their areas, by path."""
    areas: dict[int, list[AreaRow]] = {}
    for area in everywhere_with_subjects():
        areas.setdefault(area.user_id, []).append(area)
    lifted: dict[int, list[ExemptionRow]] = {}
    for exemption in exemption_rows.standing(now):
        lifted.setdefault(exemption.subject.id, []).append(exemption)
    muted = reply_rows.all_muted()
    for user in users.users():
        who = _user(user, muted.get(user.id, []))
        theirs = areas.get(user.id, [])
        if not theirs:
            yield who
        for area in theirs:
            yield {**who, **_area(area, lifted.get(area.subject_id, []))}


def lifted_text(exemptions: list[ExemptionRow]) -> str:
    """What is lifted as one cell: JSON; empty for nothing."""
    found = [
        {"policy": row.policy, "until": row.until.isoformat(), "reason": row.reason} for row in exemptions
    ]
    return json.dumps(found) if found else ""


def _user(user: UserRow, muted: list[str]) -> dict[str, str]:
    return {
        "user": user.name,
        "uid": "" if user.uid is None else str(user.uid),
        "full_name": user.full_name,
        "full_name_from": user.full_name_from,
        "email": user.email or "",
        "email_from": user.email_from,
        "notify": switch(user.notify),
        "chat": user.chat or "",
        "language": user.language or "",
        "timezone": user.timezone or "",
        "digest": user.digest,
        "muted": " ".join(sorted(muted)),
    }


def _area(area: AreaRow, exemptions: list[ExemptionRow]) -> dict[str, str]:
    return {
        "volume": area.volume,
        "directory": area.directory,
        "hard_quota": str(area.hard_quota),
        "temporal_quota": repr(float(area.temporal_quota)),
        "contact": area.subject.contact or "",
        "lifted": lifted_text(exemptions),
    }
