"""Counts the members of a group: listed by name or DN, in groups in it, and by their primary group."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from xfc_notify_ldap.entries import Entry, Unclear, any_of, both, equals, same, username_in
from xfc_notify_ldap.session import Found, Session
from xfc_notify_ldap.settings import LdapSettings

AT_ONCE = 100
"""So many DNs are searched for at once: servers limit the length of a filter."""


def usernames(found: Found, settings: LdapSettings) -> list[str]:
    """The username of each entry that has one."""
    several = (entry.names(settings.users.username) for entry in found.entries)
    return [names[0] for names in several if names]


@dataclass
class Census:
    """The members of a group; `complete`: nobody is missing."""

    settings: LdapSettings
    session: Session
    names: set[str] = field(default_factory=set)
    complete: bool = True

    def count(self, group: Entry, gid: int) -> None:
        """Count all whom this group has. Unclear where entries cannot be searched by their DN."""
        users = self.settings.users
        if users.gid:
            self._count_people(equals(users.gid, str(gid)))
        level, seen = [group], {same(group.dn)}
        for _ in range(self.settings.groups.depth + 1):
            level = self._count_unread(self._count_listed(level, seen), group.dn)
            if not level:
                return
        self.complete = False

    def _count_listed(self, level: Sequence[Entry], seen: set[str]) -> list[str]:
        """Count those whom these groups list with their names; the other DNs, which were not seen before."""
        groups, users = self.settings.groups, self.settings.users
        unread = []
        for group in level:
            names, dns = group.names(groups.member_names), group.texts(groups.member_dns)
            self.names.update(names)
            if len(names) + len(dns) < group.count(groups.member_names) + group.count(groups.member_dns):
                self.complete = False
            for dn in dns:
                if not dn or same(dn) in seen:  # a group that may not be empty has an empty DN
                    continue
                seen.add(same(dn))
                if (name := username_in(dn, users.username, self.settings.users_base)) is None:
                    unread.append(dn)
                else:
                    self.names.add(name)
        return unread

    def _count_unread(self, dns: Sequence[str], own: str) -> list[Entry]:
        """Count the people among these DNs; the groups among them. What is neither is no member.

        The group itself is searched for as well: where it is not found by its DN, nobody would be.
        """
        groups = self.settings.groups
        found: list[Entry] = []
        if dns and same(own) not in {same(entry.dn) for entry in self._groups([own])}:
            raise Unclear(f"{own} is not found by its {groups.dn}: dn in [plugins.ldap.groups] is wrong")
        for first in range(0, len(dns), AT_ONCE):
            if self.session.is_late:
                self.complete = False
                break
            some = dns[first : first + AT_ONCE]
            people = self._count_people(any_of(equals(groups.dn, dn) for dn in some))
            if others := [dn for dn in some if same(dn) not in people]:
                found += self._groups(others)
        return found

    def _groups(self, dns: Sequence[str]) -> Sequence[Entry]:
        """The groups among these DNs."""
        groups = self.settings.groups
        wanted = both(groups.filter, any_of(equals(groups.dn, dn) for dn in dns))
        return self._search(
            self.settings.groups_base, wanted, (groups.member_names, groups.member_dns)
        ).entries

    def _count_people(self, wanted: str) -> set[str]:
        """Count those who pass; their DNs."""
        users = self.settings.users
        found = self._search(self.settings.users_base, both(users.filter, wanted), [users.username])
        names = usernames(found, self.settings)
        self.names.update(names)
        self.complete = self.complete and len(names) == len(found.entries)
        return {same(entry.dn) for entry in found.entries}

    def _search(self, base: str, wanted: str, attributes: Sequence[str]) -> Found:
        found = self.session.search(base, wanted, attributes)
        self.complete = self.complete and found.complete
        return found
