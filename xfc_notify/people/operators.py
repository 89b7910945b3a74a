"""Those who run the service: one user with one address, that of [service] operators."""

from datetime import datetime

from xfc_notify.domain import OPERATORS, Person
from xfc_notify.people import users
from xfc_notify.people.tables import UserRow
from xfc_notify.settings import Settings


def operators(settings: Settings, now: datetime) -> UserRow:
    """The operators as a user, with the address of the settings; added when first needed."""
    users.add_user(Person(OPERATORS), now)
    UserRow.update(email=settings.service.operators or None).where(UserRow.name == OPERATORS).execute()
    return users.user_named(OPERATORS)
