"""Finds a group, and who answers for it."""

from xfc_notify import Group
from xfc_notify_ldap.entries import Entry, both, equals, only, username_in
from xfc_notify_ldap.members import Census, usernames
from xfc_notify_ldap.session import Session
from xfc_notify_ldap.settings import LdapSettings


def find(group: int | str, settings: LdapSettings, session: Session) -> Group | None:
    """The group with this gid, or with exactly this name; None for one without a gid. Unclear if there are two."""
    entry = _entry(group, settings, session)
    gid = entry.number(settings.groups.gid) if entry else None
    names = entry.names(settings.groups.name) if entry else []
    if entry is None or gid is None or not names:
        return None
    census = Census(settings, session)
    census.count(entry, gid)
    head = _head(entry, settings, session)
    return Group(
        gid,
        group if isinstance(group, str) else names[0],
        head=head,
        members=tuple(sorted(census.names)),
        complete=census.complete,
        # Somebody whom nobody can find, or no attribute where one could be named, says nothing.
        tells_head=bool(settings.groups.head) and (head != "" or entry.count(settings.groups.head) == 0),
    )


def _entry(group: int | str, settings: LdapSettings, session: Session) -> Entry | None:
    known = settings.groups
    attribute = known.gid if isinstance(group, int) else known.name
    try:
        wanted = both(known.filter, equals(attribute, str(group)))
    except UnicodeEncodeError:
        return None
    attributes = (known.name, known.gid, known.member_names, known.member_dns, known.head)
    found = session.look_up(settings.groups_base, wanted, attributes)
    if isinstance(group, int):
        meant = [entry for entry in found if entry.number(known.gid) == group]
    else:
        meant = [entry for entry in found if group in entry.names(known.name)]
    return only(meant, f"the {attribute} {group!r}")


def _head(entry: Entry, settings: LdapSettings, session: Session) -> str:
    """The username of the first who is named, in the order of the alphabet: directories keep none."""
    users = settings.users
    for named in sorted(filter(None, entry.texts(settings.groups.head))):
        if "=" not in named:
            return named
        if (known := username_in(named, users.username, settings.users_base)) is not None:
            return known
        found = session.search(
            settings.users_base, both(users.filter, equals(settings.groups.dn, named)), [users.username]
        )
        if names := usernames(found, settings):
            return names[0]
    return ""
