"""Finds plugins, checks them and their settings, and takes them apart into hooks. Nothing else speaks pluggy.

A plugin that does not fit, or two of one name, stop the start.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, EntryPoint, entry_points
from types import ModuleType
from typing import Any

import pluggy

from xfc_notify import hookspecs
from xfc_notify.errors import PluginError, SettingsError
from xfc_notify.paths import harmless
from xfc_notify.settings import Settings, validate

GROUP = "xfc_notify"


@dataclass(frozen=True, slots=True)
class Plugin:
    """A loaded plugin. `origin` is the distribution it came with; `calls` has what its hooks run, by their names."""

    name: str
    version: str
    origin: str
    calls: Mapping[str, Callable[..., Any]]
    settings: Any

    @property
    def hooks(self) -> tuple[str, ...]:
        """The hooks that it implements."""
        return tuple(self.calls)


def load(settings: Settings) -> list[Plugin]:
    """What the entry points name and the settings do not disable; PluginError or SettingsError if one does not fit."""
    found = _entry_points(settings.plugins.disabled)
    manager = register({point.name: _module(point) for point in found})
    unknown = (settings.plugins.model_extra or {}).keys() - {point.name for point in found}
    unknown -= set(settings.plugins.disabled)
    if unknown:
        known = ", ".join(sorted(point.name for point in found))
        raise settings.mistake(f"plugins.{min(unknown)}", f"no such plugin; installed: {known}")
    return [_described(manager, point, settings) for point in found]


def installed() -> frozenset[str]:
    """The names of all installed plugins, including disabled ones."""
    return frozenset(point.name for point in entry_points(group=GROUP))


def register(modules: Mapping[str, ModuleType]) -> pluggy.PluginManager:
    """The modules by their plugins' names, ready to be called; PluginError if one does not fit the hooks."""
    manager = pluggy.PluginManager("xfc_notify")
    manager.add_hookspecs(hookspecs)
    for name, module in modules.items():
        if (twin := manager.get_name(module)) is not None:
            raise PluginError(f"the plugins {twin} and {name} are one module, {module.__name__}")
        try:
            manager.register(module, name=name)
            manager.check_pending()
        except pluggy.PluginValidationError as error:
            raise PluginError(f"plugin {name}: {harmless(' '.join(str(error).split()))}") from None
        if not manager.get_hookcallers(module):
            raise PluginError(f"plugin {name} implements no hook: is a function marked @hookimpl?")
    return manager


def hooks_of(manager: pluggy.PluginManager, name: str) -> tuple[str, ...]:
    """The hooks that a plugin implements."""
    return tuple(sorted(caller.name for caller in manager.get_hookcallers(manager.get_plugin(name)) or ()))


def implementation(manager: pluggy.PluginManager, name: str, hook: str) -> Callable[..., Any]:
    """The hook of this plugin alone: takes all parameters of the hook, returns one result and not a list."""
    implementations = getattr(manager.hook, hook).get_hookimpls()
    (own,) = (found for found in implementations if found.plugin_name == name)
    return lambda **arguments: own.function(*(arguments[parameter] for parameter in own.argnames))


def settings_of(manager: pluggy.PluginManager, name: str, settings: Settings) -> Any:
    """[plugins.<name>] as the plugin's model; SettingsError or PluginError if one does not fit."""
    table = settings.plugins.table(name)
    if not isinstance(table, Mapping):
        raise settings.mistake(f"plugins.{name}", "must be a table")
    if "settings_model" not in hooks_of(manager, name):
        if table:
            raise settings.mistake(f"plugins.{name}", "this plugin has no settings")
        return None
    from pydantic import BaseModel

    try:
        model = implementation(manager, name, "settings_model")()
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            raise TypeError("returned something that is not a pydantic model")  # noqa: TRY301
        return validate(model, table, settings.source, ("plugins", name))
    except SettingsError:
        raise
    except Exception as error:
        raise PluginError(f"plugin {name}: settings_model: {harmless(in_words(error))}") from error


def _entry_points(disabled: Iterable[str]) -> list[EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        if point.name in disabled:
            continue
        other = found.setdefault(point.name, point)
        if other.value != point.value:
            raise PluginError(
                f"two plugins are called {point.name}: {_origin(other)} and {_origin(point)}",
                "Uninstall one of them, or disable both in [plugins].",
            )
    return list(found.values())


def _module(point: EntryPoint) -> ModuleType:
    try:
        module = point.load()
    except (Exception, SystemExit) as error:
        raise PluginError(
            f"plugin {point.name} ({_origin(point)}) cannot be imported: {harmless(in_words(error))}",
            "Repair or uninstall it, or disable it in [plugins].",
        ) from error
    if not isinstance(module, ModuleType):
        raise PluginError(f"plugin {point.name} ({_origin(point)}): {point.value} is not a module")
    return module


def _described(manager: pluggy.PluginManager, point: EntryPoint, settings: Settings) -> Plugin:
    return Plugin(
        name=point.name,
        version=_distribution(point.dist)[1] if point.dist else "",
        origin=_origin(point),
        calls={hook: implementation(manager, point.name, hook) for hook in hooks_of(manager, point.name)},
        settings=settings_of(manager, point.name, settings),
    )


def _origin(point: EntryPoint) -> str:
    return " ".join(_distribution(point.dist)) if point.dist else point.value


@cache
def _distribution(distribution: Distribution) -> tuple[str, str]:
    """Its name and version; cached, because each lookup reads the file again."""
    described = distribution.metadata
    return described["Name"], described["Version"]


def in_words(error: BaseException) -> str:
    """An error as text, even if the plugin's error class misbehaves."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001
        return type(error).__name__
