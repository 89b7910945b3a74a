"""Sessions: who has signed in, until when. The id lies in a cookie; the table has its hash."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from xfc_notify.pages import Visitor
from xfc_notify.settings import Settings
from xfc_notify.web.operators import is_operator
from xfc_notify.web.signed import hashed, random_id
from xfc_notify.web.tables import SessionRow, SpentRow

LASTS = timedelta(hours=12)
COOKIE = "xfc_session"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody has just signed in; `session` goes into their cookie."""

    name: str
    session: str


def begin(name: str, now: datetime, *, operator: bool = False) -> SignedIn:
    """Sign somebody in."""
    session = random_id()
    SessionRow.create(
        hash=hashed(session), name=name, operator=operator, began_at=now, expires_at=now + LASTS
    )
    return SignedIn(name, session)


def visitor(session: str, settings: Settings, now: datetime) -> Visitor | None:
    """Whose session this is; None if it is nobody's, or over."""
    row = SessionRow.get_or_none(SessionRow.hash == hashed(session)) if session else None
    if row is None or row.expires_at <= now:
        return None
    return Visitor(row.name, operator=row.operator or is_operator(row.name, settings), session=session)


def end(session: str) -> None:
    """Sign out."""
    SessionRow.delete().where(SessionRow.hash == hashed(session)).execute()


def spend(text: str, now: datetime) -> bool:
    """Use what works once; False if it was used before."""
    row = SpentRow.insert(hash=hashed(text), spent_at=now).on_conflict_ignore()
    return int(row.as_rowcount().execute()) == 1


def is_spent(text: str) -> bool:
    """Whether it was used before."""
    return bool(SpentRow.select().where(SpentRow.hash == hashed(text)).exists())


def forget(now: datetime) -> int:
    """Remove the sessions that are over, and the links that have long expired; how many."""
    over = SessionRow.delete().where(SessionRow.expires_at <= now).execute()
    return int(over) + int(SpentRow.delete().where(SpentRow.spent_at <= now - timedelta(days=2)).execute())
