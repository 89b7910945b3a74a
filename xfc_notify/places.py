"""Where the settings stand. Apart from what reads them: to find none costs nothing."""

import os
import stat
from collections.abc import Collection, Mapping

PREFIX = "XFC_NOTIFY_"
HERE = "settings.toml"
PLACES = (HERE, "/etc/xfc-notify/settings.toml")


def find(path: str | os.PathLike[str] | None, environment: Mapping[str, str]) -> str | None:
    """The settings file that is to be read: `path`, else $XFC_NOTIFY_SETTINGS, else the first of PLACES there is.

    One in the working directory is taken only if it is safe: whoever works in somebody else's directory would do
    what that person wrote.
    """
    if path is not None:
        return os.fspath(path)
    if named := environment.get(PREFIX + "SETTINGS"):
        return named
    found = (place for place in PLACES if os.path.exists(place))  # noqa: PTH110
    return next((place for place in found if place != HERE or is_safe(place)), None)


def is_safe(path: str, owner: int | None = None) -> bool:
    """Whether only `owner`, by default this user, and root could have written a file, or put another in its place."""
    owners = (0, os.geteuid() if owner is None else owner)
    real = os.path.realpath(path)
    if not _is_ours(os.stat(real), owners, sticky=False):  # noqa: PTH116
        return False
    while (folder := os.path.dirname(real)) != real:  # noqa: PTH120
        if not _is_ours(os.stat(folder), owners, sticky=True):  # noqa: PTH116
            return False
        real = folder
    return True


def _is_ours(found: os.stat_result, owners: Collection[int], *, sticky: bool) -> bool:
    """Whether it belongs to one of these, and nobody else may write it.

    In a folder with the sticky bit, such as /tmp, others may write, but rename or remove nothing of ours.
    """
    others = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if others and not (sticky and found.st_mode & stat.S_ISVTX):
        return False
    return found.st_uid in owners
