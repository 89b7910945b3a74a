"""Where the settings stand. Apart from what reads them: to find none costs nothing."""

from collections.abc import Mapping
from pathlib import Path

PREFIX = "XFC_NOTIFY_"
PLACES = (Path("settings.toml"), Path("/etc/xfc-notify/settings.toml"))


def find(path: Path | None, environment: Mapping[str, str]) -> Path | None:
    """The settings file that is to be read: `path`, else $XFC_NOTIFY_SETTINGS, else the first of PLACES there is."""
    if path is not None:
        return path
    if named := environment.get(PREFIX + "SETTINGS"):
        return Path(named)
    return next((place for place in PLACES if place.exists()), None)
