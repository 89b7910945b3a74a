"""The common tables of settings.toml with their defaults."""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)

from xfc_notify.domain import Volume
from xfc_notify.errors import SettingsError
from xfc_notify.settings import values
from xfc_notify.settings.stores import Address, StoreTable
from xfc_notify.settings.values import Duration, Durations, Size, Table, time_zone
from xfc_notify.settings.web import Web
from xfc_notify.sizes import Sizes
from xfc_notify.usage import Clock, ScanDefaults, Source
from xfc_notify.usage.options import MOST_THREADS

HOW = ScanDefaults()
T = TypeVar("T", bound=Table)


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
    language: Annotated[str, AfterValidator(values.language)] = Field(
        "en",
        description="language of messages, unless a user has one: `en`, `de`, or one that the site wrote",
    )
    sizes: Sizes = Field(
        Sizes.DECIMAL,
        description="how sizes are shown: `decimal`, 1 TB is 1000 GB, or `binary`, 1 TiB is 1024 GiB",
    )
    secret: Annotated[str, AfterValidator(values.secret)] = Field(
        "",
        repr=False,
        description="signs the links in messages; better `secret_file`. A new one makes all links invalid. With"
        " `web.url`, who writes messages or serves pages needs it",
    )
    heartbeat: Annotated[str, AfterValidator(values.heartbeat)] = Field(
        "",
        repr=False,
        description="a web address that is called after every tick that did everything due; better `heartbeat_file`",
    )


class Database(Table):
    """[database]"""

    url: Annotated[str, AfterValidator(values.database_url)] = Field(
        "sqlite:///xfc-notify.db",
        validate_default=True,
        description="`sqlite:///FILE` or `postgresql://user:password@host/name`",
    )


class Broker(Table):
    """[broker]"""

    url: Annotated[str, AfterValidator(values.broker_url)] = Field(
        "embedded://",
        description="`embedded://` or `amqp://user:password@host:5672/vhost`; of a cluster several, with `;` between",
    )


class Scan(Table):
    """[scan]"""

    clock: Clock = Field(HOW.clock, description="which time stamp gives a file's age")
    slice_seconds: float = Field(60, ge=0, le=600, description="time budget of one scan order")
    threads: int = Field(
        HOW.threads,
        ge=0,
        le=MOST_THREADS,
        description="threads of the native scanner; 0: it chooses. The scanner in Python has one",
    )
    every: Duration = Field(timedelta(hours=24), description="`tick` scans an area again after this time")
    one_file_system: bool = Field(
        default=HOW.one_file_system, description="do not enter file systems mounted inside an area"
    )

    exclude: Annotated[tuple[bytes, ...], values.read(values.names), BeforeValidator(values.patterns)] = (
        Field(
            (),
            description='what is left out of every area: names such as ".snapshot", or paths below an area with a'
            " slash; `*` stands for any letters of a name",
        )
    )

    def how(self) -> ScanDefaults:
        """The part that concerns a walk, as the noun that the parts share."""
        return ScanDefaults(self.clock, self.threads, self.one_file_system, self.exclude)


class VolumeTable(Table):
    """[[volumes]]"""

    name: str = Field(min_length=1, max_length=100, description="how tables and messages call it")
    path: Annotated[bytes, BeforeValidator(values.path)] = Field(
        description="the folder that holds one directory per user"
    )
    capacity: Size | None = Field(None, description="bytes; not needed for measuring")
    retired: bool = Field(
        default=False, description="no new areas are placed here; existing ones are still scanned"
    )
    marker: Annotated[bytes | None, BeforeValidator(values.file_name)] = Field(
        None, description="a file in the folder; without it the volume counts as not mounted"
    )
    filesystem: Annotated[str, AfterValidator(values.filesystem_id)] | None = Field(
        None,
        description="id of its file system; without it the volume counts as not mounted. `check volumes` shows it",
    )

    source: Source = Field(
        Source.SCAN,
        description="where the figures of its areas come from: `scan`, or `wrstat`, whose data [reports] loads",
    )

    def volume(self) -> Volume:
        """The same as the noun that the parts share."""
        return Volume(self.name, self.path, self.capacity, self.retired, self.marker, self.filesystem)


