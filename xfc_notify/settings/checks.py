"""Looks at the files that the settings are made of: where they are, and who may read and write them."""

import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xfc_notify.parts import Check, Checked, Inspection
from xfc_notify.paths import harmless
from xfc_notify.places import is_safe
from xfc_notify.settings import masked


def look_at_settings(asked: Inspection) -> Iterator[Checked]:
    """Where they are."""
    yield Checked("settings", "ok", harmless(str(asked.settings.source)))


def look_at_files(asked: Inspection) -> Iterator[Checked]:
    """Whether others than the owner of the settings and root could write what we go by, or read a secret."""
    settings = asked.settings
    owner = settings.source.stat().st_uid
    folder = settings.messages.templates
    keys = [*settings.secrets, *(file for store in settings.stores for file in store.secrets)]
    ours = [settings.source, *keys, *(_all_in(folder) if folder else ())]
    unsafe = [file for file in ours if file.exists() and not is_safe(str(file), owner)]
    for file in unsafe:
        do = "let it and its folders belong to root or to the owner of the settings, and let nobody else write them"
        yield Checked("files", "failed", f"others may write {harmless(str(file))}", do)
    secret = [*keys, *([settings.source] if _has_secrets(settings.source) else ())]
    open_to_all = [file for file in secret if file.exists() and file.stat().st_mode & stat.S_IROTH]
    for file in open_to_all:
        what = f"everybody may read {harmless(str(file))}, which holds a secret"
        yield Checked("files", "notice", what, f"chmod o= {harmless(str(file))}")
    if not unsafe and not open_to_all:
        yield Checked("files", "ok", "nobody else may write the settings, secrets and templates")


def _has_secrets(source: Path) -> bool:
    """Whether a password stands in the settings themselves, in a URL or under a name that says so."""
    return any(
        name in {"secret", "password", "token"} or ("://" in value and masked(value) != value)
        for name, value in _texts(tomllib.loads(source.read_text(encoding="utf-8")))
        if value
    )


def _texts(data: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, key)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value, name)
    elif isinstance(data, str):
        yield name, data


def _all_in(folder: Path) -> list[Path]:
    return [folder, *(path for path in folder.rglob("*") if path.is_file())]


CHECKS = (Check(("settings",), look_at_settings), Check(("files",), look_at_files))
