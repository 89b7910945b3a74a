"""Finds, checks, isolates and calls plugins. Nothing else speaks pluggy.

Every plugin is called on its own, in another thread and for a limited time: one that raises, returns
nonsense or hangs is reported by name, counted, and harms no other.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, TypeGuard, TypeVar

import pluggy

from xfc_notify import answers, hookspecs
from xfc_notify.domain import Area, Finding, Level, Message, PastScan, Person, Volume
from xfc_notify.errors import DeliveryError, PluginError, SettingsError
from xfc_notify.paths import harmless
from xfc_notify.patience import Call, begin
from xfc_notify.settings import Settings, validate
from xfc_notify.usage import Usage

GROUP = "xfc_notify"
QUICK_SECONDS = 10.0
DELIVERY_SECONDS = 120.0

T = TypeVar("T")
log = logging.getLogger(__name__)


class PluginFailure(Exception):
    """A plugin raised, returned nonsense or took too long."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """A loaded plugin. `origin` is the distribution it came with."""

    name: str
    version: str
    origin: str
    hooks: tuple[str, ...]
    settings: Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """A finding, its policy named, and the plugin that found it."""

    plugin: str
    policy: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Judgement:
    """What all policies said of an area: the verdicts, who was asked, and who failed to say anything."""

    verdicts: tuple[Verdict, ...]
    asked: frozenset[str]
    failed: frozenset[str]

    @property
    def worst(self) -> Level:
        """The highest level that was found."""
        return max((verdict.finding.level for verdict in self.verdicts), default=Level.OK)


class Plugins:
    """All plugins that are installed and not disabled, ready to be asked.

    failures  name → how often it raised, returned nonsense or took too long in this process
    """

    def __init__(self, manager: pluggy.PluginManager, plugins: Sequence[Plugin]) -> None:
        self._manager = manager
        self._busy: dict[str, Call] = {}
        self.all = tuple(plugins)
        self.failures: Counter[str] = Counter()

    @classmethod
    def load(cls, settings: Settings) -> "Plugins":
        """Load what the entry points name; PluginError or SettingsError if one does not fit."""
        found = _entry_points(settings.plugins.disabled)
        manager = register({point.name: _module(point) for point in found})
        unknown = (settings.plugins.model_extra or {}).keys() - {point.name for point in found}
        unknown -= set(settings.plugins.disabled)
        if unknown:
            known = ", ".join(sorted(point.name for point in found))
            raise settings.mistake(f"plugins.{min(unknown)}", f"no such plugin; installed: {known}")
        return cls(manager, [_described(manager, point, settings) for point in found])

    def named(self, name: str) -> Plugin | None:
        """The plugin of that name, if it is loaded."""
        return next((plugin for plugin in self.all if plugin.name == name), None)

    def having(self, hook: str) -> list[Plugin]:
        """The plugins that implement a hook, by name."""
        return [plugin for plugin in self.all if hook in plugin.hooks]

    def find_person(self, username: str) -> Person | None:
        """The person as the first plugin that knows them tells it."""
        for plugin in self.having("find_person"):
            try:
                person: Person | None = self._call(plugin, "find_person", answers.person, username=username)
            except PluginFailure:
                continue
            if person is not None:
                return person
        return None

    def evaluate(self, area: Area, usage: Usage, history: Sequence[PastScan], now: datetime) -> Judgement:
        """Ask every policy. One that fails says nothing and is named in the judgement."""
        return self._judgement("evaluate", area=area, usage=usage, history=tuple(history), now=now)

    def evaluate_volume(
        self, volume: Volume, scans: Sequence[tuple[Area, PastScan | None]], now: datetime
    ) -> Judgement:
        """The same of a whole volume, of the policies that judge volumes."""
        return self._judgement("evaluate_volume", volume=volume, scans=tuple(scans), now=now)

    def _judgement(self, hook: str, **arguments: Any) -> Judgement:
        verdicts: list[Verdict] = []
        failed: set[str] = set()
        policies = self.having(hook)
        for plugin in policies:
            try:
                findings: list[Finding] = self._call(
                    plugin, hook, partial(answers.findings, plugin=plugin.name), **arguments
                )
            except PluginFailure:
                failed.add(plugin.name)
                continue
            verdicts += _verdicts(plugin, findings)
        return Judgement(tuple(verdicts), frozenset(p.name for p in policies), frozenset(failed))

    def evaluate_here(
        self, area: Area, usage: Usage, history: Sequence[PastScan], now: datetime
    ) -> Judgement:
        """The same in this thread and for any time, as a simulation asks hundreds of thousands of times.

        Raises PluginError where a policy raises or returns nonsense.
        """
        verdicts: list[Verdict] = []
        policies = self.having("evaluate")
        for plugin in policies:
            try:
                findings: list[Finding] = self._answer(
                    plugin,
                    "evaluate",
                    partial(answers.findings, plugin=plugin.name),
                    area=area,
                    usage=usage,
                    history=tuple(history),
                    now=now,
                )
            except (Exception, SystemExit) as error:
                what = harmless(f"plugin {plugin.name}: evaluate: {_told(error)}")[:500]
                raise PluginError(what, "Repair it, or disable it in [plugins].") from error
            verdicts += _verdicts(plugin, findings)
        return Judgement(tuple(verdicts), frozenset(p.name for p in policies), frozenset())

    def addresses(self, message: Message, person: Person) -> list[tuple[str, str]]:
        """(plugin, address) for every place where the message would go."""
        places: list[tuple[str, str]] = []
        for plugin in self.having("addresses"):
            if "deliver" not in plugin.hooks:
                continue
            try:
                said = self._call(plugin, "addresses", answers.addresses, message=message, person=person)
            except PluginFailure:
                continue
            places += [(plugin.name, address) for address in said]
        return places

    def objection(self, person: Person) -> str | None:
        """What the first plugin that objects has against what is said of a person, or None."""
        for plugin in self.having("objection"):
            try:
                said: str | None = self._call(plugin, "objection", answers.objection, person=person)
            except PluginFailure:
                continue
            if said is not None:
                return said
        return None

    def deliver(self, channel: str, message: Message, address: str) -> None:
        """Send through the plugin `channel`; DeliveryError or PermanentDeliveryError if it does not work."""
        plugin = self.named(channel)
        if plugin is None or "deliver" not in plugin.hooks:
            raise DeliveryError(f"the plugin {channel} is not installed or disabled")
        try:
            self._call(plugin, "deliver", message=message, address=address)
        except PluginFailure as failure:
            raise DeliveryError(str(failure)) from failure

    def _call(
        self,
        plugin: Plugin,
        hook: str,
        check: Callable[[Any], T] | None = None,
        **arguments: Any,
    ) -> Any:
        """Call one hook of one plugin for a limited time; PluginFailure if it does not work.

        `check` reads what it returned, generators included, and raises TypeError or ValueError on nonsense. A
        DeliveryError passes as it is, where something was to be delivered.
        """
        delivers = hook == "deliver"
        if not delivers and (before := self._busy.get(plugin.name)) is not None and not before.over:
            raise self._failure(plugin, hook, "still hangs in an earlier call")
        seconds = DELIVERY_SECONDS if delivers else QUICK_SECONDS
        call = begin(partial(self._answer, plugin, hook, check, **arguments))
        if not call.wait(seconds):
            if not delivers:  # one mute server says nothing of the next, nor of the plugin's other hooks
                self._busy[plugin.name] = call
            raise self._failure(plugin, hook, f"took more than {seconds:g} s")
        if call.error is not None:
            if delivers and _is_delivery_error(call.error):
                raise call.error
            raise self._failure(plugin, hook, _told(call.error)) from call.error
        return call.answer

    def _answer(
        self, plugin: Plugin, hook: str, check: Callable[[Any], T] | None = None, **arguments: Any
    ) -> Any:
        answer = implementation(self._manager, plugin.name, hook)(settings=plugin.settings, **arguments)
        return check(answer) if check else answer

    def _failure(self, plugin: Plugin, hook: str, what: str) -> PluginFailure:
        self.failures[plugin.name] += 1
        text = harmless(f"plugin {plugin.name}: {hook}: {what}")[:500]
        log.warning("%s (failure %d of this plugin)", text, self.failures[plugin.name])
        return PluginFailure(text)


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
        raise PluginError(f"plugin {name}: settings_model: {harmless(_told(error))}") from error


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
            f"plugin {point.name} ({_origin(point)}) cannot be imported: {harmless(_told(error))}",
            "Repair or uninstall it, or disable it in [plugins].",
        ) from error
    if not isinstance(module, ModuleType):
        raise PluginError(f"plugin {point.name} ({_origin(point)}): {point.value} is not a module")
    return module


def _described(manager: pluggy.PluginManager, point: EntryPoint, settings: Settings) -> Plugin:
    return Plugin(
        name=point.name,
        version=point.dist.version if point.dist else "",
        origin=_origin(point),
        hooks=hooks_of(manager, point.name),
        settings=settings_of(manager, point.name, settings),
    )


def _origin(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else point.value


def _verdicts(plugin: Plugin, findings: Iterable[Finding]) -> list[Verdict]:
    return [Verdict(plugin.name, finding.policy or plugin.name, finding) for finding in findings]


def _is_delivery_error(error: BaseException) -> TypeGuard[DeliveryError]:
    """Whether it is one that can be acted on: `retry_after` may be anything, or missing in a subclass."""
    after = getattr(error, "retry_after", "")
    return isinstance(error, DeliveryError) and isinstance(after, timedelta | None)


def _told(error: BaseException) -> str:
    """The error in words, whatever the plugin made of its error class."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001
        return type(error).__name__
