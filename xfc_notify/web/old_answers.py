"""What the former service's API answers. An error of a change has what was sent beside it."""

import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xfc_notify.areas import areas, placing, scans
from xfc_notify.areas.areas import NewArea
from xfc_notify.areas.discover import LOCK
from xfc_notify.areas.settings import Limits
from xfc_notify.areas.tables import AreaRow
from xfc_notify.areas.volumes import sums
from xfc_notify.domain import Person, Volume
from xfc_notify.errors import XfcNotifyError
from xfc_notify.paths import show
from xfc_notify.people import users
from xfc_notify.people.address import is_address
from xfc_notify.people.directory import Directory
from xfc_notify.people.tables import UserRow
from xfc_notify.plugins.service import Service
from xfc_notify.store import database
from xfc_notify.store.database import db
from xfc_notify.web import changes, mails

LONGEST_NAME = 64
KNOWN_ALREADY = "Transfer cache already initialized for this user."


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and JSON."""

    status: int
    body: Any


@dataclass(frozen=True)
class Answers:
    """The calls of the client, each with its query and body."""

    service: Service

    def user(self, query: Mapping[str, str], body: Mapping[str, Any], now: datetime) -> Answer:  # noqa: ARG002
        """One user with quotas and what is used."""
        if not query:
            return _error(404, "No name supplied")
        found = _named(query)
        if isinstance(found, Answer):
            return found
        rows = areas.areas_of(found)
        last = scans.last_of(rows).values()
        return Answer(
            200,
            {
                "name": found.name,
                "email": found.email or "",
                "notify": found.notify,
                "quota_size": int(sum(row.temporal_quota for row in rows)),
                "quota_used": int(sum(scan.temporal_usage for scan in last)),
                "hard_limit_size": sum(row.hard_quota for row in rows),
                "total_used": sum(scan.size for scan in last),
                "cache_path": rows[0].path if rows else "",
            },
        )

    def new_user(  # noqa: PLR0911 - as many refusals as there are
        self,
        query: Mapping[str, str],  # noqa: ARG002
        body: Mapping[str, Any],
        now: datetime,
    ) -> Answer:
        """Give a user an area on the volume with the most room, and let its directory be made."""
        name, email = body.get("name"), body.get("email")
        if not isinstance(name, str) or not name:
            return _error(404, "No name supplied.", body)
        if UserRow.select().where(UserRow.name == name[:LONGEST_NAME]).exists():
            return _error(403, KNOWN_ALREADY, body)
        if email is not None and email != "" and not (isinstance(email, str) and is_address(email)):
            return _error(403, "This is no mail address.", body)
        try:
            pwd.getpwnam(name)
        except (KeyError, ValueError):
            return _error(403, "This user is unknown to the system.", body)
        limits = self.service.settings.of(Limits)
        volume = placing.choose(self._volumes(), sums(), limits.hard_quota)
        if volume is None:
            return _error(403, "No CacheDisk found with enough free space for user's quota.", body)
        try:
            path = placing.make(name, volume, self.service.settings.web.old_api.directories)
        except XfcNotifyError as error:
            return _error(500, error.what, body)
        directory = Directory(self.service)
        directory.look_up([name])  # before the transaction: a plugin may be slow
        quotas = limits.hard_quota, limits.temporal_quota
        with db.atomic():
            database.one_at_a_time(LOCK)
            if not users.add_user(Person(name, email=email or None), now):
                return _error(403, KNOWN_ALREADY, body)
            user = users.user_named(name)
            if directory.describe(user):
                user.save()
            areas.add([NewArea(user, volume.name, name, show(path), *quotas)], now)
            changes.keep("old API", "", f"user added: {name}", now)
        row = AreaRow.get(AreaRow.user == user)
        return Answer(
            200,
            {
                "name": name,
                "email": row.user.email or "",
                "cache_path": row.path,
                "quota_size": int(row.temporal_quota),
                "hard_limit_size": row.hard_quota,
            },
        )

    def change_user(self, query: Mapping[str, str], body: Mapping[str, Any], now: datetime) -> Answer:
        """Change address and notify switch. A mail confirms it only if the switch is in the request."""
        if not query:
            return _error(404, "No name supplied.", body)
        found = _named(query, body)
        if isinstance(found, Answer):
            return found
        email, notify = body.get("email"), body.get("notify")
        if email is not None and not (isinstance(email, str) and (email == "" or is_address(email))):
            return _error(403, "This is no mail address.", body)
        if notify is not None and not isinstance(notify, bool):
            return _error(403, "notify must be true or false.", body)
        users.change(found, email=email, notify=notify)
        found = users.user_named(found.name)
        changes.keep(
            "old API", "", f"{found.name}: {', '.join(sorted({'email', 'notify'} & set(body)))} set", now
        )
        if notify is not None and found.email:
            state = "ON" if notify else "OFF"
            blocks = [f"Notifications for {found.name} are {state}."]
            mails.send(self.service, found.email, f"Notifications {state}", blocks, now)
        return Answer(200, {"name": found.name, "email": found.email or "", "notify": found.notify})

    def disks(self, query: Mapping[str, str], body: Mapping[str, Any], now: datetime) -> Answer:  # noqa: ARG002
        """The volumes: size, what is promised, what is used."""
        known = list(enumerate(self._volumes(), 1))
        if "id" in query:
            if not (query["id"].isascii() and query["id"].isdecimal()):
                return _error(404, "Error with supplied parameters")
            known = [(number, one) for number, one in known if number == int(query["id"][:9])]
            if not known:
                return _error(404, f"Could not find CacheDisk with id={query['id'][:9]}.")
        elif "mountpoint" in query:
            wanted = query["mountpoint"]
            known = [(number, one) for number, one in known if placing.mountpoint(one) == wanted]
            if not known:
                return _error(404, f"Could not find CacheDisk with mountpoint={wanted}.")
        elif query:
            return _error(404, "Error with supplied parameters")
        found = sums()
        return Answer(
            200, {"cache_disks": [_disk(number, one, found.get(one.name)) for number, one in known]}
        )

    def nothing_found(self, query: Mapping[str, str], body: Mapping[str, Any], now: datetime) -> Answer:  # noqa: ARG002
        """The files of a user: there is no row per file here."""
        found = _named(query)
        return found if isinstance(found, Answer) else Answer(200, [])

    def no_deletions(self, query: Mapping[str, str], body: Mapping[str, Any], now: datetime) -> Answer:  # noqa: ARG002
        """What is to be deleted: nothing, ever."""
        found = _named(query)
        if isinstance(found, Answer):
            return found
        empty = {"time_entered": "", "time_delete": "", "cache_disk": "", "files": []}
        return Answer(200, [{"name": found.name, **empty}])

    def never(self, query: Mapping[str, str], body: Mapping[str, Any], now: datetime) -> Answer:  # noqa: ARG002
        """When something will be deleted: never."""
        found = _named(query)
        return found if isinstance(found, Answer) else Answer(200, {"name": found.name, "files": []})

    def _volumes(self) -> list[Volume]:
        return [table.volume() for table in self.service.settings.volumes]


def _named(query: Mapping[str, str], sent: Mapping[str, Any] | None = None) -> UserRow | Answer:
    name = query.get("name", "")
    if not name:
        return _error(404, "Error with name parameter.", sent)
    row = UserRow.get_or_none(UserRow.name == name)
    if row is None or row.name.startswith(":"):
        return _error(404, "User not found.", sent)
    found: UserRow = row
    return found


def _disk(number: int, volume: Volume, found: Any) -> dict[str, Any]:
    return {
        "id": number,
        "mountpoint": placing.mountpoint(volume),
        "size": volume.capacity or 0,
        "allocated": found.given if found else 0,
        "used": found.size if found else 0,
    }


def _error(status: int, text: str, sent: Mapping[str, Any] | None = None) -> Answer:
    return Answer(
        status, {**{key: value for key, value in (sent or {}).items() if key != "error"}, "error": text}
    )
