"""People and groups as an LDAP directory knows them, looked up one by one.

Everything heavy is imported when a hook is called, so that listing the plugins costs nothing.
Without a url none is asked.
"""

from typing import TYPE_CHECKING

from xfc_notify import Group, Person, hookimpl

if TYPE_CHECKING:
    from xfc_notify_ldap.settings import LdapSettings


@hookimpl
def settings_model() -> "type[LdapSettings]":
    """`[plugins.ldap]`."""
    from xfc_notify_ldap.settings import LdapSettings

    return LdapSettings


@hookimpl
def find_person(username: str, settings: "LdapSettings") -> Person | None:
    """The person with this username, exactly as it is written."""
    if not settings.url:
        return None
    from xfc_notify_ldap import people
    from xfc_notify_ldap.directory import directory_of

    return directory_of(settings).ask(lambda session: people.find(username, settings, session))


@hookimpl
def find_group(group: int | str, settings: "LdapSettings") -> Group | None:
    """The group with this gid, or of this name, exactly as it is written."""
    if not settings.url:
        return None
    from xfc_notify_ldap import groups
    from xfc_notify_ldap.directory import directory_of

    return directory_of(settings).ask(lambda session: groups.find(group, settings, session))


@hookimpl
def outage(settings: "LdapSettings") -> str | None:
    """Why nobody could be found now: no server answers, or a base is not there or empty."""
    if not settings.url:
        return None
    from xfc_notify_ldap.directory import outage as found

    return found(settings)
