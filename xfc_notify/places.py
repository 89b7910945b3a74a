"""Where the settings stand. Apart from what reads them: to find none costs nothing."""

import os
from collections.abc import Mapping

PREFIX = "XFC_NOTIFY_"
PLACES = ("settings.toml", "/etc/xfc-notify/settings.toml")


def find(path: str | os.PathLike[str] | None, environment: Mapping[str, str]) -> str | None:
    """The settings file that is to be read: `path`, else $XFC_NOTIFY_SETTINGS, else the first of PLACES there is."""
    if path is not None:
        return os.fspath(path)
    if named := environment.get(PREFIX + "SETTINGS"):
        return named
    return next((place for place in PLACES if os.path.exists(place)), None)  # noqa: PTH110
