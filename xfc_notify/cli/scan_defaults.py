"""How `scan` walks and shows sizes: read from settings.toml alone where that is plain, since pydantic takes long to
import."""

import os
from typing import Any

from xfc_notify.places import PREFIX, find
from xfc_notify.sizes import Sizes, show_in
from xfc_notify.usage import Clock, ScanDefaults
from xfc_notify.usage.options import MOST_THREADS

_OTHERS = {"slice_seconds", "every"}
"""What else may stand in [scan] and does not concern a walk."""


def how_to_scan(file: str | None) -> ScanDefaults:
    """What the settings say of it, or the defaults where none are found; SettingsError if they are wrong."""
    source = find(file, os.environ)
    if source is None:
        return ScanDefaults()
    return _plainly(source) or _fully(source)


def _fully(source: str) -> ScanDefaults:
    from pathlib import Path

    from xfc_notify.components import load_settings

    return load_settings(Path(source)).scan.how()


def _plainly(source: str) -> ScanDefaults | None:
    """None if all the settings have to be looked at: mistakes, odd ways to write, the environment."""
    if any(name.startswith(PREFIX) and "__" in name for name in os.environ):
        return None
    import tomllib

    try:
        with open(source, "rb") as opened:  # noqa: PTH123
            settings = tomllib.load(opened)
    except (OSError, ValueError, RecursionError):
        return None
    table, service = settings.get("scan", {}), settings.get("service", {})
    if not isinstance(table, dict) or not isinstance(service, dict):
        return None
    sizes = service.get("sizes", Sizes.DECIMAL)
    if sizes not in tuple(Sizes):
        return None
    said: dict[str, Any] = {key: value for key, value in table.items() if key not in _OTHERS}
    if not all(_is_plain(key, value) for key, value in said.items()):
        return None
    show_in(Sizes(sizes))
    return ScanDefaults(**said | {"clock": Clock(said.get("clock", Clock.ARRIVAL))})


def _is_plain(key: str, value: Any) -> bool:
    if key == "clock":
        return value in tuple(Clock)
    if key == "threads":
        return type(value) is int and 0 <= value <= MOST_THREADS
    return key == "one_file_system" and type(value) is bool
