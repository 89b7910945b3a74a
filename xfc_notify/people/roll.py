"""All users at once, for work on thousands of them: read with one query, changed in memory, written in batches.

Who bears a name, and who is told from them by a uid, is decided here: see `names`.
"""

from collections.abc import Container
from datetime import datetime

from peewee import chunked

from xfc_notify.domain import OPERATORS
from xfc_notify.people.directory import Directory
from xfc_notify.people.names import MARK, marked
from xfc_notify.people.tables import UserRow
from xfc_notify.states import Source

_DESCRIBED = ("full_name", "full_name_from", "email", "email_from")

_ADDED = ("name", "uid", *_DESCRIBED, "notify", "added_at", "digest")


class Roll:
    """The users, to be used in one transaction.

    homes  (name, uid) of all directories that are there
    """

    def __init__(self, directory: Directory, homes: Container[tuple[str, int | None]], now: datetime) -> None:
        self._directory, self._homes, self._now = directory, homes, now
        self._users = {user.name: user for user in UserRow.select().where(UserRow.name != OPERATORS)}
        self._seen: list[UserRow] = []
        self._described: list[UserRow] = []
        self._new: list[UserRow] = []

    @property
    def new(self) -> list[str]:
        """The names of those who were added."""
        return [user.name for user in self._new]

    def user(self, name: str, uid: int, account: int | None) -> UserRow:
        """The user of this name and uid, added if need be. `account`: the uid that the system knows by the name."""
        bearer = self._users.get(name)
        if bearer is not None and bearer.uid is None:
            bearer.uid = uid if account is None else account
            self._seen.append(bearer)
        if bearer is not None and bearer.uid == uid and account in (None, uid):
            return bearer
        stays = account is None and bearer is not None and (name, bearer.uid) in self._homes
        if stays or account not in (None, uid):
            if bearer is not None and bearer.uid == uid:
                self._rename(bearer, marked(name, uid))
            return self._users.get(marked(name, uid)) or self._add(marked(name, uid), uid)
        if bearer is not None:
            self._rename(bearer, marked(name, bearer.uid))
        former = self._users.get(marked(name, uid))
        if former is None:
            return self._add(name, uid)
        self._rename(former, name)
        return former

    def refresh(self) -> list[str]:
        """Bring full names and addresses up to date; the names of users for whom they changed."""
        plain = [user for name, user in self._users.items() if MARK not in name]
        added = set(self.new)
        changed = [user for user in plain if self._directory.describe(user)]
        self._described = [user for user in changed if user.name not in added]
        return [user.name for user in self._described]

    def addresses(self) -> list[tuple[str, str | None]]:
        """Name and address of all who bear their name, by it."""
        return [(name, self._users[name].email) for name in sorted(self._users) if MARK not in name]

    def add_new(self) -> None:
        """Store those who were added; from then on they have an id."""
        for some in chunked((user for user in self._new if user.id is None), UserRow.at_once()):
            rows = [{column: getattr(user, column) for column in _ADDED} for user in some]
            stored = UserRow.insert_many(rows).returning(UserRow.id, UserRow.name).execute()
            for row in stored:
                self._users[row.name].id = row.id

    def save(self) -> None:
        """Store what has changed of the others."""
        for users, fields in ((self._seen, ["uid"]), (self._described, list(_DESCRIBED))):
            if users:
                in_order = sorted(users, key=lambda user: int(user.id))
                UserRow.bulk_update(in_order, fields=fields, batch_size=UserRow.at_once(len(fields)))

    def _add(self, name: str, uid: int) -> UserRow:
        user = self._users[name] = UserRow(name=name, uid=uid, added_at=self._now)
        self._new.append(user)
        return user

    def _rename(self, user: UserRow, name: str) -> None:
        """Call a user otherwise, at once. What was known of them by their old name is another's."""
        del self._users[user.name]
        user.name = name
        if user.full_name_from != Source.OPERATOR:
            user.full_name = ""
        if user.email_from != Source.OPERATOR:
            user.email, user.email_from = None, Source.SETTINGS
        if user.id is not None:
            user.save()
        self._users[name] = user
