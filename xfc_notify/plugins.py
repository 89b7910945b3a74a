"""Finds, checks, isolates and calls plugins. Nothing else speaks pluggy.

Every plugin is called on its own, in a thread of its own and for a limited time: one that raises, returns
nonsense or hangs is reported by name, counted, and harms no other.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, TypeVar

import pluggy

from xfc_notify import hookspecs
from xfc_notify.domain import Area, Finding, Level, Message, PastScan, Person
from xfc_notify.errors import DeliveryError, PluginError
from xfc_notify.paths import harmless
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


class Plugins:
    """All plugins that are installed and not disabled, ready to be asked.

    failures  name → how often it raised, returned nonsense or took too long in this process
    """

    def __init__(self, manager: pluggy.PluginManager, plugins: Sequence[Plugin]) -> None:
        self._manager = manager
        self._busy: dict[str, threading.Thread] = {}
        self.all = tuple(plugins)
        self.failures: Counter[str] = Counter()

    @classmethod
    def load(cls, settings: Settings) -> "Plugins":
        """Load what the entry points name; PluginError or SettingsError if one does not fit."""
        found = _entry_points(settings.plugins.disabled)
        manager = pluggy.PluginManager("xfc_notify")
        manager.add_hookspecs(hookspecs)
        try:
            for point in found:
                manager.register(_module(point), name=point.name)
            manager.check_pending()
        except pluggy.PluginValidationError as error:
            name = manager.get_name(error.plugin)
            raise PluginError(f"plugin {name}: {harmless(' '.join(str(error).split()))}") from None
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
                person = self._call(plugin, "find_person", username=username)
                if person is not None and not isinstance(person, Person):
                    raise self._failure(plugin, "find_person", f"returned a {type(person).__name__}")
            except PluginFailure:
                continue
            if person is not None:
                return person
        return None

    def evaluate(self, area: Area, usage: Usage, history: Sequence[PastScan], now: datetime) -> Judgement:
        """Ask every policy. One that fails says nothing and is named in the judgement."""
        verdicts: list[Verdict] = []
        failed: set[str] = set()
        policies = self.having("evaluate")
        for plugin in policies:
            try:
                findings = self._call(
                    plugin, "evaluate", _findings, area=area, usage=usage, history=history, now=now
                )
            except PluginFailure:
                failed.add(plugin.name)
                continue
            verdicts += [Verdict(plugin.name, finding.policy or plugin.name, finding) for finding in findings]
        return Judgement(tuple(verdicts), frozenset(p.name for p in policies), frozenset(failed))

    def addresses(self, message: Message, person: Person) -> list[tuple[str, str]]:
        """(plugin, address) for every place where the message would go."""
        places: list[tuple[str, str]] = []
        for plugin in self.having("addresses"):
            if "deliver" not in plugin.hooks:
                continue
            try:
                said = self._call(plugin, "addresses", _addresses, message=message, person=person)
            except PluginFailure:
                continue
            places += [(plugin.name, address) for address in dict.fromkeys(said)]
        return places

    def deliver(self, channel: str, message: Message, address: str) -> None:
        """Send through the plugin `channel`; DeliveryError or PermanentDeliveryError if it does not work."""
        plugin = self.named(channel)
        if plugin is None or "deliver" not in plugin.hooks:
            raise DeliveryError(f"the plugin {channel} is not installed or disabled")
        try:
            self._call(plugin, "deliver", message=message, address=address, seconds=DELIVERY_SECONDS)
        except PluginFailure as failure:
            raise DeliveryError(str(failure)) from failure

    def _call(
        self,
        plugin: Plugin,
        hook: str,
        check: Callable[[Any], T] | None = None,
        seconds: float = QUICK_SECONDS,
        **arguments: Any,
    ) -> Any:
        """Call one hook of one plugin for at most `seconds`; its DeliveryErrors pass, all else is PluginFailure.

        `check` reads what it returned, generators included, and raises TypeError or ValueError on nonsense.
        """
        if (before := self._busy.get(plugin.name)) is not None and before.is_alive() and hook != "deliver":
            raise self._failure(plugin, hook, "still hangs in an earlier call")
        outcome: list[Any] = []
        raised: list[BaseException] = []

        def run() -> None:
            try:
                answer = self._hook(plugin, hook)(settings=plugin.settings, **arguments)
                outcome.append(check(answer) if check else answer)
            except BaseException as error:  # noqa: BLE001 - a plugin may raise anything, SystemExit too
                raised.append(error)

        thread = threading.Thread(target=run, name=f"plugin {plugin.name}", daemon=True)
        thread.start()
        thread.join(seconds)
        if thread.is_alive():
            self._busy[plugin.name] = thread
            raise self._failure(plugin, hook, f"took more than {seconds:g} s")
        if raised:
            if isinstance(raised[0], DeliveryError):
                raise raised[0]
            raise self._failure(plugin, hook, f"{type(raised[0]).__name__}: {raised[0]}") from raised[0]
        return outcome[0]

    def _hook(self, plugin: Plugin, hook: str) -> Callable[..., Any]:
        """The hook of this plugin alone, which returns its result and not a list of results."""
        (implementation,) = (
            found
            for found in getattr(self._manager.hook, hook).get_hookimpls()
            if found.plugin_name == plugin.name
        )

        def call(**arguments: Any) -> Any:
            return implementation.function(*(arguments[name] for name in implementation.argnames))

        return call

    def _failure(self, plugin: Plugin, hook: str, what: str) -> PluginFailure:
        self.failures[plugin.name] += 1
        text = harmless(f"plugin {plugin.name}: {hook}: {what}")[:500]
        log.warning("%s (failure %d of this plugin)", text, self.failures[plugin.name])
        return PluginFailure(text)


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
    except Exception as error:
        raise PluginError(
            f"plugin {point.name} ({_origin(point)}) cannot be imported: "
            f"{type(error).__name__}: {harmless(str(error))}",
            "Repair or uninstall it, or disable it in [plugins].",
        ) from error
    if not isinstance(module, ModuleType):
        raise PluginError(f"plugin {point.name} ({_origin(point)}): {point.value} is not a module")
    return module


def _described(manager: pluggy.PluginManager, point: EntryPoint, settings: Settings) -> Plugin:
    module = manager.get_plugin(point.name)
    callers = manager.get_hookcallers(module) or []
    hooks = tuple(sorted(caller.name for caller in callers))
    if not hooks:
        raise PluginError(f"plugin {point.name} ({_origin(point)}) implements no hook")
    version = point.dist.version if point.dist else ""
    return Plugin(
        point.name, version, _origin(point), hooks, _settings_of(module, point.name, hooks, settings)
    )


def _settings_of(module: Any, name: str, hooks: Sequence[str], settings: Settings) -> Any:
    table = settings.plugins.table(name)
    if "settings_model" not in hooks:
        if table:
            raise settings.mistake(f"plugins.{name}", "this plugin has no settings")
        return None
    if not isinstance(table, Mapping):
        raise settings.mistake(f"plugins.{name}", "must be a table")
    from pydantic import BaseModel

    model = module.settings_model()
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise PluginError(f"plugin {name}: settings_model must return a pydantic model")
    return validate(model, table, settings.source, ("plugins", name))


def _origin(point: EntryPoint) -> str:
    if point.dist is None:
        return point.value
    return f"{point.dist.name} {point.dist.version}"


def _findings(answer: Any) -> list[Finding]:
    found: list[Finding] = []
    for finding in () if answer is None else answer:
        if not isinstance(finding, Finding):
            raise TypeError(f"returned a {type(finding).__name__}, not a Finding")
        if not isinstance(finding.level, Level):
            raise TypeError(f"returned the level {finding.level!r}")
        if not all(isinstance(text, str) for text in (finding.unit, finding.title, *finding.facts.values())):
            raise TypeError("returned a unit, title or fact that is not text")
        if not (_finite(finding.used) and _finite(finding.limit)):
            raise ValueError("returned an amount that is not a finite number")
        if finding.due is not None and finding.due.tzinfo is None:
            raise ValueError("returned a due date without a time zone")
        if finding.policy in {other.policy for other in found}:
            raise ValueError(f"returned two findings for the policy {finding.policy!r}")
        found.append(finding)
    return found


def _finite(amount: Any) -> bool:
    return isinstance(amount, int | float) and not isinstance(amount, bool) and abs(amount) < 1e300


def _addresses(answer: Any) -> list[str]:
    found = list(answer or ())
    if not all(isinstance(address, str) and 0 < len(address) <= 1000 for address in found):
        raise TypeError("returned an address that is not a text of 1 to 1,000 characters")
    return found
