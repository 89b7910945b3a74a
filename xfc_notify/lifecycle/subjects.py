"""A dataset is a subject for each person who hears of it: its owner, and whoever was asked."""

from datetime import datetime

from peewee import chunked

from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.lifecycle.life import Life
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.people import subjects
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.states import Kind
from xfc_notify.store.database import BATCH

PLUGIN = "lifecycle"
"""In whose name datasets are judged."""
COPIES = "copies"
"""The policy that says that copies are bad."""


def policy_of(about: datetime) -> str:
    """The policy of a date: what was told of one date is told again of another, and of the same one never."""
    return f"expires {about:%Y-%m-%d %H:%M:%S}"


def key_of(uid: str, who: str) -> str:
    """The key of a dataset for one person among the subjects."""
    return f"{uid}@{who}"


def uid_of(subject: SubjectRow) -> str:
    """The dataset of a subject."""
    return subject.key.removesuffix(f"@{subject.user.name}")


def put(dataset: DatasetRow, user: UserRow) -> SubjectRow:
    """The dataset as a subject for this person."""
    return subjects.put(Kind.DATASET, key_of(dataset.uid, user.name), dataset.group or "datasets", user)


def of_dataset(uid: str) -> list[SubjectRow]:
    """All people who heard of a dataset, or were to."""
    rows = SubjectRow.select(SubjectRow, UserRow).join(UserRow)
    rows = rows.where(SubjectRow.kind == Kind.DATASET, SubjectRow.key.startswith(f"{uid}@"))
    return [row for row in rows.order_by(SubjectRow.user) if uid_of(row) == uid]


def told_of(life: Life) -> dict[str, datetime]:
    """When people were last told of a dataset because of the notice that is open."""
    if life.notice is None:
        return {}
    keys = [key_of(life.dataset, name) for name in life.notice.votes]
    rows = EpisodeRow.select(EpisodeRow, SubjectRow, UserRow).join(SubjectRow).join(UserRow)
    rows = rows.where(
        SubjectRow.kind == Kind.DATASET,
        EpisodeRow.policy == policy_of(life.notice.about),
        EpisodeRow.told_milestone == 0,
    )
    chosen = (rows.where(SubjectRow.key.in_(some)) for some in chunked(keys, BATCH))
    return {
        row.subject.user.name: row.told_at for query in chosen for row in query if row.told_at is not None
    }