class Messages(Table):
    """[messages]"""

    mode: Literal["live", "shadow"] = Field(
        "live",
        description="live: send, from `go-live` on; shadow: record what would be sent, send nothing",
    )
    min_interval: Duration = Field(
        timedelta(hours=24), description="least time between two messages to a person"
    )
    repeat_over: Durations = Field(
        tuple(timedelta(days=days) for days in (3, 7, 14, 30)),
        description="remind of a passed limit so long after the last message, the last of these again and again",
    )
    repeat_warning: Durations = Field(
        tuple(timedelta(days=days) for days in (7, 30)), description="the same of a warning"
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
    templates: Annotated[Path | None, BeforeValidator(values.folder)] = Field(
        None,
        description="a folder with the site's own templates and wordings, which replace the packaged ones",
    )


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

    disabled: Annotated[tuple[str, ...], values.read(values.names)] = Field(
        (), description="names of plugins that are not loaded"
    )

    def table(self, name: str) -> Mapping[str, Any]:
        """What stands in [plugins.<name>], as it stands there."""
        table: Mapping[str, Any] = (self.model_extra or {}).get(name, {})
        return table


class Settings(Table):
    """The common settings; each component has tables of its own beside them (`of`).

    `source` is the file they came from, `folder` what its relative paths start from, `secrets` are the files whose
    contents stand in for values.
    """

    service: ServiceTable = ServiceTable()
    database: Database = Field(default_factory=dict, validate_default=True)  # its path needs the folder
    broker: Broker = Broker()
    scan: Scan = Scan()
    volumes: tuple[VolumeTable, ...] = ()
    stores: tuple[StoreTable, ...] = ()
    messages: Messages = Messages()
    logs: Logs = Logs()
    web: Web = Web()
    plugins: Plugins = Plugins()
    source: Path = Field(default=Path(), exclude=True)
    secrets: tuple[Path, ...] = Field(default=(), exclude=True)

    def of(self, table: type[T]) -> T:
        """The table of a component, by its model; its defaults where it is not part of these settings."""
        for name, field in type(self).model_fields.items():
            if field.annotation is table:
                found: T = getattr(self, name)
                return found
        return table()

    @property
    def signing(self) -> str:
        """The secret that signs links; empty where there are no pages to which one could lead.

        Raises SettingsError if there are, and this process has no secret: only those that sign or read links need it.
        """
        if self.web.url and not self.service.secret:
            raise SettingsError(
                f"{self.source}: web.url needs service.secret, which signs the links.",
                'Like secret_file = "secret", from: openssl rand -hex 32 > secret',
            )
        return self.service.secret

    @property
    def surveyed(self) -> frozenset[str]:
        """The volumes whose areas are not walked: their figures come from wrstat."""
        return frozenset(volume.name for volume in self.volumes if volume.source is Source.WRSTAT)

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

    def check_stores(self) -> None:
        """Raise SettingsError if two stores have one name, or one lies inside another, or inside a volume, or around
        it: in stores files are written and removed, in volumes never."""
        places = [
            (f"the volume {volume.name!r}", Address("file", "", "", 0, "", volume.path))
            for volume in self.volumes
        ]
        for store in self.stores:
            for other, place in places:
                if other == repr(store.name):
                    raise self.mistake("stores.name", f"two stores are called {other}")
                if place.is_around(store.address) or store.address.is_around(place):
                    raise self.mistake("stores.url", f"{store.name!r} and {other} lie inside each other")
            places.append((repr(store.name), store.address))

    def check_tables(self) -> None:
        """Raise SettingsError if a table of a component does not fit the others."""
        for name in type(self).model_fields:
            if isinstance(table := getattr(self, name), Table):
                table.check_beside(self)

    def mistake(self, key: str, what: str) -> SettingsError:
        """A SettingsError that names the file and the key."""
        return SettingsError(f"{self.source}: {key}: {what}")
