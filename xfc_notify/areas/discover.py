"""Reinstates users and areas from the directories under the volumes. Adds, reports, and touches nothing else."""

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from xfc_notify.areas import areas
from xfc_notify.areas.settings import Limits
from xfc_notify.domain import Person, Volume
from xfc_notify.errors import ScanRefused, WrongInput
from xfc_notify.paths import show
from xfc_notify.people import users
from xfc_notify.people.settings import People
from xfc_notify.plugins.service import Service
from xfc_notify.scan import guard
from xfc_notify.settings import Settings
from xfc_notify.store.database import db

USERNAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}", re.ASCII)
"""What is taken for a user's name; anything else under a volume is reported and left alone."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found. Paths are shown text; `refused` maps a path to why it is no area."""

    new_users: list[str] = field(default_factory=list)
    new_areas: list[str] = field(default_factory=list)
    known: int = 0
    vanished: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    without_address: list[str] = field(default_factory=list)


def discover(service: Service, names: Sequence[str], now: datetime) -> Discovery:
    """Look under the named volumes, or all; a second run finds nothing new.

    Raises WrongInput for a volume that is not in the settings, is not mounted or cannot be read: nothing is stored
    then.
    """
    chosen = [volume.volume() for volume in service.settings.volumes if not names or volume.name in names]
    unknown = set(names) - {volume.name for volume in chosen}
    if unknown:
        known = ", ".join(volume.name for volume in service.settings.volumes) or "none"
        raise WrongInput(
            f"There is no volume {show(min(unknown).encode())} in {service.settings.source}.",
            f"Known: {known}",
        )
    found = [(volume, _directories(volume)) for volume in chosen]
    people = _People(service)
    discovery = Discovery()
    counted = 0
    with db.atomic():
        for volume, (directories, refused) in found:
            discovery.refused.update(refused)
            known_paths = areas.paths_on(volume.name)
            discovery.vanished.extend(sorted(show(path) for path in known_paths.keys() - directories.keys()))
            counted += len(known_paths.keys() & directories.keys())
            for path, owner in sorted(directories.items()):
                if path not in known_paths:
                    _add(volume, path, owner, people, service.settings, discovery, now)
        without = [user.name for user in users.users() if not user.email]
    return Discovery(
        discovery.new_users, discovery.new_areas, counted, discovery.vanished, discovery.refused, without
    )


class _People:
    """Looks people up as the plugins and [people] know them."""

    def __init__(self, service: Service) -> None:
        self._pattern = service.settings.of(People).email
        self._plugins = service.plugins

    def find(self, username: str) -> Person:
        found = self._plugins.find_person(username) or Person(username)
        email = found.email or self._pattern.replace("{username}", username) or None
        return Person(username, found.full_name, email)


def _add(
    volume: Volume,
    path: bytes,
    owner: str,
    people: _People,
    settings: Settings,
    found: Discovery,
    now: datetime,
) -> None:
    limits = settings.of(Limits)
    if users.add_user(people.find(owner), now):
        found.new_users.append(owner)
    if areas.add_area(owner, volume.name, path, limits.hard_quota, limits.temporal_quota, now):
        found.new_areas.append(show(path))


def _directories(volume: Volume) -> tuple[dict[bytes, str], dict[str, str]]:
    """Path → owner of what may be areas, and path → reason of what may not."""
    directories: dict[bytes, str] = {}
    refused: dict[str, str] = {}
    try:
        with guard.opened(volume) as here, os.scandir(here) as entries:
            for entry in entries:
                if os.fsencode(entry.name) == volume.marker:
                    continue
                path = b"/".join((volume.path, os.fsencode(entry.name)))
                try:
                    mode = entry.stat(follow_symlinks=False).st_mode
                except FileNotFoundError:
                    continue
                if not stat.S_ISDIR(mode):
                    refused[show(path)] = "a link" if stat.S_ISLNK(mode) else "not a directory"
                elif not USERNAME.fullmatch(entry.name):
                    refused[show(path)] = "not the name of a user: letters, digits, . _ - only"
                else:
                    directories[path] = entry.name
    except ScanRefused as refused:
        raise WrongInput(f"V{refused.what[1:]}", "Nothing was changed.") from None
    except OSError as error:
        raise WrongInput(
            f"The volume {volume.name} at {show(volume.path)} cannot be read: {error.strerror}.",
            "Is it mounted? Nothing was changed.",
        ) from None
    return directories, refused
