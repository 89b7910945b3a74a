"""Users as rows."""

import os
from collections.abc import Collection
from datetime import datetime

from peewee import chunked

from xfc_notify.domain import OPERATORS, Person
from xfc_notify.errors import WrongInput
from xfc_notify.paths import show
from xfc_notify.people import names
from xfc_notify.people.settings import People
from xfc_notify.people.tables import UserRow
from xfc_notify.states import Source
from xfc_notify.store.database import BATCH, for_update


def person(user: UserRow) -> Person:
    """The user as the noun that the parts share."""
    return Person(user.name, user.full_name, user.email, user.chat, user.language, user.timezone)


def user_named(name: str) -> UserRow:
    """The user of that name; WrongInput if there is none."""
    user = UserRow.get_or_none(UserRow.name == name)
    if user is None:
        raise WrongInput(
            f"There is no user {show(name.encode('utf-8', 'surrogateescape'))}.", "See: xfc-notify users list"
        )
    return user


def locked(user: UserRow) -> UserRow:
    """The user as it stands now, locked until the transaction ends.

    To be called before anything is written of the episodes of any of the user's areas, or two scans that end
    at once would wait for each other.
    """
    row: UserRow = for_update(UserRow.select().where(UserRow.id == user.id)).get()
    return row


def add_user(who: Person, now: datetime) -> bool:
    """Add a user unless there is one of that name; whether it is new. What is known of them counts as typed."""
    said = {"full_name": who.full_name, "full_name_from": Source.OPERATOR} if who.full_name else {}
    said |= {"email": who.email, "email_from": Source.OPERATOR} if who.email else {}
    return inserted(UserRow.insert(name=who.username, uid=who.uid, added_at=now, **said))


def users() -> list[UserRow]:
    """All users, by name; the operators are none."""
    return list(UserRow.select().where(UserRow.name != OPERATORS).order_by(UserRow.name))


def found(text: str, count: int, skipped: int = 0) -> list[UserRow]:
    """The users in whose name, full name or address this text is, by name; so many, after those that are skipped."""
    rows = UserRow.select().where(UserRow.name != OPERATORS)
    if text:
        rows = rows.where(
            UserRow.name.contains(text) | UserRow.full_name.contains(text) | UserRow.email.contains(text)
        )
    return list(rows.order_by(UserRow.name).offset(skipped).limit(count))


def with_address(email: str) -> UserRow | None:
    """The user with this address; None if nobody has it, or several do."""
    rows = list(UserRow.select().where(UserRow.email == email, UserRow.name != OPERATORS).limit(2))
    return rows[0] if len(rows) == 1 else None


def by_ids(ids: Collection[int]) -> list[UserRow]:
    """The users with these ids, by id."""
    chosen = (UserRow.select().where(UserRow.id.in_(some)) for some in chunked(sorted(ids), BATCH))
    return [user for query in chosen for user in query.order_by(UserRow.id)]


def count_users() -> int:
    """How many users there are."""
    return int(UserRow.select().where(UserRow.name != OPERATORS).count())


def change(
    user: UserRow,
    *,
    full_name: str | None = None,
    email: str | None = None,
    chat: str | None = None,
    notify: bool | None = None,
) -> None:
    """Change what is given, as an operator says it. An empty email or chat removes it."""
    if full_name is not None:
        changed = UserRow.update(full_name=full_name, full_name_from=Source.OPERATOR)
        changed.where(UserRow.id == user.id).execute()
    if email is not None:
        changed = UserRow.update(email=email or None, email_from=Source.OPERATOR)
        changed.where(UserRow.id == user.id).execute()
    if chat is not None:
        UserRow.update(chat=chat or None).where(UserRow.id == user.id).execute()
    if notify is not None:
        UserRow.update(notify=notify).where(UserRow.id == user.id).execute()


def prefer(
    user: UserRow,
    *,
    digest: str | None,
    timezone: str | None,
    language: str | None,
    now: datetime,
) -> None:
    """Change what is given. An empty text removes what was there.

    Who asks for a digest gets the first one when the next is due, not at once.
    """
    if digest is not None:
        is_other = (UserRow.id == user.id) & (UserRow.digest != digest)
        UserRow.update(digest=digest, digested_at=now).where(is_other).execute()
    if timezone is not None:
        UserRow.update(timezone=timezone or None).where(UserRow.id == user.id).execute()
    if language is not None:
        UserRow.update(language=language or None).where(UserRow.id == user.id).execute()


def users_with_digest() -> list[UserRow]:
    """Everybody who gets digests."""
    wanted = (UserRow.digest != "off") & UserRow.notify & (UserRow.name != OPERATORS)
    return list(UserRow.select().where(wanted).order_by(UserRow.id))


def digested(user: UserRow, now: datetime) -> None:
    """Record that a user had their digest."""
    UserRow.update(digested_at=now).where(UserRow.id == user.id).execute()


def forget(user: UserRow) -> None:
    """Delete a user with all that is known of them, in all tables. WrongInput for the operators."""
    _refuse_operators(user)
    UserRow.delete().where(UserRow.id == user.id).execute()


def rename(user: UserRow, name: str, people: People) -> None:
    """Call a user otherwise. WrongInput for a name that cannot be a user's, or is taken, and for the operators."""
    _refuse_operators(user)
    if (wrong := names.mistake(name, people.names)) is not None:
        raise WrongInput(f"{show(os.fsencode(name))}: {wrong}.")
    if UserRow.select().where(UserRow.name == name).exists():
        raise WrongInput(f"There is a user {name} already.", f"See: xfc-notify users show {name}")
    UserRow.update(name=name).where(UserRow.id == user.id).execute()


def _refuse_operators(user: UserRow) -> None:
    if user.name == OPERATORS:
        raise WrongInput(f"{OPERATORS} are the operators, whom [service] names.")


def inserted(query: object) -> bool:
    """Run an insert that gives way to an existing row; whether there is a new one."""
    count: int = query.on_conflict_ignore().as_rowcount().execute()  # type: ignore[attr-defined]
    return count == 1
