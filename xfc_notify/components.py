"""The components, and what each brings along. None is imported here; each is imported when it is needed.

A component is a folder of the package. Its modules have the same names everywhere:

    tables     TABLES: its rows
    settings   TABLES: the tables of settings.toml that are its own, name → model
    actors     HANDLERS: what its workers do with the messages of a queue; OWED: what it sends to the queues
    duties     DUTIES: what `tick` does for it
    checks     CHECKS: what `xfc-notify check` looks at
    views      what is shown of it, typed; the command line prints it
    pages      PAGES: what it shows on the web; its templates are in a folder beside it
    resources  RESOURCES: what programs get there
    commands   a folder: `add_to(app)` of each module adds the command it is named after, and its subcommands

A component whose extra is not installed is left out, but for the kinds of modules that do without it: the web shows
what workers with the extra have put into the database.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xfc_notify.parts import Check, Duty
    from xfc_notify.queues.pipeline import Pipeline
    from xfc_notify.settings import Settings


@dataclass(frozen=True, slots=True)
class Component:
    """A component: its folder, the kinds of modules it has, and its modules of commands in the order of the help.

    checks    what `check` can be asked for, in its order
    extra     the extra of the package that installs what it needs; empty: nothing more is needed
    requires  the modules that this extra brings
    without   the kinds of modules that do without them
    """

    name: str
    brings: frozenset[str] = frozenset()
    commands: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    extra: str = ""
    requires: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()

    @property
    def missing(self) -> str:
        """What to say where its libraries are not installed; empty if they are."""
        if all(find_spec(module) for module in self.requires):
            return ""
        return f"{self.name} needs more libraries: pip install 'xfc-notify[{self.extra}]'"

    def module(self, kind: str) -> ModuleType:
        """Its module of this kind."""
        return import_module(f"xfc_notify.{self.name}.{kind}")


COMPONENTS = (
    Component("settings", checks=("settings", "files")),
    Component("store", frozenset({"tables"}), checks=("database", "clock")),
    Component("queues", checks=("broker", "workers")),
    Component("plugins", checks=("plugins",)),
    Component(
        "areas",
        frozenset({"tables", "settings", "actors", "duties", "pages", "resources"}),
        ("discover", "areas", "enqueue", "status", "where", "volumes", "history", "make_directories"),
        checks=("scanner", "volumes", "areas", "scans"),
    ),
    Component("people", frozenset({"tables", "settings", "pages", "resources"}), ("users", "groups")),
    Component(
        "outbox",
        frozenset({"tables", "actors", "pages", "resources"}),
        ("messages", "deliveries"),
        checks=("operators", "deliveries"),
    ),
    Component(
        "notify",
        frozenset({"tables", "settings", "actors", "duties", "pages", "resources"}),
        ("go_live", "explain", "replies", "exempt"),
        checks=("templates", "language", "links", "mail", "messages"),
    ),
    Component(
        "reports",
        frozenset({"tables", "settings", "actors", "duties", "pages", "resources"}),
        ("reports",),
        checks=("reports",),
        extra="reports",
        requires=("duckdb", "isal", "pyarrow"),
        without=frozenset({"tables", "settings", "pages", "resources"}),
    ),
    Component(
        "datasets",
        frozenset({"tables", "settings", "actors", "duties", "pages", "resources"}),
        ("stores", "datasets"),
        checks=("stores", "datasets"),
    ),
    Component(
        "lifecycle",
        frozenset({"tables", "settings", "duties", "pages", "resources"}),
        ("lifecycle",),
        checks=("lifecycle",),
    ),
    Component("simulate", frozenset({"pages"}), ("simulate",)),
    Component("watch", frozenset({"pages"}), ("check", "metrics"), checks=("ticks", "versions", "disk")),
    Component(
        "web",
        frozenset({"tables", "duties", "pages"}),
        ("web", "tokens"),
        extra="web",
        requires=("fastapi", "uvicorn", "authlib", "httpx2", "joserfc", "python_multipart"),
    ),
)
"""Those that others build on come first."""

CHECKS = tuple(part for component in COMPONENTS for part in component.checks)
"""What `check` can be asked for by name: a scanner has no database, and a sender of messages sees no volume.

Each is the name of a line in its table; of `volumes` and `plugins` there is one for each, such as "volume vol1".
"""


def modules(kind: str, components: Sequence[Component] = COMPONENTS) -> Iterator[ModuleType]:
    """The modules of this kind of all components that can be used, imported now."""
    for component in components:
        if kind in component.brings and (kind in component.without or not component.missing):
            yield component.module(kind)


def tables() -> list[type]:
    """The rows of all components."""
    return [row for module in modules("tables") for row in module.TABLES]


@cache
def settings_model() -> "type[Settings]":
    """The common settings with the tables of all components."""
    from pydantic import create_model

    from xfc_notify.settings import Settings

    own: dict[str, Any] = {
        name: (table, table()) for module in modules("settings") for name, table in module.TABLES.items()
    }
    return create_model("Settings", __base__=Settings, **own)


def load_settings(path: Path | None = None, environment: Mapping[str, str] | None = None) -> "Settings":
    """All settings, as `settings.load` reads them; SettingsError if they are wrong. Sizes are shown as they say."""
    from xfc_notify import sizes
    from xfc_notify.settings import load

    found = load(path, environment, settings_model())
    sizes.show_in(found.service.sizes)
    return found


def pipeline(settings: "Settings", components: Sequence[Component] = COMPONENTS) -> "Pipeline":
    """The actors of all components on the broker that the settings name."""
    from xfc_notify.queues.pipeline import Pipeline

    found = list(modules("actors", components))
    return Pipeline(
        settings,
        handlers=[handler for module in found for handler in module.HANDLERS],
        owed=[owed for module in found for owed in module.OWED],
    )


def duties() -> "list[Duty]":
    """What `tick` does, in this order."""
    return [duty for module in modules("duties") for duty in module.DUTIES]


def folders(name: str) -> dict[str, Path]:
    """Component → its folder of this name, of those that have one."""
    here = Path(__file__).parent
    found = {component.name: here / component.name / name for component in COMPONENTS}
    return {component: folder for component, folder in found.items() if folder.is_dir()}


def checks(parts: Collection[str]) -> "list[Check]":
    """The checks of these parts, in the order of CHECKS."""
    asked = (
        component
        for component in COMPONENTS
        if set(parts).intersection(component.checks) and not component.missing
    )
    found = (check for component in asked for check in component.module("checks").CHECKS)
    return [check for check in found if set(parts).intersection(check.parts)]
