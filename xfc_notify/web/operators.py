"""Who is an operator: by name, or by a group of the system."""

import grp
import pwd

from xfc_notify.settings import Settings

GROUP = "%"


def is_operator(name: str, settings: Settings) -> bool:
    """Whether the settings say so now."""
    listed = settings.web.operators
    return name in listed or any(
        _is_in(name, entry.removeprefix(GROUP)) for entry in listed if entry.startswith(GROUP)
    )


def _is_in(name: str, group: str) -> bool:
    try:
        found = grp.getgrnam(group)
    except KeyError:
        return False
    if name in found.gr_mem:
        return True
    try:
        return pwd.getpwnam(name).pw_gid == found.gr_gid
    except (KeyError, ValueError):
        return False
