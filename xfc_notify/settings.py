"""settings.toml + environment → Settings. The one place that reads them.

Layers, later wins: the defaults below, the file, the environment (`XFC_NOTIFY_DATABASE__URL`). A secret
may stand in a file of its own: `url_file = "db-url"` gives `url`. Relative paths are relative to the
folder of settings.toml. Any mistake is one SettingsError that names the file, the key and what is allowed.
"""

import os
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic import ValidationError as PydanticError

from xfc_notify import units
from xfc_notify.domain import Volume
from xfc_notify.errors import SettingsError
from xfc_notify.paths import harmless
from xfc_notify.usage import Clock

T = TypeVar("T", bound=BaseModel)

PREFIX = "XFC_NOTIFY_"
PLACES = (Path("settings.toml"), Path("/etc/xfc-notify/settings.toml"))


def _read(parse: Any) -> BeforeValidator:
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


def _path(value: str, info: ValidationInfo) -> bytes:
    folder: Path = (info.context or {}).get("folder", Path())
    if not value or "\0" in value:
        raise ValueError("a path is needed")
    return os.fsencode(os.path.normpath(folder.absolute() / value))


def _names(value: str) -> list[str]:
    """A list as the environment gives it: "email, passwd"."""
    return [name.strip() for name in value.split(",") if name.strip()]


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(f'{value!r} is not a time zone; write it like "Europe/Paris"') from None
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


def _people_email(value: str) -> str:
    if set("{}") & set(value.replace("{username}", "")):
        raise ValueError('only "{username}" is replaced; write it like "{username}@example.org"')
    return value


Size = Annotated[int, _read(units.parse_size), Field(gt=0, lt=2**63)]
ByteDays = Annotated[float, _read(units.parse_byte_days), Field(gt=0)]
Duration = Annotated[timedelta, _read(units.parse_duration), Field(gt=timedelta(0))]


class Table(BaseModel):
    """A table of settings: unknown keys are errors, nothing changes after the start."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)


class Service(Table):
    """[service]"""

    name: str = Field("XFC", description="how the service calls itself, in every subject")
    contact: str = Field("", description="whom the reader of a message may ask: an address")
    timezone: Annotated[str, AfterValidator(_zone)] = Field(
        "UTC", description="zone of the times in messages"
    )


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

    clock: Clock = Field(Clock.ARRIVAL, description="which time stamp gives a file's age")
    slice_seconds: float = Field(60, ge=0, le=600, description="time budget of one scan order")
    threads: int = Field(
        0, ge=0, le=256, description="threads of a native scanner, 0 by itself; the scanner in Python has one"
    )
    every: Duration = Field(timedelta(hours=24), description="`tick` scans what was scanned longer ago")
    one_file_system: bool = Field(
        default=True, description="do not enter file systems mounted inside an area"
    )


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
        default=False, description="nothing new is placed here; what is here is still scanned"
    )

    def volume(self) -> Volume:
        """The same as the noun that the parts share."""
        return Volume(self.name, self.path, self.capacity, self.retired)


class People(Table):
    """[people]"""

    email: Annotated[str, AfterValidator(_people_email)] = Field(
        "", description="address of a user for whom no plugin knows one; `{username}` is replaced"
    )


class Messages(Table):
    """[messages]"""

    mode: Literal["live", "shadow"] = Field(
        "live", description="shadow: record what would be sent, send nothing"
    )
    min_interval: Duration = Field(
        timedelta(hours=24), description="least time between two messages to a person"
    )
    repeat_over: Duration = Field(
        timedelta(days=3), description="remind of a quota passed, after the last message"
    )
    repeat_warning: Duration = Field(
        timedelta(days=7), description="remind of a warning, after the last message"
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

    service: Service = Service()
    database: Database = Field(default_factory=dict, validate_default=True)  # its path needs the folder
    broker: Broker = Broker()
    scan: Scan = Scan()
    limits: Limits = Limits()
    volumes: tuple[VolumeTable, ...] = ()
    people: People = People()
    messages: Messages = Messages()
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


def load(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings from `path`, else from $XFC_NOTIFY_SETTINGS, else from one of PLACES.

    Raises SettingsError for a missing file, an unknown key or an impossible value.
    """
    environment = os.environ if environment is None else environment
    source = find(path, environment)
    try:
        data = tomllib.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{source}: {error.strerror}", "Name another file with --settings.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{source}: not valid TOML: {error}") from None
    if "source" in data:
        raise SettingsError(f"{source}: source: unknown key")
    _overlay(data, environment)
    _read_secrets(data, source, ())
    settings = validate(Settings, {**data, "source": source.absolute()}, source, ())
    settings.check_volumes()
    return settings


def find(path: Path | None, environment: Mapping[str, str]) -> Path:
    """The settings file that is to be read; SettingsError if there is none."""
    named = path or (Path(environment[PREFIX + "SETTINGS"]) if environment.get(PREFIX + "SETTINGS") else None)
    if named is not None:
        return named
    for place in PLACES:
        if place.exists():
            return place
    raise SettingsError(
        "No settings.toml here and none in /etc/xfc-notify.",
        f"Name one with --settings FILE or {PREFIX}SETTINGS.",
    )


def validate(model: type[T], data: Mapping[str, Any], source: Path, where: tuple[str, ...]) -> T:
    """`data` as `model`; the first mistake becomes a SettingsError naming file, key and what is allowed."""
    try:
        return model.model_validate(data, context={"folder": source.absolute().parent})
    except PydanticError as failed:
        error = failed.errors(include_url=False, include_input=False)[0]
        key = harmless(".".join(str(part) for part in (*where, *error["loc"])))
        if error["type"] == "extra_forbidden":
            table = _model_at(model, error["loc"][:-1])
            known = ", ".join(name for name in table.model_fields if name != "source") if table else ""
            what = f"unknown key; known here: {known}" if known else "unknown key"
        else:
            what = error["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{source}: {key}: {harmless(what)}") from None


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


def _overlay(data: dict[str, Any], environment: Mapping[str, str]) -> None:
    for variable, value in environment.items():
        if not variable.startswith(PREFIX) or "__" not in variable:
            continue
        *tables, key = variable.removeprefix(PREFIX).lower().split("__")
        table: Any = data if tables[0] in Settings.model_fields.keys() - {"source"} else None
        for name in tables:
            table = table.setdefault(name, {}) if isinstance(table, dict) else None
        if not isinstance(table, dict):
            raise SettingsError(f"{variable}: there is no such table in the settings")
        table.pop(f"{key}_file", None)
        table[key] = value


def _read_secrets(table: dict[str, Any], source: Path, where: tuple[str, ...]) -> None:
    for key, value in list(table.items()):
        if isinstance(value, dict):
            _read_secrets(value, source, (*where, key))
        elif key.endswith("_file") and isinstance(value, str):
            secret = source.absolute().parent / value
            try:
                table[key.removesuffix("_file")] = secret.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = error.strerror if isinstance(error, OSError) else "not text"
                raise SettingsError(f"{source}: {'.'.join((*where, key))}: {secret}: {reason}") from None
            del table[key]


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
