"""Reads the settings: file, environment, secrets; any mistake is one SettingsError."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel
from pydantic import ValidationError as PydanticError

from xfc_notify.errors import SettingsError
from xfc_notify.paths import harmless
from xfc_notify.places import HERE, PREFIX, find
from xfc_notify.settings.model import Settings

NOT_KEYS = frozenset({"source", "secrets"})
"""Fields of the settings that no file has."""

T = TypeVar("T", bound=BaseModel)


def load(
    path: Path | None = None,
    environment: Mapping[str, str] | None = None,
    model: type[Settings] = Settings,
) -> Settings:
    """The settings from `path`, else from $XFC_NOTIFY_SETTINGS, else from one of PLACES.

    `model` has the tables of the components too: see `components.settings_model`.

    Raises SettingsError for a missing file, an unknown key or an impossible value.
    """
    environment = os.environ if environment is None else environment
    found = find(path, environment)
    if found is None:
        here = " (The one here is not used: others could have written it.)" if os.path.exists(HERE) else ""  # noqa: PTH110
        raise SettingsError(
            f"No settings.toml here and none in /etc/xfc-notify.{here}",
            f"Name one with --settings FILE or {PREFIX}SETTINGS.",
        )
    source = Path(found)
    try:
        data = tomllib.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{source}: {error.strerror}", "Name another file with --settings.") from None
    except (ValueError, RecursionError) as error:  # tomllib raises both, beside its own
        raise SettingsError(f"{source}: not valid TOML: {harmless(str(error))}") from None
    for name in NOT_KEYS.intersection(data):
        raise SettingsError(f"{source}: {name}: unknown key")
    _overlay(data, environment, model)
    secrets = tuple(_read_secrets(data, source, (), environment))
    whole = {**data, "source": source.absolute(), "secrets": secrets}
    settings = validate(model, whole, source, (), environment)
    settings.check_volumes()
    settings.check_stores()
    settings.check_tables()
    return settings


def validate(
    model: type[T],
    data: Mapping[str, Any],
    source: Path,
    where: tuple[str, ...],
    environment: Mapping[str, str] | None = None,
) -> T:
    """`data` as `model`. The first mistake becomes a SettingsError that says where it stands and what is allowed.

    `where` is the table in the settings; `environment` is the real one unless given.
    """
    try:
        return model.model_validate(data, context={"folder": source.absolute().parent})
    except PydanticError as failed:
        error = failed.errors(include_url=False, include_input=False)[0]
        key = (*where, *(str(part) for part in error["loc"]))
        if error["type"] == "extra_forbidden":
            table = _model_at(model, error["loc"][:-1])
            fields = table.model_fields.items() if table else ()
            known = ", ".join(field.alias or name for name, field in fields if name not in NOT_KEYS)
            what = f"unknown key; known here: {known}" if known else "unknown key"
        else:
            what = error["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{_place(key, source, environment)}: {harmless(what)}") from None


def masked(url: str) -> str:
    """A URL that may be shown: the password, if any, as `***`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "***"
    if "@" in parts.path + parts.query + parts.fragment:  # as after a password with a "/" that is not escaped
        return f"{parts.scheme}://***"
    user, at, host = parts.netloc.rpartition("@")
    if not at:
        return parts._replace(query="").geturl() if parts.query else url
    name = user.partition(":")[0]
    return parts._replace(netloc=f"{name}:***@{host}", query="").geturl()


def _place(key: tuple[str, ...], source: Path, environment: Mapping[str, str] | None) -> str:
    """Where the value of a key stands: the environment variable that sets it, else file and key."""
    given = os.environ if environment is None else environment
    names = [PREFIX + "__".join(key[:end]).upper() for end in range(2, len(key) + 1)]
    variables = (variable for name in names for variable in (name, f"{name}_FILE") if variable in given)
    return next(variables, f"{source}: {harmless('.'.join(key))}")


def _overlay(data: dict[str, Any], environment: Mapping[str, str], model: type[Settings]) -> None:
    for variable, value in environment.items():
        if not variable.startswith(PREFIX) or "__" not in variable:
            continue
        *tables, key = variable.removeprefix(PREFIX).lower().split("__")
        table: Any = data if tables[0] in model.model_fields.keys() - NOT_KEYS else None
        for name in tables:
            table = table.setdefault(name, {}) if isinstance(table, dict) else None
        if not isinstance(table, dict):
            raise SettingsError(f"{variable}: there is no such table in the settings")
        table.pop(f"{key}_file", None)
        table[key] = value


def _read_secrets(
    table: dict[str, Any], source: Path, where: tuple[str, ...], environment: Mapping[str, str]
) -> Iterator[Path]:
    """Put the contents of the files that `…_file` names into the table; the files."""
    for key, value in list(table.items()):
        if isinstance(value, dict):
            yield from _read_secrets(value, source, (*where, key), environment)
        elif key.endswith("_file") and isinstance(value, str):
            secret = source.absolute().parent / value
            try:
                table[key.removesuffix("_file")] = secret.read_text(encoding="utf-8").strip()
            except (OSError, ValueError) as error:
                reason = error.strerror if isinstance(error, OSError) else "not text"
                place = _place((*where, key), source, environment)
                raise SettingsError(f"{place}: {harmless(str(secret))}: {reason}") from None
            del table[key]
            yield secret


def _model_at(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel] | None:
    for part in location:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(str(part))
        candidates = (field.annotation, *getattr(field.annotation, "__args__", ())) if field else ()
        found = next((c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), None)
        if found is None:
            return None
        model = found
    return model
