"""What a command works with: the settings, the database, the plugins, the pipeline; each opened when needed."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from xfc_notify import components
from xfc_notify.errors import SettingsError
from xfc_notify.places import HERE, find

if TYPE_CHECKING:
    from xfc_notify.plugins import Plugins
    from xfc_notify.plugins.service import Service
    from xfc_notify.queues.pipeline import Pipeline
    from xfc_notify.settings import Settings


@dataclass(frozen=True)
class Session:
    """The settings, and what they lead to."""

    settings: "Settings"

    @cached_property
    def service(self) -> "Service":
        """The settings with the plugins; PluginError or SettingsError if one does not fit."""
        from xfc_notify.plugins.service import Service

        return Service.load(self.settings)

    @property
    def plugins(self) -> "Plugins":
        """The plugins; as `service`."""
        return self.service.plugins

    @cached_property
    def pipeline(self) -> "Pipeline":
        """The actors on their broker."""
        return components.pipeline(self.settings)


def without_database(file: Path | None, *, or_defaults: bool = False) -> Session:
    """A session that opens no database. `or_defaults`: where no settings are found, go on without."""
    if or_defaults and find(file, os.environ) is None:
        return Session(components.settings_model()(source=Path("settings.toml").absolute()))
    if sys.stderr.isatty() and find(file, os.environ) == HERE:
        print(f"xfc-notify: settings: {Path(HERE).absolute()}", file=sys.stderr)
    return Session(components.load_settings(file))


@contextmanager
def session(file: Path | None, *, reads: bool = False) -> Iterator[Session]:
    """A session with the database connected and its tables current.

    `reads` says that it changes nothing: an SQLite database that does not exist is read as an empty one, and not
    created, since it would belong to whoever asked first.
    """
    opened = without_database(file)
    from xfc_notify.store import database, migrate

    database.prepare(opened.settings.database.url)
    missing = database.sqlite_folder_missing()
    if missing is not None:
        raise SettingsError(f"{opened.settings.source}: database.url: there is no folder {missing}")
    if reads and database.is_missing():
        database.prepare(database.IN_MEMORY)
    with database.connected():
        migrate.ensure_current()
        yield opened
