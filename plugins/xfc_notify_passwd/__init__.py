"""People as the system's password database knows them: local accounts, LDAP, whatever NSS asks."""

import pwd

from xfc_notify import Person, hookimpl


@hookimpl
def find_person(username: str) -> Person | None:
    """The account's owner by name, and its uid; the password database knows no mail addresses."""
    try:
        account = pwd.getpwnam(username)
    except (KeyError, ValueError):  # unknown, or a name that no account can have
        return None
    return Person(username, full_name(username, account.pw_gecos), uid=account.pw_uid)


def full_name(username: str, gecos: str) -> str:
    """The name in a GECOS field: up to the first comma, "&" standing for the capitalised login.

    Characters that do not print and undecodable bytes become question marks.
    """
    name = gecos.partition(",")[0].replace("&", username[:1].upper() + username[1:])
    return "".join(character if character.isprintable() else "?" for character in name).strip()
