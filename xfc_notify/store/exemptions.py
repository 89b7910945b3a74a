"""Exemptions as rows: granted by an operator until a time, ended by time or before it."""

from collections.abc import Iterable
from datetime import datetime

from xfc_notify import domain
from xfc_notify.store.tables import Area, Exemption, User


def of_area(area: Area, now: datetime) -> tuple[domain.Exemption, ...]:
    """What is lifted for an area now."""
    rows = Exemption.select().where(Exemption.area == area, Exemption.until > now).order_by(Exemption.id)
    return tuple(exemption(row) for row in rows)


def standing(now: datetime, user: User | None = None) -> list[Exemption]:
    """All that is lifted now, or that of one user, with area and user."""
    query = Exemption.select(Exemption, Area, User).join(Area).join(User).where(Exemption.until > now)
    if user is not None:
        query = query.where(Area.user == user)
    return list(query.order_by(User.name, Area.path, Exemption.policy))


def grant(area: Area, given: domain.Exemption, now: datetime) -> None:
    """Lift a limit of an area from now on."""
    Exemption.create(area=area, policy=given.policy, until=given.until, reason=given.reason, granted_at=now)


def end(rows: Iterable[Exemption], now: datetime) -> None:
    """Let these end now."""
    Exemption.update(until=now).where(Exemption.id.in_([row.id for row in rows])).execute()


def told(area: Area, policy: str, now: datetime) -> None:
    """The owner of the area has been told of what is lifted."""
    untold = (Exemption.area == area) & (Exemption.policy == policy) & Exemption.told_at.is_null()
    Exemption.update(told_at=now).where(untold, Exemption.until > now).execute()


def exemption(row: Exemption) -> domain.Exemption:
    """The row as the noun that the parts share."""
    return domain.Exemption(row.policy, row.until, row.reason)
