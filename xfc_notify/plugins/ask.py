"""All plugins, ready to be asked: one typed method per question."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial
from hashlib import sha256
from typing import Any

from xfc_notify.domain import Area, Finding, Group, Message, PastScan, Person, Volume
from xfc_notify.errors import DeliveryError, PluginError, XfcNotifyError
from xfc_notify.paths import harmless
from xfc_notify.plugins import answers
from xfc_notify.plugins.call import Caller, PluginFailure, answer
from xfc_notify.plugins.judgement import Judgement
from xfc_notify.plugins.load import Plugin, in_words, load
from xfc_notify.settings import Settings
from xfc_notify.usage import Usage

PEOPLE_AT_ONCE = 20
"""Of so many people a plugin is asked in one call of limited time: a thread for each would take longer than they do.
Groups have a call each: one may have as many members as there are people."""


class Plugins:
    """All plugins that are installed and not disabled, ready to be asked."""

    def __init__(self, plugins: Sequence[Plugin]) -> None:
        self.all = tuple(plugins)
        self._caller = Caller()

    @classmethod
    def load(cls, settings: Settings) -> "Plugins":
        """Load what the entry points name; PluginError or SettingsError if one does not fit."""
        return cls(load(settings))

    @cached_property
    def rules(self) -> str:
        """What areas are judged by, as 16 hexadecimal digits: they change with the policies and their settings."""
        by = [
            (plugin.name, plugin.version, plugin.settings.model_dump_json() if plugin.settings else "")
            for plugin in self.having("evaluate")
        ]
        return sha256(repr(by).encode()).hexdigest()[:16]

    @property
    def failures(self) -> Counter[str]:
        """Name → how often a plugin raised, returned nonsense or took too long in this process."""
        return self._caller.failures

    def named(self, name: str) -> Plugin | None:
        """The plugin of that name, if it is loaded."""
        return next((plugin for plugin in self.all if plugin.name == name), None)

    def having(self, hook: str) -> list[Plugin]:
        """The plugins that implement a hook, by name."""
        return [plugin for plugin in self.all if hook in plugin.hooks]

    def find_person(self, username: str) -> Person | None:
        """The person, from the first plugin that knows them."""
        return self.find_people([username]).get(username)

    def find_people(self, usernames: Sequence[str]) -> dict[str, Person]:
        """Username → person of those whom a plugin knows, each from the first that does.

        Where the server of a plugin is away, what others would say instead counts only as far as the uid of an account.
        """
        found: dict[str, Person] = {}
        away = False
        for plugin in self.having("find_person"):
            unknown = [username for username in usernames if username not in found]
            said = self._caller.call_each(
                plugin, "find_person", answers.person, "username", unknown, PEOPLE_AT_ONCE
            )
            for name, person in said.answers.items():
                if person is not None:
                    found[name] = Person(name, uid=person.uid) if away else person
            away = away or said.away
        return found

    def find_group(self, group: int | str) -> Group | None:
        """The group with this gid or of this name, from the first plugin that knows it."""
        return self.find_groups([group]).get(group)

    def find_groups(self, asked: Sequence[int | str]) -> dict[int | str, Group]:
        """Gid or name → group of those that a plugin knows, each from the first that does.

        Where the server of a plugin is away, no other answers in its place: it knows less of heads and members.
        """
        found: dict[int | str, Group] = {}
        for plugin in self.having("find_group"):
            unknown = [group for group in asked if group not in found]
            said = self._caller.call_each(plugin, "find_group", answers.group, "group", unknown, at_once=1)
            found |= {name: group for name, group in said.answers.items() if group is not None}
            if said.away:
                break
        return found

    def evaluate(self, area: Area, usage: Usage, history: Sequence[PastScan], now: datetime) -> Judgement:
        """Ask every policy. One that fails says nothing and is named in the judgement."""
        return self._judgement("evaluate", area=area, usage=usage, history=tuple(history), now=now)

    def evaluate_volume(
        self, volume: Volume, scans: Sequence[tuple[Area, PastScan | None]], now: datetime
    ) -> Judgement:
        """The same of a whole volume, of the policies that judge volumes."""
        return self._judgement("evaluate_volume", volume=volume, scans=tuple(scans), now=now)

    def evaluate_here(
        self, area: Area, usage: Usage, history: Sequence[PastScan], now: datetime
    ) -> Judgement:
        """The same in this thread and for any time, as a simulation asks hundreds of thousands of times.

        Raises PluginError if a policy raises or returns nonsense.
        """

        def findings(plugin: Plugin) -> list[Finding]:
            check = partial(answers.findings, plugin=plugin.name)
            try:
                found: list[Finding] = answer(
                    plugin, "evaluate", check, area=area, usage=usage, history=tuple(history), now=now
                )
            except (Exception, SystemExit) as error:
                what = harmless(f"plugin {plugin.name}: evaluate: {in_words(error)}")[:500]
                raise PluginError(what, "Repair it, or disable it in [plugins].") from error
            return found

        return Judgement.of((plugin.name, findings(plugin)) for plugin in self.having("evaluate"))

    def _judgement(self, hook: str, **arguments: Any) -> Judgement:
        def findings(plugin: Plugin) -> list[Finding] | None:
            check = partial(answers.findings, plugin=plugin.name)
            try:
                found: list[Finding] = self._caller.call(plugin, hook, check, **arguments)
            except PluginFailure:
                return None
            return found

        return Judgement.of((plugin.name, findings(plugin)) for plugin in self.having(hook))

    def dataset_files(
        self,
        spec: str,
        path: bytes,
        arguments: Mapping[str, Any],
        points: Sequence[Mapping[str, Any]],
        tree: Callable[[bytes], Iterable[bytes]],
    ) -> list[bytes] | None:
        """The files of a dataset, from the first plugin that knows its spec; None if none does.

        Raises PluginError if that plugin fails: no other knows better. What `tree` raises passes.
        """
        raised: list[XfcNotifyError] = []

        def watched(below: bytes) -> Iterable[bytes]:
            try:
                yield from tree(below)
            except XfcNotifyError as error:
                raised.append(error)  # it is not the plugin's

        given = {"spec": spec, "path": path, "arguments": arguments, "points": points, "tree": watched}
        for plugin in self.having("dataset_files"):
            try:
                said: list[bytes] | None = self._caller.call(plugin, "dataset_files", answers.files, **given)
            except PluginFailure as failure:
                raise PluginError(str(failure), "Correct the arguments, or repair the plugin.") from failure
            if raised:
                raise raised[0]
            if said is not None:
                return said
        return None

    def addresses(self, message: Message, person: Person) -> list[tuple[str, str]]:
        """(plugin, address) for every place where the message would go."""
        places: list[tuple[str, str]] = []
        for plugin in self.having("addresses"):
            if "deliver" not in plugin.hooks:
                continue
            try:
                said = self._caller.call(
                    plugin, "addresses", answers.addresses, message=message, person=person
                )
            except PluginFailure:
                continue
            places += [(plugin.name, address) for address in said]
        return places

    def objection(self, person: Person) -> str | None:
        """The objection of the first plugin that has one, or None."""
        for plugin in self.having("objection"):
            try:
                said: str | None = self._caller.call(plugin, "objection", answers.reason, person=person)
            except PluginFailure:
                continue
            if said is not None:
                return said
        return None

    def outage(self, plugin: Plugin) -> str | None:
        """Why a plugin could do nothing now; None if it could, or does not tell."""
        if "outage" not in plugin.hooks:
            return None
        try:
            said: str | None = self._caller.call(plugin, "outage", answers.reason)
        except PluginFailure as failure:
            return str(failure)
        return said

    def deliver(self, channel: str, message: Message, address: str) -> None:
        """Send through the plugin `channel`; DeliveryError or PermanentDeliveryError if it does not work."""
        plugin = self.named(channel)
        if plugin is None or "deliver" not in plugin.hooks:
            raise DeliveryError(f"the plugin {channel} is not installed or disabled")
        try:
            self._caller.call(plugin, "deliver", message=message, address=address)
        except PluginFailure as failure:
            raise DeliveryError(str(failure)) from failure
