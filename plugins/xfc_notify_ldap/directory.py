"""Asks a directory: over a connection that is still open, or a new one, to the first server that answers."""

import os
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from xfc_notify import ServerAway, harmless
from xfc_notify_ldap.session import Session
from xfc_notify_ldap.settings import LdapSettings

FRESH = 60.0
"""Seconds: a connection that was not used for so long may have been forgotten on the way."""
KEPT = 4
"""So many connections are kept open."""

T = TypeVar("T")


class Directory:
    """The servers of the settings, and the connections to them that are open and not in use. Threads may share it."""

    def __init__(self, settings: LdapSettings) -> None:
        self._settings = settings
        self._idle: list[tuple[float, Session]] = []

    def ask(self, question: Callable[[Session], T]) -> T:
        """The answer to a question; ServerAway if none of the servers gives it within the seconds of the settings."""
        deadline = time.monotonic() + self._settings.seconds
        if (session := self._open_one()) is not None:
            try:
                return self._put(question, session, deadline)
            except ServerAway:  # whoever was there has closed, or was started anew
                pass
        return self._put(question, self.connect(deadline), deadline)

    def connect(self, deadline: float) -> Session:
        """A new connection to the first server that answers; ServerAway, with what each said, if none does."""
        said = []
        servers = self._settings.servers
        for number, server in enumerate(servers):
            now = time.monotonic()
            try:
                session = Session(server, self._settings, now + (deadline - now) / (len(servers) - number))
            except ServerAway as error:
                said.append(error.what)
                continue
            return session
        raise ServerAway("; ".join(said))

    def _put(self, question: Callable[[Session], T], session: Session, deadline: float) -> T:
        session.deadline = deadline
        try:
            answer = question(session)
        except BaseException:
            session.close()
            raise
        if len(self._idle) < KEPT:
            self._idle.append((time.monotonic(), session))
        else:
            session.close()
        return answer

    def _open_one(self) -> Session | None:
        """A connection that was used a moment ago; the others are closed."""
        while True:
            try:
                used, session = self._idle.pop()
            except IndexError:
                return None
            if time.monotonic() - used < FRESH:
                return session
            session.close()


directory_of = lru_cache(maxsize=4)(Directory)
"""The directory of these settings, with its open connections."""

os.register_at_fork(after_in_child=directory_of.cache_clear)  # its connections are its parent's


def outage(settings: LdapSettings) -> str | None:
    """Why nobody could be found now; None if a server answers, and has people."""
    deadline = time.monotonic() + settings.seconds
    try:
        session = Directory(settings).connect(deadline)
        session.deadline = deadline
        try:
            people = session.search(settings.users_base, settings.users.filter, (), most=1)
            session.search(settings.groups_base, settings.groups.filter, (), most=1)
        finally:
            session.close()
    except ServerAway as error:
        return error.what
    if not people.entries:
        return f"below {harmless(settings.users_base)} nobody passes {harmless(settings.users.filter)}"
    return None
