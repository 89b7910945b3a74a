"""Wishes: a user asks for a limit to be lifted; an operator says yes or no, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from xfc_notify.areas import areas
from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import Exemption
from xfc_notify.errors import WrongInput
from xfc_notify.notify.grant import grant
from xfc_notify.notify.tables import WishRow
from xfc_notify.pages import mark
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.plugins.service import Service
from xfc_notify.store.database import db

FARTHEST = timedelta(days=366)
MOST_OPEN = 5
"""Open wishes of one user."""
LONGEST = 500
"""Letters of a reason."""


@dataclass(frozen=True, slots=True)
class WishView:
    """A wish. `granted` is None until an operator has decided, and `answer` says why."""

    number: int
    user: str
    area: str
    policy: str
    until: datetime
    reason: str
    asked_at: datetime
    granted: bool | None
    answer: str


def wish(area: AreaRow, policy: str, until: datetime, reason: str, now: datetime) -> None:
    """Ask for a limit to be lifted until a time. WrongInput for what no operator could grant."""
    if not now < until <= now + FARTHEST:
        raise WrongInput(mark("The day must be within a year from now."))
    mine = WishRow.select().join(SubjectRow).where(SubjectRow.user == area.user, WishRow.decided_at.is_null())
    if mine.count() >= MOST_OPEN:
        raise WrongInput(mark("You have asked for so much already that is not decided yet."))
    WishRow.create(subject=area.subject, policy=policy, until=until, reason=reason, asked_at=now)


def wishes(
    count: int, skipped: int = 0, user: UserRow | None = None, *, decided: bool = False, newest: bool = False
) -> list[WishView]:
    """The wishes of one user or all, open ones or all, the oldest open one first, or the newest: so many, after those
    skipped."""
    query = WishRow.select(WishRow, SubjectRow, UserRow).join(SubjectRow).join(UserRow)
    if user is not None:
        query = query.where(SubjectRow.user == user)
    if not decided:
        query = query.where(WishRow.decided_at.is_null())
    order = WishRow.id.desc() if decided or newest else WishRow.id
    return [_view(row) for row in query.order_by(order).offset(skipped).limit(count)]


def count_open() -> int:
    """How many wait for an operator."""
    return int(WishRow.select().where(WishRow.decided_at.is_null()).count())


def decide(number: int, *, granted: bool, answer: str, service: Service, now: datetime) -> WishView:
    """Grant or decline a wish; the user is told of what is granted. WrongInput if it is decided already, or over."""
    with db.atomic():
        open_one = (WishRow.id == number) & WishRow.decided_at.is_null()
        changed = WishRow.update(decided_at=now, granted=granted, answer=answer).where(open_one).execute()
        if not changed:
            raise WrongInput(mark("This wish is decided already."))
        row = WishRow.select(WishRow, SubjectRow, UserRow).join(SubjectRow).join(UserRow)
        found: WishRow = row.where(WishRow.id == number).get()
        if granted:
            if found.until <= now:
                raise WrongInput(mark("The day until which this was wished is over."))
            area = areas.of_subjects([found.subject.id])[found.subject.id]
            grant(area, Exemption(found.policy, found.until, answer), service, now)
    return _view(found)


def _view(row: WishRow) -> WishView:
    return WishView(
        number=row.id,
        user=row.subject.user.name,
        area=row.subject.key,
        policy=row.policy,
        until=row.until,
        reason=row.reason,
        asked_at=row.asked_at,
        granted=row.granted,
        answer=row.answer,
    )
