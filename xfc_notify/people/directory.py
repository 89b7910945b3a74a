"""What the plugins and [people] say of people. Each name is asked for once."""

from collections.abc import Iterable
from datetime import datetime

from xfc_notify.domain import Person
from xfc_notify.people import users
from xfc_notify.people.settings import People
from xfc_notify.people.tables import UserRow
from xfc_notify.plugins.service import Service
from xfc_notify.states import Source


class Directory:
    """Looks people up by the names of accounts."""

    def __init__(self, service: Service) -> None:
        self._pattern = service.settings.of(People).email
        self._plugins = service.plugins
        self._found: dict[str, Person | None] = {}

    def look_up(self, names: Iterable[str]) -> None:
        """Ask for many names at once, which is much quicker than one by one."""
        new = [name for name in dict.fromkeys(names) if name not in self._found]
        found = self._plugins.find_people(new)
        self._found.update((name, found.get(name)) for name in new)

    def find(self, name: str) -> Person | None:
        """The person of this account; None if no plugin knows them, or none answers."""
        self.look_up([name])
        return self._found[name]

    def describe(self, user: UserRow) -> bool:
        """Bring full name and address of a user up to date; whether that changed anything.

        What an operator typed stays. What a plugin once knew stays while no plugin knows better: it may be away.
        """
        before = (user.full_name, user.full_name_from, user.email, user.email_from)
        person = self.find(user.name)
        if person is not None and user.full_name_from != Source.OPERATOR:
            user.full_name, user.full_name_from = person.full_name or user.full_name, Source.PLUGIN
        if user.email_from != Source.OPERATOR:
            if person is not None and person.email:
                user.email, user.email_from = person.email, Source.PLUGIN
            elif user.email_from != Source.PLUGIN:
                user.email = self._pattern.replace("{username}", user.name) or None
        return before != (user.full_name, user.full_name_from, user.email, user.email_from)


def user_of(name: str, directory: Directory, now: datetime) -> UserRow:
    """The user of that name, added if need be. What is known of them is asked for until there is an address."""
    users.add_user(Person(name), now)
    user = users.user_named(name)
    if user.email is None and directory.describe(user):
        user.save()
    return user
