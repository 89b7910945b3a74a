"""Finds a person."""

from xfc_notify import Person, is_address
from xfc_notify_ldap.entries import both, equals, only
from xfc_notify_ldap.session import Session
from xfc_notify_ldap.settings import LdapSettings


def find(username: str, settings: LdapSettings, session: Session) -> Person | None:
    """The person with exactly this username: directories take no notice of case and blanks, accounts do.

    Unclear if there are two.
    """
    users = settings.users
    try:
        wanted = both(users.filter, equals(users.username, username))
    except UnicodeEncodeError:
        return None
    attributes = (users.username, users.full_name, users.email, users.uid)
    found = session.look_up(settings.users_base, wanted, attributes)
    named = [entry for entry in found if username in entry.names(users.username)]
    entry = only(named, f"the username {username!r}")
    if entry is None:
        return None
    return Person(
        username,
        full_name=next(iter(entry.lines(users.full_name)), ""),
        email=next(filter(is_address, entry.texts(users.email)), None),
        uid=entry.number(users.uid),
    )
