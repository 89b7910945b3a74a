"""Subjects as rows: what can be spoken of, and who answers for it."""

from collections.abc import Iterable

from xfc_notify.domain import Subject
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.states import Kind


def subject(row: SubjectRow) -> Subject:
    """The row as the noun that the parts share."""
    return Subject(Kind(row.kind), row.key, row.place, row.user.name)


def put(kind: Kind, key: str, place: str, user: UserRow) -> SubjectRow:
    """The subject of this kind and key, which lies there and for which this user answers from now on."""
    row = SubjectRow.insert(kind=kind, key=key, place=place, user=user)
    row.on_conflict(
        conflict_target=[SubjectRow.kind, SubjectRow.key],
        update={SubjectRow.place: place, SubjectRow.user: user},
    ).execute()
    found: SubjectRow = SubjectRow.get(SubjectRow.kind == kind, SubjectRow.key == key)
    return found


def of_user(user: UserRow) -> list[SubjectRow]:
    """All for which a user answers, by key."""
    query = SubjectRow.select(SubjectRow, UserRow).join(UserRow)
    return list(query.where(SubjectRow.user == user).order_by(SubjectRow.key))


def of_kind(kind: Kind) -> list[SubjectRow]:
    """All of a kind, by key."""
    return list(SubjectRow.select().where(SubjectRow.kind == kind).order_by(SubjectRow.key))


def others(kind: Kind, known: Iterable[str]) -> list[SubjectRow]:
    """The subjects of a kind whose keys are none of these."""
    return list(SubjectRow.select().where(SubjectRow.kind == kind, SubjectRow.key.not_in(list(known))))


def set_contact(user: UserRow, contact: str | None) -> None:
    """Name somebody beside a user for all for which they answer; None for nobody."""
    SubjectRow.update(contact=contact).where(SubjectRow.user == user).execute()
