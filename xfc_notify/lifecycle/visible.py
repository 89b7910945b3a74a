"""Which lives a visitor may see: their own, those of groups that they answer for, and what they are asked about."""

from datetime import datetime
from typing import Any

from peewee import chunked

from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.datasets.visible import visible
from xfc_notify.lifecycle import lives, people
from xfc_notify.lifecycle.life import Life
from xfc_notify.lifecycle.states import Phase
from xfc_notify.lifecycle.subjects import uid_of
from xfc_notify.lifecycle.tables import LifeRow
from xfc_notify.pages import NO_SUCH, Absent, Visit
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.states import Kind
from xfc_notify.store.database import BATCH

Seen = tuple[DatasetRow, Life]
MOST = 500
"""So many are shown at once."""


def mine(who: str) -> list[Seen]:
    """The datasets of this person and of groups that they answer for, but for those that are gone; the nearest date
    first."""
    return all_of(visible(who))


def asked(who: str, now: datetime) -> list[Seen]:
    """Those about which this person is asked now, the oldest question first."""
    rows = SubjectRow.select(SubjectRow, UserRow).join(UserRow)
    heard = [uid_of(row) for row in rows.where(SubjectRow.kind == Kind.DATASET, UserRow.name == who)]
    deciding = LifeRow.deciding != ""
    found = [
        (dataset, life)
        for some in chunked(heard, BATCH)
        for dataset, life in all_of(deciding & LifeRow.dataset.in_(some))
        if life.notice is not None
        and who in life.notice.votes
        and who in people.entitled(life.notice, dataset, now)
    ]
    return sorted(found, key=lambda seen: (seen[1].notice.about if seen[1].notice else now, seen[0].uid))


def all_of(condition: Any) -> list[Seen]:
    """Those of everybody that fit a condition on them and their lives, but for those that are gone."""
    return lives.those(condition & (LifeRow.phase != Phase.REMOVED), MOST)


def sees_any(visit: Visit) -> bool:
    """Whether there is something to be seen: what every page asks, for its navigation."""
    if not visit.service.settings.stores or not LifeRow.select().exists():
        return False
    who = visit.who.name
    own = LifeRow.dataset.in_(DatasetRow.select(DatasetRow.uid).where(visible(who)))
    return bool(LifeRow.select().where(own, LifeRow.phase != Phase.REMOVED).exists() or asked(who, visit.now))


def one(visit: Visit, uid: str) -> Seen:
    """A dataset and its life; Absent if there is none, or if it is not for this visitor."""
    row = DatasetRow.get_or_none(DatasetRow.uid == uid)
    life = lives.read(uid) if row is not None else None
    if row is None or life is None or not _is_for(visit, row, life):
        raise Absent(visit.say(NO_SUCH))
    return row, life


def _is_for(visit: Visit, row: DatasetRow, life: Life) -> bool:
    who, notice = visit.who.name, life.notice
    if visit.who.operator or people.may_extend(row, who):
        return True
    return notice is not None and who in notice.votes and who in people.entitled(notice, row, visit.now)
