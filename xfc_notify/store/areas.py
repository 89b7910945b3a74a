"""Users and their areas."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from peewee import JOIN, fn

from xfc_notify import domain
from xfc_notify.domain import OPERATORS, Level, Person
from xfc_notify.errors import WrongInput
from xfc_notify.paths import parse, show
from xfc_notify.store.database import for_update
from xfc_notify.store.tables import Area, Scan, User

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def person(user: User) -> Person:
    """The user as the noun that the parts share."""
    return Person(user.name, user.full_name, user.email, user.chat, user.language, user.timezone)


def area(row: Area) -> domain.Area:
    """The area as the noun that the parts share."""
    return domain.Area(
        owner=row.user.name,
        volume=row.volume,
        path=parse(row.path),
        hard_quota=row.hard_quota,
        temporal_quota=row.temporal_quota,
        last_scanned=row.last_scanned,
    )


def user_named(name: str) -> User:
    """The user of that name; WrongInput if there is none."""
    user = User.get_or_none(User.name == name)
    if user is None:
        raise WrongInput(
            f"There is no user {show(name.encode('utf-8', 'surrogateescape'))}.", "See: xfc-notify users list"
        )
    return user


def locked(user: User) -> User:
    """The user as it stands now, locked until the transaction ends.

    To be called before anything is written of the episodes of any of the user's areas, or two scans that end
    at once would wait for each other.
    """
    row: User = for_update(User.select().where(User.id == user.id)).get()
    return row


def add_user(who: Person, now: datetime) -> bool:
    """Add a user unless there is one of that name; whether it is new."""
    return _inserted(User.insert(name=who.username, full_name=who.full_name, email=who.email, added_at=now))


def add_area(
    owner: str, volume: str, path: bytes, hard_quota: int, temporal_quota: float, now: datetime
) -> bool:
    """Add an area of an existing user unless there is one with that path; whether it is new."""
    return _inserted(
        Area.insert(
            user=User.select(User.id).where(User.name == owner),
            volume=volume,
            path=show(path),
            hard_quota=hard_quota,
            temporal_quota=temporal_quota,
            added_at=now,
            last_attempt=NEVER,
        )
    )


def paths_on(volume: str) -> dict[bytes, str]:
    """Path → owner of the areas that are known on a volume."""
    rows = Area.select(Area, User).join(User).where(Area.volume == volume, Area.measured)
    return {parse(row.path): row.user.name for row in rows}


def users() -> list[User]:
    """All users, by name; the operators are none."""
    return list(User.select().where(User.name != OPERATORS).order_by(User.name))


def count_users() -> int:
    """How many users there are."""
    return int(User.select().where(User.name != OPERATORS).count())


def areas_of(user: User) -> list[Area]:
    """A user's areas, by path."""
    return list(Area.select(Area, User).join(User).where(Area.user == user).order_by(Area.path))


def areas_of_name(name: str) -> list[Area]:
    """The same by name; none if there is no such user."""
    return list(Area.select(Area, User).join(User).where(User.name == name).order_by(Area.path))


def change(
    user: User,
    *,
    email: str | None = None,
    chat: str | None = None,
    notify: bool | None = None,
    hard_quota: int | None = None,
    temporal_quota: float | None = None,
) -> None:
    """Change what is given; quotas on all areas of the user. An empty email or chat removes it."""
    if email is not None:
        User.update(email=email or None).where(User.id == user.id).execute()
    if chat is not None:
        User.update(chat=chat or None).where(User.id == user.id).execute()
    if notify is not None:
        User.update(notify=notify).where(User.id == user.id).execute()
    if hard_quota is not None:
        Area.update(hard_quota=hard_quota).where(Area.user == user).execute()
    if temporal_quota is not None:
        Area.update(temporal_quota=temporal_quota).where(Area.user == user).execute()


def prefer(
    user: User,
    *,
    digest: str | None,
    timezone: str | None,
    language: str | None,
    contact: str | None,
    now: datetime,
) -> None:
    """Change what is given; the contact on all areas of the user. An empty text removes what was there.

    Who asks for a digest gets the first one when the next is due, not at once.
    """
    if digest is not None:
        is_other = (User.id == user.id) & (User.digest != digest)
        User.update(digest=digest, digested_at=now).where(is_other).execute()
    if timezone is not None:
        User.update(timezone=timezone or None).where(User.id == user.id).execute()
    if language is not None:
        User.update(language=language or None).where(User.id == user.id).execute()
    if contact is not None:
        Area.update(contact=contact or None).where(Area.user == user).execute()


def users_with_digest() -> list[User]:
    """Everybody who gets digests."""
    wanted = (User.digest != "off") & User.notify & (User.name != OPERATORS)
    return list(User.select().where(wanted).order_by(User.id))


def digested(user: User, now: datetime) -> None:
    """Record that a user had their digest."""
    User.update(digested_at=now).where(User.id == user.id).execute()


def with_last_scan(
    user: User | None = None, least: Level | None = None, count: int | None = None
) -> Iterator[tuple[Area, Scan | None]]:
    """Areas with their last whole scan, without the details of its usage: the worst first, then by path.

    user   of this user only
    least  at this level or worse
    count  at most so many
    """
    chosen = _standing().where(Area.level.is_null(False)).order_by(Area.level.desc(), Area.path)
    never = _standing().where(Area.level.is_null()).order_by(Area.path)
    whose = Area.measured if user is None else Area.user == user
    chosen, never = chosen.where(whose), never.where(whose)
    if least is not None:
        chosen = chosen.where(Area.level >= int(least))
    found = 0
    for query in (chosen, never) if least is None else (chosen,):
        for row in query.limit(None if count is None else count - found).iterator():
            found += 1
            scanned = getattr(row, "scanned", None)
            yield row, scanned if scanned is not None and scanned.id is not None else None


def levels() -> dict[Level | None, int]:
    """How many areas stand at a level, the worst first; None for those that were never scanned."""
    query = Area.select(Area.level, fn.COUNT(Area.id)).where(Area.measured).group_by(Area.level)
    rows: Any = query.tuples()
    counts = {None if level is None else Level(level): count for level, count in rows}
    return {level: counts[level] for level in (*reversed(Level), None) if level in counts}


def _standing() -> Any:
    columns = (Scan.id, Scan.as_of, Scan.size, Scan.files, Scan.temporal_usage, Scan.complete, Scan.findings)
    last = Area.last_scan == Scan.id
    return (
        Area.select(Area, User, *columns)
        .join(User)
        .join_from(Area, Scan, JOIN.LEFT_OUTER, on=last, attr="scanned")
    )


def _inserted(query: object) -> bool:
    """Run an insert that gives way to an existing row; whether there is a new one."""
    count: int = query.on_conflict_ignore().as_rowcount().execute()  # type: ignore[attr-defined]
    return count == 1
