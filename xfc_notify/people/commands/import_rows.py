"""Rows of CSV become users, areas and limits: checked first, then stored in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xfc_notify.areas import areas, places
from xfc_notify.areas.areas import NewArea
from xfc_notify.areas.discover import LOCK
from xfc_notify.areas.settings import Limits
from xfc_notify.areas.tables import AreaRow
from xfc_notify.cli.session import Session
from xfc_notify.domain import Exemption
from xfc_notify.notify import exemption_rows, reply_rows
from xfc_notify.paths import show
from xfc_notify.people import names, users
from xfc_notify.people.commands import cells
from xfc_notify.people.commands.export_rows import lifted_text
from xfc_notify.people.csv_rows import Row
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.store import database
from xfc_notify.store.database import db


@dataclass(frozen=True, slots=True)
class Imported:
    """How many were added, and how many known ones are otherwise than before."""

    users_added: int
    users_changed: int
    areas_added: int
    areas_changed: int


def import_rows(rows: Sequence[Row], opened: Session, now: datetime, *, add: bool) -> Imported:
    """Store what the rows say; WrongInput names the line with a mistake, and then nothing is stored.

    add  whether users and areas that are not known are added; else they are mistakes
    """
    given = {row.line: cells.read(row, opened) for row in rows}
    people = _people(rows, given)
    with db.atomic():
        database.one_at_a_time(LOCK)
        task = _Import(opened, now, add=add)
        for row, values in people.values():
            task.take_user(row, values)
        for row in rows:
            task.take_area(row, given[row.line])
        task.store_new()
        return task.done()


def _people(rows: Sequence[Row], given: Mapping[int, cells.Cells]) -> dict[str, tuple[Row, dict[str, Any]]]:
    """What all rows of a user say of them; WrongInput where two say different things."""
    people: dict[str, tuple[Row, dict[str, Any]]] = {}
    for row in rows:
        name = row.cells.get("user", "")
        if not name:
            raise row.wrong("no user")
        first, values = people.setdefault(name, (row, {}))
        for column, value in given[row.line].user.items():
            if values.setdefault(column, value) != value:
                raise row.wrong(f"{column} of {show(name.encode())} is another than in line {first.line}")
    return people


class _Import:
    def __init__(self, opened: Session, now: datetime, *, add: bool) -> None:
        self._settings, self._now, self._may_add = opened.settings, now, add
        self._volumes = {volume.name: volume.volume() for volume in opened.settings.volumes}
        self._users = {user.name: user for user in users.users()}
        self._areas = {(area.volume, area.directory): area for area in areas.everywhere_with_subjects()}
        self._of_user: dict[int, list[AreaRow]] = {}
        for area in self._areas.values():
            self._of_user.setdefault(area.user_id, []).append(area)
        self._muted = reply_rows.all_muted()
        self._lifted: dict[int, list[Any]] = {}
        for exemption in exemption_rows.standing(now):
            self._lifted.setdefault(exemption.subject.id, []).append(exemption)
        self._seen: dict[tuple[str, str], int] = {}
        self._new: list[NewArea] = []
        self._to_lift: list[tuple[str, Sequence[Exemption]]] = []
        self._users_added = 0
        self._changed_users: set[str] = set()
        self._changed_areas: set[int] = set()

    def take_user(self, row: Row, values: Mapping[str, Any]) -> None:
        name = row.cells["user"]
        user = self._users.get(name)
        columns = {column: value for column, value in values.items() if column != "muted"}
        if user is None:
            if not self._may_add:
                raise row.wrong(
                    f"there is no user {show(name.encode())}", "--add adds those who are not known."
                )
            if len(name) > names.LONGEST or name.startswith(("-", names.MARK)):
                raise row.wrong(f"{show(name.encode())} cannot be the name of a user")
            user = self._users[name] = UserRow.create(name=name, added_at=self._now, **columns)
            self._users_added += 1
        else:
            other = {column: value for column, value in columns.items() if getattr(user, column) != value}
            if other:
                UserRow.update(**other).where(UserRow.id == user.id).execute()
                self._changed_users.add(name)
        if "muted" in values:
            self._mute(user, values["muted"])

    def take_area(self, row: Row, given: cells.Cells) -> None:
        user = self._users[row.cells["user"]]
        volume, directory = row.cells.get("volume"), row.cells.get("directory")
        if directory is None:
            if not given.area:
                return
            theirs = [area for area in self._of_user.get(user.id, ()) if volume in (None, area.volume)]
            if not theirs:
                raise row.wrong(f"{user.name} has no such area")
            for area in theirs:
                self._change(area, given.area)
            return
        if volume is None:
            raise row.wrong("a directory without a volume")
        if (before := self._seen.setdefault((volume, directory), row.line)) != row.line:
            raise row.wrong(f"{directory} on {volume} stands in line {before} already")
        known = self._areas.get((volume, directory))
        if known is None:
            self._add(row, user, given)
        elif known.user_id != user.id:
            raise row.wrong(f"{known.path} is an area of {known.user.name}")
        else:
            self._change(known, given.area)
            if given.lifted and row.cells["lifted"] != lifted_text(self._lifted.get(known.subject_id, [])):
                raise row.wrong("lifted: the area is known already", "See: xfc-notify exempt")

    def store_new(self) -> None:
        areas.add(self._new, self._now)
        for path, exemptions in self._to_lift:
            subject = AreaRow.get(AreaRow.path == path).subject
            for exemption in exemptions:
                exemption_rows.grant(subject, exemption, self._now)

    def done(self) -> Imported:
        return Imported(self._users_added, len(self._changed_users), len(self._new), len(self._changed_areas))

    def _mute(self, user: UserRow, policies: frozenset[str]) -> None:
        before = frozenset(self._muted.get(user.id, ()))
        for policy in before - policies:
            reply_rows.unmute(user, policy)
        for policy in policies - before:
            reply_rows.mute(user, policy, self._now)

    def _change(self, area: AreaRow, values: Mapping[str, Any]) -> None:
        """Store what is other than it stands by now: an earlier line may have changed it."""
        contact = values.get("contact", area.subject.contact)
        limits = {column: value for column, value in values.items() if column != "contact"}
        limits |= {f"own_{column}": True for column in limits}
        other = {column: value for column, value in limits.items() if getattr(area, column) != value}
        if other:
            AreaRow.update(**other, judged_by="").where(AreaRow.id == area.id).execute()
            self._changed_areas.add(area.id)
            for column, value in other.items():
                setattr(area, column, value)
        if contact != area.subject.contact:
            SubjectRow.update(contact=contact).where(SubjectRow.id == area.subject_id).execute()
            self._changed_areas.add(area.id)
            area.subject.contact = contact

    def _add(self, row: Row, user: UserRow, given: cells.Cells) -> None:
        volume, directory = row.cells["volume"], row.cells["directory"]
        if not self._may_add:
            raise row.wrong(
                f"there is no area {directory} on {volume}", "--add adds those that are not known."
            )
        if volume not in self._volumes:
            known = ", ".join(self._volumes) or "none"
            raise row.wrong(f"there is no volume {volume} in the settings", f"Known: {known}")
        limits = self._settings.of(Limits)
        area = NewArea(
            user=user,
            volume=volume,
            directory=directory,
            path=places.path_of(self._volumes[volume], directory),
            hard_quota=given.area.get("hard_quota", limits.hard_quota),
            temporal_quota=given.area.get("temporal_quota", limits.temporal_quota),
            contact=given.area.get("contact"),
            own_hard_quota="hard_quota" in given.area,
            own_temporal_quota="temporal_quota" in given.area,
        )
        self._new.append(area)
        if given.lifted:
            self._to_lift.append((area.path, given.lifted))
