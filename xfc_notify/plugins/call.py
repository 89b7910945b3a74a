"""Calls one hook of one plugin: in another thread, and for a limited time.

A plugin that raises, returns nonsense or hangs is reported by name, counted, and harms no other.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Generic, TypeGuard, TypeVar

from xfc_notify.errors import DeliveryError, ServerAway
from xfc_notify.paths import harmless
from xfc_notify.plugins.load import Plugin, in_words
from xfc_notify.plugins.timed_call import Call, begin

QUICK_SECONDS = 10.0
DELIVERY_SECONDS = 120.0
SLOW = ("deliver", "dataset_files")
"""Hooks that have as long as a delivery: they talk to a server, or walk a tree."""

K = TypeVar("K", bound=int | str)
T = TypeVar("T")
log = logging.getLogger(__name__)


class PluginFailure(Exception):
    """A plugin raised, returned nonsense or took too long."""


@dataclass(frozen=True, slots=True)
class Replies(Generic[K, T]):
    """What a hook answered for each of many values, without those for which it failed; `away`: its server is."""

    answers: dict[K, T]
    away: bool = False


class Caller:
    """Calls hooks, and remembers who hangs, who failed, and whose server is away.

    failures  name → how often it raised, returned nonsense or took too long in this process
    """

    def __init__(self) -> None:
        self.failures: Counter[str] = Counter()
        self._busy: dict[str, Call] = {}
        self._away: set[str] = set()

    def call(
        self,
        plugin: Plugin,
        hook: str,
        check: Callable[[Any], T] | None = None,
        **arguments: Any,
    ) -> Any:
        """Call one hook of one plugin for a limited time; PluginFailure if it does not work.

        `check` is that of `answer`. A DeliveryError passes as it is, where something was to be delivered.
        """
        delivers = hook == "deliver"
        seconds = DELIVERY_SECONDS if hook in SLOW else QUICK_SECONDS
        call = self._do(plugin, hook, partial(answer, plugin, hook, check, **arguments), seconds)
        if call.error is not None:
            if delivers and _is_delivery_error(call.error):
                raise call.error
            raise self._failure(plugin, hook, in_words(call.error)) from call.error
        return call.answer

    def call_each(
        self,
        plugin: Plugin,
        hook: str,
        check: Callable[[Any], T],
        argument: str,
        values: Sequence[K],
        at_once: int,
    ) -> Replies[K, T]:
        """Call a hook once for each value of one argument; so many at once share the limited time of a call.

        A plugin that takes too long, or whose server is away, is not asked for what remains.
        """
        found: dict[K, T] = {}
        for first in range(0, len(values), at_once):
            try:
                some = self._call_some(plugin, hook, check, argument, values[first : first + at_once])
            except PluginFailure:
                break
            found |= some.answers
            if some.away:
                return Replies(found, away=True)
        return Replies(found)

    def _call_some(
        self, plugin: Plugin, hook: str, check: Callable[[Any], T], argument: str, values: Sequence[K]
    ) -> Replies[K, T]:
        failed: list[BaseException] = []
        away: list[ServerAway] = []

        def ask_all() -> dict[K, T]:
            answers: dict[K, T] = {}
            for value in values:
                try:
                    answers[value] = answer(plugin, hook, check, **{argument: value})
                except ServerAway as error:
                    away.append(error)
                    break
                except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
                    failed.append(error)
            return answers

        call = self._do(plugin, hook, ask_all, QUICK_SECONDS)
        for error in failed:
            self._failure(plugin, hook, in_words(error))
        if call.error is not None:
            raise self._failure(plugin, hook, in_words(call.error)) from call.error
        self._note(plugin, away)
        return Replies(call.answer, bool(away))

    def _note(self, plugin: Plugin, away: Sequence[ServerAway]) -> None:
        """Say once that the server of a plugin is away, until it has answered again."""
        if away and plugin.name not in self._away:
            said = getattr(away[0], "what", "its server is away")  # missing in a subclass that misbehaves
            what = harmless(f"plugin {plugin.name}: {said}")[:500]
            log.warning("%s; what is known of people and groups stays", what)
            self._away.add(plugin.name)
        elif not away:
            self._away.discard(plugin.name)

    def _do(self, plugin: Plugin, hook: str, work: Callable[[], Any], seconds: float) -> Call:
        """Let a plugin work in another thread; PluginFailure if it takes too long, or has not come back before."""
        delivers = hook == "deliver"
        if not delivers and (before := self._busy.get(plugin.name)) is not None and not before.over:
            raise self._failure(plugin, hook, "still hangs in an earlier call")
        call = begin(work)
        if not call.wait(seconds):
            # One silent server says nothing about the next, or about the plugin's other hooks.
            if not delivers:
                self._busy[plugin.name] = call
            raise self._failure(plugin, hook, f"took more than {seconds:g} s")
        return call

    def _failure(self, plugin: Plugin, hook: str, what: str) -> PluginFailure:
        self.failures[plugin.name] += 1
        text = harmless(f"plugin {plugin.name}: {hook}: {what}")[:500]
        log.warning("%s (failure %d of this plugin)", text, self.failures[plugin.name])
        return PluginFailure(text)


def answer(plugin: Plugin, hook: str, check: Callable[[Any], T] | None = None, **arguments: Any) -> Any:
    """What a hook answers, in this thread and for any time.

    `check` reads what it returned, generators included, and raises TypeError or ValueError on nonsense.
    """
    returned = plugin.calls[hook](settings=plugin.settings, **arguments)
    return check(returned) if check else returned


def _is_delivery_error(error: BaseException) -> TypeGuard[DeliveryError]:
    """Whether it is one that can be acted on: `retry_after` may be anything, or missing in a subclass."""
    after = getattr(error, "retry_after", "")
    return isinstance(error, DeliveryError) and isinstance(after, timedelta | None)
