"""Exemptions as rows: granted by an operator until a time, ended by time or before it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from peewee import chunked

from xfc_notify import domain
from xfc_notify.notify.tables import ExemptionRow
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.store.database import BATCH


def of_subject(subject: SubjectRow | int, now: datetime) -> tuple[domain.Exemption, ...]:
    """What is lifted for a subject now."""
    rows = (
        ExemptionRow.select()
        .where(ExemptionRow.subject == subject, ExemptionRow.until > now)
        .order_by(ExemptionRow.id)
    )
    return tuple(exemption(row) for row in rows)


def standing(now: datetime, user: UserRow | None = None) -> list[ExemptionRow]:
    """All that is lifted now, or that of one user, with subject and user."""
    query = (
        ExemptionRow.select(ExemptionRow, SubjectRow, UserRow)
        .join(SubjectRow)
        .join(UserRow)
        .where(ExemptionRow.until > now)
    )
    if user is not None:
        query = query.where(SubjectRow.user == user)
    return list(query.order_by(UserRow.name, SubjectRow.key, ExemptionRow.policy))


def grant(subject: SubjectRow, given: domain.Exemption, now: datetime) -> None:
    """Lift a limit of a subject from now on."""
    ExemptionRow.create(
        subject=subject, policy=given.policy, until=given.until, reason=given.reason, granted_at=now
    )


def ended(now: datetime, subject: int | None = None) -> list[ExemptionRow]:
    """Those that have ended and are not closed, of one subject or all, with subject and user."""
    query = ExemptionRow.select(ExemptionRow, SubjectRow, UserRow).join(SubjectRow).join(UserRow)
    query = query.where(ExemptionRow.until <= now, ~ExemptionRow.over)
    if subject is not None:
        query = query.where(ExemptionRow.subject == subject)
    return list(query.order_by(ExemptionRow.id))


def close(rows: Iterable[ExemptionRow]) -> None:
    """What they lifted holds again, and was judged by."""
    _change(rows, over=True)


def end(rows: Iterable[ExemptionRow], now: datetime) -> None:
    """Let these end now."""
    _change(rows, until=now)


def _change(rows: Iterable[ExemptionRow], **values: Any) -> None:
    for some in chunked((row.id for row in rows), BATCH):
        ExemptionRow.update(values).where(ExemptionRow.id.in_(some)).execute()


def mark_told(subject: SubjectRow, policy: str, now: datetime) -> None:
    """Its user has been told of what is lifted."""
    untold = (
        (ExemptionRow.subject == subject) & (ExemptionRow.policy == policy) & ExemptionRow.told_at.is_null()
    )
    ExemptionRow.update(told_at=now).where(untold, ExemptionRow.until > now).execute()


def mark_untold(subject: SubjectRow, policy: str, now: datetime) -> None:
    """Its user was told of what is lifted, and it did not reach them."""
    theirs = (ExemptionRow.subject == subject) & (ExemptionRow.policy == policy)
    ExemptionRow.update(told_at=None).where(theirs, ExemptionRow.until > now).execute()


def exemption(row: ExemptionRow) -> domain.Exemption:
    """The row as the noun that the parts share."""
    return domain.Exemption(row.policy, row.until, row.reason)
