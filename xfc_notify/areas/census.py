"""Compares what lies on a volume with the areas that are known there: all at once, few statements."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from peewee import chunked

from xfc_notify.areas import areas, places
from xfc_notify.areas.areas import NewArea
from xfc_notify.areas.owners import Claim
from xfc_notify.areas.settings import Limits
from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import Volume
from xfc_notify.paths import parse
from xfc_notify.people.names import MARK, marked
from xfc_notify.people.roll import Roll
from xfc_notify.people.tables import UserRow
from xfc_notify.store.database import BATCH


class Census:
    """One volume, to be used in one transaction. Directories and paths are shown text.

    known  the areas whose directory was there the last time, by it
    """

    def __init__(self, volume: Volume, limits: Limits, now: datetime) -> None:
        self._volume, self._limits, self._now = volume, limits, now
        self._areas = {area.directory: area for area in areas.on_volume(volume.name)}
        self.known = {name: area for name, area in self._areas.items() if area.gone_at is None}
        self.present = 0
        self.vanished: list[str] = []
        self.returned: list[str] = []
        self.replaced: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        self.odd_owners: dict[str, str] = {}
        self._new: list[NewArea] = []
        self._gone: list[int] = []
        self._back: list[int] = []
        self._changed: list[AreaRow] = []

    @property
    def new_areas(self) -> list[str]:
        """The paths of areas that were added."""
        return [area.path for area in self._new]

    def with_another_owner(self, claims: Mapping[str, Claim]) -> list[str]:
        """The paths of known areas whose directory is somebody else's now."""
        return sorted(
            area.path
            for name, area in self.known.items()
            if name in claims and not _is_theirs(area, claims[name].uid)
        )

    def count(self, directory: str, claim: Claim, roll: Roll) -> None:
        """Take a directory into account that is there."""
        area = self._areas.get(directory)
        if claim.uid is None:
            if area is None:
                self.refused[directory] = claim.remark
            else:
                self._see(area, claim)
            return
        if area is not None and _is_theirs(area, claim.uid) and not _bears(area.user, directory):
            self._see(area, claim)  # an operator has renamed them
            return
        name = parse(directory).decode()
        user = roll.user(name, claim.uid, claim.account)
        if user.name != name and not claim.remark:
            claim = replace(
                claim, remark=f"belongs to uid {claim.uid}, but elsewhere {name} is somebody else"
            )
        if area is not None and area.user.id == user.id:
            self._see(area, claim)
            return
        if area is not None:
            self._replace(area, claim)
        former = self._areas.get(marked(directory, claim.uid))
        if former is not None and former.user.id == user.id:
            places.put(former, self._volume, directory)
            self._see(former, claim)
            return
        self._add(directory, user, claim)

    def miss(self, claims: Collection[str]) -> None:
        """Note which of the known areas have no directory any more."""
        for name, area in sorted(self.known.items()):
            if name not in claims:
                self._gone.append(area.id)
                self.vanished.append(area.path)

    def save(self) -> None:
        """Store what was found; users that were added have been stored before."""
        for numbers, gone_at in ((self._gone, self._now), (self._back, None)):
            for some in chunked(sorted(numbers), BATCH):
                AreaRow.update(gone_at=gone_at).where(AreaRow.id.in_(some)).execute()
        if self._changed:
            changed = sorted(self._changed, key=lambda area: int(area.id))
            AreaRow.bulk_update(changed, fields=["uid", "remark"], batch_size=AreaRow.at_once(2))
        areas.add(self._new, self._now)

    def _see(self, area: AreaRow, claim: Claim) -> None:
        self.present += 1
        if claim.remark:
            self.odd_owners[area.path] = claim.remark
        if area.gone_at is not None:
            self._back.append(area.id)
            self.returned.append(area.path)
        if (area.uid, area.remark) != (claim.owner, claim.remark):
            area.uid, area.remark = claim.owner, claim.remark
            self._changed.append(area)

    def _replace(self, area: AreaRow, claim: Claim) -> None:
        """Somebody else has the directory now: what is known of the former owner stays theirs, under another name."""
        before = area.path
        uid = claim.account if area.user.uid is None else area.user.uid
        places.put(area, self._volume, marked(area.directory, uid))
        if area.gone_at is None:
            self._gone.append(area.id)
        self.replaced[before] = area.path

    def _add(self, directory: str, user: UserRow, claim: Claim) -> None:
        area = NewArea(
            user=user,
            volume=self._volume.name,
            directory=directory,
            path=places.path_of(self._volume, directory),
            hard_quota=self._limits.hard_quota,
            temporal_quota=self._limits.temporal_quota,
            uid=claim.owner,
            remark=claim.remark,
        )
        self._new.append(area)
        if claim.remark:
            self.odd_owners[area.path] = claim.remark


def _is_theirs(area: AreaRow, uid: int | None) -> bool:
    """Whether a directory of this uid is still its user's."""
    return uid is None or area.user.uid in (None, uid)


def _bears(user: UserRow, directory: str) -> bool:
    """Whether a user is called as the directory, or was told by a uid from who is."""
    return MARK in user.name or user.name == parse(directory).decode()
