"""Groups are judged like areas: their episodes follow what they use of their quotas, and their heads are told.

The subject is a group on a volume; who answers for it is its head, or the head of the nearest group above that has one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from xfc_notify.domain import Finding, Level, PastScan
from xfc_notify.notify import episode_rows, exemption_rows
from xfc_notify.notify.drops import believed
from xfc_notify.notify.episodes import Measurement
from xfc_notify.notify.exempt import lifted_judgement
from xfc_notify.notify.follow import follow
from xfc_notify.notify.speak import speak_if_possible
from xfc_notify.people import groups, subjects, users
from xfc_notify.people.directory import Directory, user_of
from xfc_notify.people.tables import GroupRow, SubjectRow, UserRow
from xfc_notify.plugins import Judgement
from xfc_notify.plugins.service import Service
from xfc_notify.reports import outlook
from xfc_notify.reports.outlook import SHARES, Point
from xfc_notify.reports.tables import GroupStandingRow, LoadRow
from xfc_notify.states import Kind

POLICY = "reports"
"""In whose name groups are judged."""
FRESH = timedelta(days=3)
"""How long a capture counts as young enough to speak from: wrstat runs once a day, or less."""
SOON = timedelta(days=30)
"""A forecast is told only where the quota, not full yet, will be so within this time."""
_BACK = timedelta(days=60)
_NEVER = 10.0
"""A share of the quota that no forecast is said to pass: nobody is over a limit in advance."""


def findings(
    used: Sequence[Point], quota: float, files: Sequence[Point] = (), file_quota: float = 0
) -> list[Finding]:
    """What is to be said of a group, by its points on a volume, the newest last."""
    found = []
    for points, limit, unit in ((used, quota, "bytes"), (files, file_quota, "files")):
        if limit <= 0 or not points:
            continue
        title, due = (
            ("group quota", "group_quota") if unit == "bytes" else ("file quota of the group", "group_files")
        )
        now_used = points[-1][1]
        full = outlook.full_date(points, limit) if now_used < limit else None
        found.append(Finding(Level.at(now_used, limit), now_used, limit, unit, title, full, policy=due))
        level, days, then = outlook.worst(points, limit)
        speaks = full is not None and full - points[-1][0] <= SOON
        found.append(
            Finding(
                level if speaks else Level.OK,
                min(max(0.0, then), _NEVER * limit),
                limit,
                unit,
                title,
                full,
                policy=f"{due}_growth",
                thresholds=(*SHARES[days], _NEVER) if speaks else (_NEVER,) * 3,
                ahead=days,
            )
        )
    return found


def level_of(found: Iterable[Finding]) -> Level:
    """The worst level of what was found."""
    return max((finding.level for finding in found), default=Level.OK)


def points_before(volume: str, as_of: datetime) -> Mapping[int, Sequence[tuple[datetime, int, int]]]:
    """gid → the last two captures before this one: time, bytes and files, the oldest first."""
    rows = GroupStandingRow.select(
        GroupStandingRow.gid, GroupStandingRow.as_of, GroupStandingRow.bytes, GroupStandingRow.files
    ).where(
        GroupStandingRow.volume == volume,
        GroupStandingRow.as_of < as_of,
        GroupStandingRow.as_of > as_of - _BACK,
    )
    found: dict[int, list[tuple[datetime, int, int]]] = defaultdict(list)
    tuples: Any = rows.order_by(GroupStandingRow.as_of).tuples()
    for gid, time, size, files in tuples:
        found[gid] = [*found[gid][-1:], (time, size, files)]
    return found


def judge(row: LoadRow, found: Mapping[int, Sequence[Finding]], service: Service, now: datetime) -> None:
    """Move the episodes of the groups of a volume by what was found at its last capture. In a transaction."""
    known = {subject.key: subject for subject in subjects.of_kind(Kind.GROUP) if subject.place == row.volume}
    rows, directory = groups.by_gid(found), Directory(service)
    judged = [
        gid for gid in found if level_of(found[gid]) is not Level.OK or key_of(gid, row.volume) in known
    ]
    heads = {gid: head for gid in judged if (head := groups.answers_for(rows.get(gid)))}
    # Two loads at once add and lock people in one order, or they would wait for each other.
    added = {name: user_of(name, directory, now) for name in sorted(set(heads.values()))}
    for user in sorted(added.values(), key=lambda user: user.id):
        users.locked(user)
    for gid, head in sorted(heads.items()):
        of_group = found[gid]
        subject = _subject(rows[gid], row.volume, added[head])
        doubted = _is_doubted(gid, row)
        judgement = Judgement.of([(POLICY, of_group)])
        lifted = lifted_judgement(judgement, exemption_rows.of_subject(subject, now), now)
        measured = Measurement(row.as_of, row.as_of + FRESH, doubted=doubted)
        follow(subject, lifted, measured, now)


def speak(service: Service, now: datetime) -> int:
    """Tell the heads of groups what is due; how many messages were written. All of a person goes into one."""
    heads = {subject.user_id for subject in subjects.of_kind(Kind.GROUP)}
    due = [user for user in episode_rows.users_with_unsettled() if user.id in heads]
    return sum(speak_if_possible(user, service, now).message is not None for user in due)


def key_of(gid: int, volume: str) -> str:
    """The key of a group on a volume among the subjects."""
    return f"{gid}@{volume}"


def gid_of(subject: SubjectRow) -> int:
    """The group of a subject."""
    return int(subject.key.partition("@")[0])


def _subject(group: GroupRow, volume: str, user: UserRow) -> SubjectRow:
    subject = subjects.put(Kind.GROUP, key_of(group.gid, volume), volume, user)
    contact = groups.group(group).contact or None
    if subject.contact != contact:
        subject.contact = contact
        subject.save(only=[SubjectRow.contact])
    return subject


def _is_doubted(gid: int, row: LoadRow) -> bool:
    rows = GroupStandingRow.select().where(
        GroupStandingRow.gid == gid,
        GroupStandingRow.volume == row.volume,
        GroupStandingRow.as_of <= row.as_of,
    )
    latest = list(rows.order_by(GroupStandingRow.as_of.desc()).limit(10))
    return believed(
        PastScan(one.as_of, one.bytes, 0.0, one.files, complete=True) for one in reversed(latest)
    ).doubted
