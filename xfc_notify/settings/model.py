"""What can be set: the tables of settings.toml with their defaults, and what a value may be."""

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)

from xfc_notify import units
from xfc_notify.domain import Volume
from xfc_notify.errors import SettingsError
from xfc_notify.usage import Clock, ScanDefaults


def _read(parse: Any) -> BeforeValidator:
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


def _path(value: object, info: ValidationInfo) -> bytes:
    folder: Path = (info.context or {}).get("folder", Path())
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError("a path is needed")
    return os.fsencode(os.path.normpath(folder.absolute() / value))


def _folder(value: str, info: ValidationInfo) -> Path:
    return Path(os.fsdecode(_path(value, info)))


def _file_name(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value in {"", ".", ".."} or set("/\0") & set(value):
        raise ValueError("the name of a file in the volume's folder is needed, without a slash")
    return os.fsencode(value)


def _filesystem_id(value: str) -> str:
    if not re.fullmatch("[0-9a-f]{16}", value):
        raise ValueError("16 digits 0-9 a-f are needed, as `xfc-notify check volumes` shows them")
    if not value.strip("0"):
        raise ValueError("0 is no id: this file system has none; set a marker instead")
    return value


def _names(value: str) -> list[str]:
    """A list as the environment gives it: "email, passwd"."""
    return [name.strip() for name in value.split(",") if name.strip()]


def time_zone(value: str) -> str:
    """The name of a time zone as it is; ValueError if there is none of that name."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(f'{value!r} is not a time zone; write it like "Europe/Paris"') from None
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", value):
        raise ValueError(f'{value!r} is not a language; write it like "en" or "de"')
    return value


def _database_url(value: str, info: ValidationInfo) -> str:
    if value.startswith("sqlite:///"):
        folder: Path = (info.context or {}).get("folder", Path())
        return "sqlite:///" + os.path.normpath(folder.absolute() / value.removeprefix("sqlite:///"))
    if not value.startswith(("postgresql://", "postgres://")):
        raise ValueError('allowed are "sqlite:///FILE" and "postgresql://user:password@host/name"')
    return value


def _broker_url(value: str) -> str:
    if value != "embedded://" and not value.startswith(("amqp://", "amqps://")):
        raise ValueError('allowed are "embedded://" and "amqp://user:password@host:5672/vhost"')
    return value


def _page(value: str) -> str:
    """The address of a page, without a slash at its end."""
    parts = urlsplit(value)
    if value and (
        parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment
    ):
        raise ValueError('write it like "https://xfc.example.org"')
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("a link can hold only printable ASCII")
    return value.rstrip("/")


def _heartbeat(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError("a web address is needed, as the service that waits for the call gave it to you")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("a web address can hold only printable ASCII")
    return value


def _secret(value: str) -> str:
    if value and len(value) < SHORTEST_SECRET:
        raise ValueError(
            f"at least {SHORTEST_SECRET} characters that nobody can guess, as from: openssl rand -hex 32"
        )
    return value


def _people_email(value: str) -> str:
    if set("{}") & set(value.replace("{username}", "")):
        raise ValueError('only "{username}" is replaced; write it like "{username}@example.org"')
    return value


SHORTEST_SECRET = 16

Size = Annotated[int, _read(units.parse_size), Field(gt=0, lt=2**63)]
ByteDays = Annotated[float, _read(units.parse_byte_days), Field(gt=0)]
Duration = Annotated[timedelta, _read(units.parse_duration), Field(gt=timedelta(0))]
_HOW = ScanDefaults()


class Table(BaseModel):
    """A table of settings: unknown keys are errors, nothing changes after the start."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)


class ServiceTable(Table):
    """[service]"""

    name: str = Field("XFC", description="how the service calls itself, in every subject")
    contact: str = Field("", description="whom readers of a message can ask: an address")
    operators: str = Field(
        "", description="who hears of held messages and full volumes: one address, such as a list"
    )
    timezone: Annotated[str, AfterValidator(time_zone)] = Field(
        "UTC", description="time zone of messages, unless a user has one"
    )
    language: Annotated[str, AfterValidator(_language)] = Field(
        "en",
        description="language of messages, unless a user has one: `en`, `de`, or one that the site wrote",
    )
    url: Annotated[str, AfterValidator(_page)] = Field(
        "", description="address of the web pages; with it, messages carry links for answers"
    )
    secret: Annotated[str, AfterValidator(_secret)] = Field(
        "",
        repr=False,
        description="signs these links; better `secret_file`. A new one makes all links invalid",
    )
    heartbeat: Annotated[str, AfterValidator(_heartbeat)] = Field(
        "",
        repr=False,
        description="a web address that is called after every tick that did everything due; better `heartbeat_file`",
    )

    @model_validator(mode="after")
    def _links_are_signed(self) -> Self:
        if self.url and not self.secret:
            raise ValueError('url needs a secret that signs the links, as in: secret_file = "secret"')
        return self


class Database(Table):
    """[database]"""

    url: Annotated[str, AfterValidator(_database_url)] = Field(
        "sqlite:///xfc-notify.db",
        validate_default=True,
        description="`sqlite:///FILE` or `postgresql://user:password@host/name`",
    )


class Broker(Table):
    """[broker]"""

    url: Annotated[str, AfterValidator(_broker_url)] = Field(
        "embedded://", description="`embedded://` or `amqp://user:password@host:5672/vhost`"
    )


class Scan(Table):
    """[scan]"""

    clock: Clock = Field(_HOW.clock, description="which time stamp gives a file's age")
    slice_seconds: float = Field(60, ge=0, le=600, description="time budget of one scan order")
    threads: int = Field(
        _HOW.threads,
        ge=0,
        le=256,
        description="threads of the native scanner; 0: it chooses. The scanner in Python has one",
    )
    every: Duration = Field(timedelta(hours=24), description="`tick` scans an area again after this time")
    one_file_system: bool = Field(
        default=_HOW.one_file_system, description="do not enter file systems mounted inside an area"
    )

    def how(self) -> ScanDefaults:
        """The part that concerns a walk, as the noun that the parts share."""
        return ScanDefaults(self.clock, self.threads, self.one_file_system)


class Limits(Table):
    """[limits]"""

    hard_quota: Size = Field(40 * 10**12, description="bytes, for areas that `discover` adds")
    temporal_quota: ByteDays = Field(300e12, description="byte-days, for areas that `discover` adds")


class VolumeTable(Table):
    """[[volumes]]"""

    name: str = Field(min_length=1, max_length=100, description="how tables and messages call it")
    path: Annotated[bytes, BeforeValidator(_path)] = Field(
        description="the folder that holds one directory per user"
    )
    capacity: Size | None = Field(None, description="bytes; not needed for measuring")
    retired: bool = Field(
        default=False, description="no new areas are placed here; existing ones are still scanned"
    )
    marker: Annotated[bytes | None, BeforeValidator(_file_name)] = Field(
        None, description="a file in the folder; without it the volume counts as not mounted"
    )
    filesystem: Annotated[str, AfterValidator(_filesystem_id)] | None = Field(
        None,
        description="id of its file system; without it the volume counts as not mounted. `check volumes` shows it",
    )

    def volume(self) -> Volume:
        """The same as the noun that the parts share."""
        return Volume(self.name, self.path, self.capacity, self.retired, self.marker, self.filesystem)


class People(Table):
    """[people]"""

    email: Annotated[str, AfterValidator(_people_email)] = Field(
        "", description="address of a user if no plugin knows one; `{username}` is replaced"
    )


class Messages(Table):
    """[messages]"""

    mode: Literal["live", "shadow"] = Field(
        "live",
        description="live: send, from `go-live` on; shadow: record what would be sent, send nothing",
    )
    min_interval: Duration = Field(
        timedelta(hours=24), description="least time between two messages to a person"
    )
    repeat_over: Duration = Field(
        timedelta(days=3), description="remind of a passed limit so long after the last message"
    )
    repeat_warning: Duration = Field(
        timedelta(days=7), description="remind of a warning so long after the last message"
    )
    brake_share: float = Field(
        0.2, gt=0, le=1, description="share of all users above which one round of messages is held; 1: never"
    )
    brake_count: int = Field(10, ge=0, description="a round may always write to this many users")
    escalate: bool = Field(
        default=False, description="tell an area's contact, then the operators, what is over and unanswered"
    )
    escalate_after: int = Field(
        2, ge=1, description="tell the contact after this many reminders, the operators after one more"
    )
    mute_over: bool = Field(
        default=False,
        description="whether `mute` also silences a passed limit; `snooze` always can",
    )
    templates: Annotated[Path | None, BeforeValidator(_folder)] = Field(
        None,
        description="a folder with the site's own templates and wordings, which replace the packaged ones",
    )


class History(Table):
    """[history]"""

    dense: Duration = Field(timedelta(days=90), description="how long every scan of an area is kept")
    spacing: Duration = Field(timedelta(days=7), description="of older scans, one per this time is kept")


class Logs(Table):
    """[logs]"""

    format: Literal["text", "json"] = Field(
        "text",
        description="format of logs on stderr: lines for people, or one JSON object per line, then also from"
        " `tick` and `enqueue`",
    )


class Plugins(BaseModel):
    """[plugins]; every other key is the table of the plugin of that name, which validates it itself."""

    model_config = ConfigDict(extra="allow", frozen=True, hide_input_in_errors=True)

    disabled: Annotated[tuple[str, ...], _read(_names)] = Field(
        (), description="names of plugins that are not loaded"
    )

    def table(self, name: str) -> Mapping[str, Any]:
        """What stands in [plugins.<name>], as it stands there."""
        table: Mapping[str, Any] = (self.model_extra or {}).get(name, {})
        return table


class Settings(Table):
    """All settings. `source` is the file they came from, `folder` what its relative paths start from."""

    service: ServiceTable = ServiceTable()
    database: Database = Field(default_factory=dict, validate_default=True)  # its path needs the folder
    broker: Broker = Broker()
    scan: Scan = Scan()
    limits: Limits = Limits()
    volumes: tuple[VolumeTable, ...] = ()
    people: People = People()
    messages: Messages = Messages()
    history: History = History()
    logs: Logs = Logs()
    plugins: Plugins = Plugins()
    source: Path = Field(default=Path(), exclude=True)

    @property
    def folder(self) -> Path:
        """The folder of settings.toml."""
        return self.source.parent

    def check_volumes(self) -> None:
        """Raise SettingsError if two volumes have one name or one lies inside another."""
        seen: list[VolumeTable] = []
        for volume in self.volumes:
            for other in seen:
                if other.name == volume.name:
                    raise self.mistake("volumes.name", f"two volumes are called {volume.name!r}")
                if os.path.commonpath([other.path, volume.path]) in (other.path, volume.path):
                    raise self.mistake(
                        "volumes.path", f"{volume.name!r} and {other.name!r} lie inside each other"
                    )
            seen.append(volume)

    def mistake(self, key: str, what: str) -> SettingsError:
        """A SettingsError that names the file and the key."""
        return SettingsError(f"{self.source}: {key}: {what}")
