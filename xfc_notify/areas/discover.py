"""Finds users and areas from the directories in the volumes, and who is not there any more. Deletes nothing."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from xfc_notify.areas import places
from xfc_notify.areas.census import Census
from xfc_notify.areas.listing import listing
from xfc_notify.areas.owners import Claim, claim, no_user
from xfc_notify.areas.settings import Limits
from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import Volume
from xfc_notify.errors import WrongInput
from xfc_notify.paths import parse, show
from xfc_notify.people import address, users
from xfc_notify.people.directory import Directory
from xfc_notify.people.names import MARK
from xfc_notify.people.roll import Roll
from xfc_notify.people.settings import People
from xfc_notify.people.tables import UserRow
from xfc_notify.plugins.service import Service
from xfc_notify.store import database
from xfc_notify.store.database import db

LOCK = 7_304_110_959
"""Of those who add users and areas, one at a time."""
MANY = 10
MANY_SHARE = 0.2
"""So many areas of a volume, and more than this share of them, do not come to belong to others by themselves."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found. Paths are shown text.

    known            how many areas were there and known
    vanished         areas whose directory is not there any more, and was the last time
    gone             how many areas are gone by now, these included
    returned         areas whose directory is back
    replaced         path → what the area of the former owner is called from now on
    refused          path → why it is no area
    odd_owners       path → what is odd about whose it is
    refreshed        users whose full name or address is another by what a plugin or the settings say
    without_address  users to whom no mail can go
    bad_addresses    user → what is wrong with their address
    """

    new_users: list[str] = field(default_factory=list)
    new_areas: list[str] = field(default_factory=list)
    known: int = 0
    vanished: list[str] = field(default_factory=list)
    gone: int = 0
    returned: list[str] = field(default_factory=list)
    replaced: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    odd_owners: dict[str, str] = field(default_factory=dict)
    refreshed: list[str] = field(default_factory=list)
    without_address: list[str] = field(default_factory=list)
    bad_addresses: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What may be areas of a volume, directory → whose it is, and what is none, directory → why. As shown text."""

    volume: Volume
    claims: dict[str, Claim]
    refused: dict[str, str]


def discover(service: Service, names: Sequence[str], now: datetime, *, new_owners: bool = False) -> Discovery:
    """Look under the named volumes, or all; a second run finds nothing new.

    Raises WrongInput for a volume that is not in the settings, is not mounted or cannot be read, one without a guard
    on which nothing that was known is left, and one on which many areas have another owner than before, unless
    `new_owners` says that this is so: nothing is stored then.
    """
    chosen = _chosen(service, names)
    directory = Directory(service)
    found = [_look(volume, service.settings.of(People), directory) for volume in chosen]
    known = [user.name for user in users.users()]
    directory.look_up(
        name for name in known if MARK not in name
    )  # before the transaction: a plugin may be slow
    with db.atomic():
        database.one_at_a_time(LOCK)
        places.follow_settings([volume.volume() for volume in service.settings.volumes])
        roll = Roll(directory, _homes(found), now)
        censuses = [_count(seen, roll, service.settings.of(Limits), new_owners, now) for seen in found]
        refreshed = roll.refresh()
        roll.add_new()
        for census in censuses:
            census.save()
        roll.save()
        gone = AreaRow.select().where(AreaRow.gone_at.is_null(False)).count()
    return _told(found, censuses, roll, refreshed, gone)


def _chosen(service: Service, names: Sequence[str]) -> list[Volume]:
    chosen = [volume.volume() for volume in service.settings.volumes if not names or volume.name in names]
    unknown = set(names) - {volume.name for volume in chosen}
    if unknown:
        known = ", ".join(volume.name for volume in service.settings.volumes) or "none"
        raise WrongInput(
            f"There is no volume {show(min(unknown).encode())} in {service.settings.source}.",
            f"Known: {known}",
        )
    return chosen


def _look(volume: Volume, people: People, directory: Directory) -> _Seen:
    """What lies there, and whose it is."""
    there = listing(volume)
    refused = {_shown(name): what for name, what in there.others.items()}
    claims: dict[str, Claim] = {}
    directory.look_up(name for name in there.directories if no_user(name, None, people) is None)
    for name, owner in there.directories.items():
        why = no_user(name, None, people)
        person = directory.find(name) if why is None else None
        account = None if person is None else person.uid
        why = why or no_user(name, account, people)
        if why is None:
            claims[_shown(name)] = claim(name, owner, account, people)
        else:
            refused[_shown(name)] = why
    return _Seen(volume, claims, refused)


def _count(seen: _Seen, roll: Roll, limits: Limits, new_owners: bool, now: datetime) -> Census:
    census = Census(seen.volume, limits, now)
    if census.known and not seen.volume.guarded and not census.known.keys() & seen.claims.keys():
        raise WrongInput(
            f"The volume {seen.volume.name} at {show(seen.volume.path)} holds none of the"
            f" {len(census.known)} directories that were there.",
            "Is it mounted? Nothing was changed. Give it a marker in [[volumes]], and what is missing counts as gone.",
        )
    others = census.with_another_owner(seen.claims)
    if not new_owners and len(others) > max(MANY, MANY_SHARE * len(census.known)):
        raise WrongInput(
            f"On the volume {seen.volume.name}, {len(others)} of {len(census.known)} directories have another owner"
            f" than before, like {others[0]}.",
            "Is it mounted with the right uids? Nothing was changed. If they are other people's now:"
            " xfc-notify discover --new-owners; if everybody has a new uid: xfc-notify users import",
        )
    for directory, found in sorted(seen.claims.items()):
        census.count(directory, found, roll)
    census.miss(seen.claims)
    return census


def _homes(found: Sequence[_Seen]) -> set[tuple[str, int | None]]:
    """(name, uid) of the directories that were seen, and of those on volumes that were not looked at."""
    seen = {(name, whose.uid) for it in found for name, whose in it.claims.items()}
    rows = AreaRow.select(AreaRow.directory, UserRow.uid).join(UserRow).where(AreaRow.gone_at.is_null())
    others = rows.where(AreaRow.volume.not_in([it.volume.name for it in found]))
    return {(parse(name).decode(), uid) for name, uid in [*seen, *others.tuples()]}


def _told(
    found: Sequence[_Seen], censuses: Sequence[Census], roll: Roll, refreshed: list[str], gone: int
) -> Discovery:
    told = Discovery(known=sum(census.present for census in censuses), gone=gone, refreshed=sorted(refreshed))
    told.new_users.extend(roll.new)
    for seen, census in zip(found, censuses, strict=True):
        told.new_areas.extend(census.new_areas)
        told.vanished.extend(census.vanished)
        told.returned.extend(census.returned)
        told.replaced.update(census.replaced)
        told.odd_owners.update(census.odd_owners)
        refused = {**seen.refused, **census.refused}
        told.refused.update({places.path_of(seen.volume, name): why for name, why in refused.items()})
    for name, email in roll.addresses():
        if not email:
            told.without_address.append(name)
        elif (wrong := address.mistake(email)) is not None:
            told.bad_addresses[name] = f"{email}: {wrong}"
    return told


def _shown(name: str) -> str:
    return show(os.fsencode(name))
