"""What lies at the top of a volume."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass

from xfc_notify.domain import Volume
from xfc_notify.errors import ScanRefused, WrongInput
from xfc_notify.paths import show
from xfc_notify.scan import guard


@dataclass(frozen=True, slots=True)
class Listing:
    """The directories of a volume, name → uid of the owner, and what else is there, name → what it is."""

    directories: Mapping[str, int]
    others: Mapping[str, str]


def listing(volume: Volume) -> Listing:
    """What lies there now, but for the marker. WrongInput if the volume is not mounted or cannot be read."""
    directories: dict[str, int] = {}
    others: dict[str, str] = {}
    try:
        with guard.opened(volume) as here, os.scandir(here) as entries:
            for entry in entries:
                if os.fsencode(entry.name) == volume.marker:
                    continue
                try:
                    found = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if stat.S_ISDIR(found.st_mode):
                    directories[entry.name] = found.st_uid
                else:
                    others[entry.name] = "a link" if stat.S_ISLNK(found.st_mode) else "not a directory"
    except ScanRefused as refused:
        raise WrongInput(f"V{refused.what[1:]}", "Nothing was changed.") from None
    except OSError as error:
        raise WrongInput(
            f"The volume {volume.name} at {show(volume.path)} cannot be read: {error.strerror}.",
            "Is it mounted? Nothing was changed.",
        ) from None
    return Listing(directories, others)
