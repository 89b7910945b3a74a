"""What a value in the settings may be: sizes, durations, paths, addresses; and what all tables share."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
)

from xfc_notify import units


def read(parse: Any) -> BeforeValidator:
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


def path(value: object, info: ValidationInfo) -> bytes:
    base: Path = (info.context or {}).get("folder", Path())
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError("a path is needed")
    return os.fsencode(os.path.normpath(base.absolute() / value))


def folder(value: str, info: ValidationInfo) -> Path:
    return Path(os.fsdecode(path(value, info)))


def file_name(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value in {"", ".", ".."} or set("/\0") & set(value):
        raise ValueError("the name of a file in the volume's folder is needed, without a slash")
    return os.fsencode(value)


def store_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", value):
        raise ValueError(f"{value!r} is no name of a store: up to 100 letters, digits and . _ -")
    return value


def filesystem_id(value: str) -> str:
    if not re.fullmatch("[0-9a-f]{16}", value):
        raise ValueError("16 digits 0-9 a-f are needed, as `xfc-notify check volumes` shows them")
    if not value.strip("0"):
        raise ValueError("0 is no id: this file system has none; set a marker instead")
    return value


def names(value: str) -> list[str]:
    """A list as the environment gives it: "email, passwd"."""
    return [name.strip() for name in value.split(",") if name.strip()]


def listed(value: object) -> object:
    """One value is a list of one; a list as the environment gives it: "3d, 7d"."""
    if isinstance(value, str):
        return names(value)
    return [value] if isinstance(value, timedelta) else value


def patterns(value: object) -> object:
    """What is left out of areas, as scan/exclude.py reads it."""
    if not isinstance(value, list | tuple):
        return value
    return tuple(map(_pattern, value))


def _pattern(value: object) -> bytes:
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError('a name or a path below an area is needed, as in ".snapshot" or "project/*.tmp"')
    if {"", ".", ".."} & set(value.split("/")):
        raise ValueError(f"{value!r} is no path below an area: without a slash at its ends, '.' or '..'")
    if set(value) <= set("*/"):
        raise ValueError(f"{value!r} would leave out everything")
    if set(value) & set("?["):
        raise ValueError(f"{value!r}: of the signs in patterns only * is known")
    return os.fsencode(value)


def time_zone(value: str) -> str:
    """The name of a time zone as it is; ValueError if there is none of that name."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(f'{value!r} is not a time zone; write it like "Europe/Paris"') from None
    return value


def language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", value):
        raise ValueError(f'{value!r} is not a language; write it like "en" or "de"')
    return value


def database_url(value: str, info: ValidationInfo) -> str:
    if value.startswith("sqlite:///"):
        base: Path = (info.context or {}).get("folder", Path())
        return "sqlite:///" + os.path.normpath(base.absolute() / value.removeprefix("sqlite:///"))
    if not value.startswith(("postgresql://", "postgres://")):
        raise ValueError('allowed are "sqlite:///FILE" and "postgresql://user:password@host/name"')
    return value


def broker_url(value: str) -> str:
    if value != "embedded://" and not all(it.startswith(("amqp://", "amqps://")) for it in value.split(";")):
        raise ValueError(
            'allowed are "embedded://" and "amqp://user:password@host:5672/vhost", or several of a cluster with ";"'
        )
    return value


def page(value: str) -> str:
    """The address of a page, without a slash at its end."""
    parts = urlsplit(value)
    if value and (
        parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment
    ):
        raise ValueError('write it like "https://xfc.example.org"')
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("a link can hold only printable ASCII")
    return value.rstrip("/")


def heartbeat(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError("a web address is needed, as the service that waits for the call gave it to you")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("a web address can hold only printable ASCII")
    return value


def secret(value: str) -> str:
    if value and len(value) < SHORTEST_SECRET:
        raise ValueError(
            f"at least {SHORTEST_SECRET} characters that nobody can guess, as from: openssl rand -hex 32"
        )
    return value


SHORTEST_SECRET = 16

Size = Annotated[int, read(units.parse_size), Field(gt=0, lt=2**63)]
ByteDays = Annotated[float, read(units.parse_byte_days), Field(gt=0)]
Duration = Annotated[timedelta, read(units.parse_duration), Field(gt=timedelta(0))]
Durations = Annotated[tuple[Duration, ...], BeforeValidator(listed), Field(min_length=1)]


class Table(BaseModel):
    """A table of settings: unknown keys are errors, nothing changes after the start."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)

    def check_beside(self, settings: Any) -> None:
        """Raise SettingsError if these do not fit the other tables of the settings."""
