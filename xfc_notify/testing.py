"""For the tests of plugins: samples of the nouns, and a check that a plugin keeps the contract.

def test_my_plugin_keeps_the_contract():
    check_plugin(my_plugin, {"url": "https://example.org/hook"})
"""

import math
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from xfc_notify import hookspecs
from xfc_notify.domain import Area, Finding, Level, Message, PastScan, Person
from xfc_notify.errors import SettingsError
from xfc_notify.settings import validate
from xfc_notify.usage import Tally, Usage

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""The time of all samples."""

DAY = timedelta(days=1)
_HOSTILE_NAMES = ("no-such-user-here", "", "-x", "a/../b", "two\nlines", "\x1b[2J", "\udcff", "nul\0")


def sample_area(**changes: Any) -> Area:
    """Alice's area: 100 GB of hard quota, 700 GB·days of temporal quota."""
    area = Area("alice", "vol1", b"/vol1/alice", 100 * 10**9, 700e9, last_scanned=NOW - DAY)
    return replace(area, **changes)


def sample_usage(size: int = 50 * 10**9, byte_days: float = 350e9, as_of: datetime = NOW) -> Usage:
    """Ten files of `size` bytes in all, which have gathered `byte_days`; none where the size is 0."""
    if size == 0:
        return Usage(as_of)
    total = Tally.of(10, size, round(byte_days * 86_400))
    arrival = int(as_of.timestamp()) - total.byte_seconds // size
    return Usage(
        as_of,
        total=total,
        directories=1,
        oldest=arrival,
        newest=arrival,
        by_age={total.byte_seconds // size // 86_400: total},
        by_owner={1000: total},
        by_directory={b"results": total},
        by_type={"nc": total},
    )


def sample_person(**changes: Any) -> Person:
    """Alice, with a full name and an address."""
    return replace(Person("alice", "Alice Archer", "alice@example.org"), **changes)


def sample_message(**changes: Any) -> Message:
    """The first message of an episode, to alice."""
    message = Message(
        message_id="0b9d6f2e-4c7a-4a57-9f6b-2f6f3f0e6a11",
        thread="0b9d6f2e-4c7a-4a57-9f6b-2f6f3f0e6a11",
        username="alice",
        created_at=NOW,
        level=Level.NOTICE,
        subject="[XFC] You have used 86 % of your space",
        text="You have used 86 % of your space.\nNothing was deleted.\n",
        html="<p>You have used <b>86 %</b> of your space.</p>\n<p>Nothing was deleted.</p>\n",
        service="XFC",
        contact="storage-support@example.org",
        reasons=("began",),
    )
    return replace(message, **changes)


def check_plugin(module: ModuleType, settings: Mapping[str, Any] | None = None) -> None:
    """Raise AssertionError, saying what is wrong, unless the module keeps the contract of a plugin.

    `settings` is the plugin's table as it would stand in settings.toml. Nothing is sent: of `deliver` only
    the parameters are checked.
    """
    hooks = _hooks(module)
    table = _validated(hooks, settings or {})
    if "evaluate" in hooks:
        _check_evaluate(hooks["evaluate"], table)
    if "addresses" in hooks or "deliver" in hooks:
        _check_addresses(hooks, table)
    if "find_person" in hooks:
        _check_find_person(hooks["find_person"], table)


Hook = Callable[..., Any]


def _hooks(module: ModuleType) -> dict[str, Hook]:
    manager = pluggy.PluginManager("xfc_notify")
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(module)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise AssertionError(f"not as xfc_notify/hookspecs.py wants it: {error}") from None
    hooks: dict[str, Hook] = {}
    for caller in manager.get_hookcallers(module) or ():
        (implementation,) = caller.get_hookimpls()
        hooks[caller.name] = _taking(implementation.function, implementation.argnames)
    assert hooks, f"{module.__name__} implements no hook: is a function marked @hookimpl?"
    return hooks


def _taking(function: Hook, names: Sequence[str]) -> Hook:
    return lambda **arguments: function(*(arguments[name] for name in names))


def _validated(hooks: Mapping[str, Hook], table: Mapping[str, Any]) -> Any:
    if "settings_model" not in hooks:
        assert not table, "settings are given, but the plugin has no settings_model"
        return None
    from pydantic import BaseModel

    model = hooks["settings_model"]()
    assert isinstance(model, type), f"settings_model must return a class, not {model!r}"
    assert issubclass(model, BaseModel), f"settings_model must return a pydantic model, not {model.__name__}"
    extra = model.model_config.get("extra")
    assert extra == "forbid", f'{model.__name__} lets typing errors pass: set model_config extra="forbid"'
    try:
        return validate(model, table, Path("settings.toml"), ("plugins", "this"))
    except SettingsError as error:
        raise AssertionError(f"the settings do not pass settings_model: {error}") from None


def _check_evaluate(evaluate: Hook, settings: Any) -> None:
    area = sample_area()
    grown = tuple(
        PastScan(NOW - DAY * days, 10**9 * (60 - days), 5e9 * (60 - days), 10) for days in range(50, 0, -1)
    )
    for share in (0, 0.5, 0.85, 0.95, 1, 1.5, 1000):
        usage = sample_usage(int(area.hard_quota * share), area.temporal_quota * share)
        for history in ((), grown):
            given = {"area": area, "usage": usage, "history": history, "now": NOW, "settings": settings}
            before = deepcopy(given)
            findings = list(evaluate(**given) or ())
            assert given == before, "evaluate changes what it is given"
            assert list(evaluate(**given) or ()) == findings, "evaluate answers the same question in two ways"
            for finding in findings:
                _check_finding(finding)
            policies = [finding.policy for finding in findings]
            assert len(set(policies)) == len(policies), (
                f"evaluate returns two findings of a policy: {policies}"
            )


def _check_finding(finding: object) -> None:
    assert isinstance(finding, Finding), f"evaluate returns {finding!r}, not a Finding"
    assert isinstance(finding.level, Level), f"the level of a finding is {finding.level!r}, not a Level"
    for name in ("used", "limit"):
        amount = getattr(finding, name)
        assert isinstance(amount, int | float), f"{name} of a finding is {amount!r}, not a number"
        assert math.isfinite(amount), f"{name} of a finding is {amount!r}, not a finite number"
    for text in (finding.unit, finding.title, *finding.facts.keys(), *finding.facts.values()):
        assert isinstance(text, str), f"unit, title and facts of a finding are text, not {text!r}"
    if finding.due is not None:
        assert finding.due.tzinfo is not None, "due of a finding needs a time zone"
    levels = {_level(finding, finding.used * rounding) for rounding in (1 - 1e-9, 1, 1 + 1e-9)}
    assert finding.level in levels, (
        f"{finding.used:g} of {finding.limit:g} is not {finding.level} by the thresholds {finding.thresholds}"
    )


def _level(finding: Finding, used: float) -> Level:
    notice, warning, over = finding.thresholds
    if used > over * finding.limit:
        return Level.OVER
    return Level.at(min(used, finding.limit), finding.limit, notice, warning)


def _check_addresses(hooks: Mapping[str, Hook], settings: Any) -> None:
    for one, other in (("addresses", "deliver"), ("deliver", "addresses")):
        assert other in hooks, f"{one} is of no use without {other}"
    for person in (sample_person(), sample_person(full_name="", email=None)):
        answer = hooks["addresses"](message=sample_message(), person=person, settings=settings)
        assert not isinstance(answer, str), "addresses returns one text; a list of texts is wanted"
        for address in answer or ():
            assert isinstance(address, str), f"addresses returns {address!r}, which is not text"
            assert 0 < len(address) <= 1000, "addresses returns a text that is empty or over 1,000 characters"


def _check_find_person(find_person: Hook, settings: Any) -> None:
    for username in _HOSTILE_NAMES:
        try:
            person = find_person(username=username, settings=settings)
        except Exception as error:
            raise AssertionError(f"find_person raises {error!r} for {username!r}; None is wanted") from error
        assert person is None, f"find_person returns {person!r} for {username!r}; None is wanted"
