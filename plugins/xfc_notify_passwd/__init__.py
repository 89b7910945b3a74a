"""People and groups as the system knows them: local accounts, LDAP, whatever NSS asks. Looked up one by one: many sites
let nobody list them all."""

import grp
import pwd

from xfc_notify import Group, Person, hookimpl


@hookimpl
def find_person(username: str) -> Person | None:
    """The account's owner by name, and its uid; the password database knows no mail addresses."""
    try:
        account = pwd.getpwnam(username)
    except (KeyError, ValueError):  # unknown, or a name that no account can have
        return None
    return Person(username, full_name(username, account.pw_gecos), uid=account.pw_uid)


@hookimpl
def find_group(group: int | str) -> Group | None:
    """A group with the members that it lists; those for whom it is the primary group are not among them. Of heads it
    knows nothing.
    """
    try:
        found = grp.getgrgid(group) if isinstance(group, int) else grp.getgrnam(group)
    except (KeyError, ValueError, OverflowError):
        return None
    if not found.gr_name.isprintable():
        return None
    return Group(
        found.gr_gid,
        found.gr_name,
        members=tuple(name for name in found.gr_mem if name.isprintable()),
        tells_head=False,
    )


def full_name(username: str, gecos: str) -> str:
    """The name in a GECOS field: up to the first comma, "&" standing for the capitalised login.

    Characters that do not print and undecodable bytes become question marks.
    """
    name = gecos.partition(",")[0].replace("&", username[:1].upper() + username[1:])
    return "".join(character if character.isprintable() else "?" for character in name).strip()
