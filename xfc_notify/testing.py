"""For the tests of plugins: samples of the nouns, and a check that a plugin keeps the contract.

def test_my_plugin_keeps_the_contract():
    check_plugin(my_plugin, {"url": "https://example.org/hook"})
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from xfc_notify.domain import Area, Finding, Level, Message, PastScan, Person, Volume
from xfc_notify.errors import PluginError, SettingsError
from xfc_notify.paths import harmless
from xfc_notify.plugins import answers
from xfc_notify.plugins.call import Caller, PluginFailure
from xfc_notify.plugins.load import Plugin, hooks_of, implementation, register, settings_of
from xfc_notify.settings import Settings
from xfc_notify.usage import Usage
from xfc_notify.usage.tally import Tally

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""The time of all samples."""

DAY = timedelta(days=1)
T = TypeVar("T")
_HOSTILE_NAMES = ("no-such-user-here", "", "-x", "a/../b", "two\nlines", "\x1b[2J", "\udcff", "nul\0")


def sample_area(**changes: Any) -> Area:
    """Alice's area: 100 GB of hard quota, 700 GB·days of temporal quota."""
    area = Area("alice", "vol1", b"/vol1/alice", 100 * 10**9, 700e9, last_scanned=NOW - DAY)
    return replace(area, **changes)


def sample_usage(size: int = 50 * 10**9, byte_days: float = 350e9, as_of: datetime = NOW) -> Usage:
    """Ten files of `size` bytes in all, which have gathered `byte_days`; none if the size is 0."""
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

    Its hooks are called as the service calls them: one that raises, returns nonsense or takes more than 10 seconds has
    failed. `settings` is the plugin's table as it would stand in settings.toml. Nothing is sent: of `deliver` only the
    parameters are checked.
    """
    asked = _Asked.of(module, settings or {})
    hooks = asked.plugin.hooks
    if "settings_model" in hooks:
        _check_settings_model(asked)
    if "find_person" in hooks:
        _check_find_person(asked)
    if "find_group" in hooks:
        _check_find_group(asked)
    if "dataset_files" in hooks:
        _check_dataset_files(asked)
    if "objection" in hooks:
        asked("objection", answers.reason, person=sample_person())
    if "outage" in hooks:
        asked("outage", answers.reason)
    if "evaluate" in hooks:
        _check_evaluate(asked)
    if "evaluate_volume" in hooks:
        _check_evaluate_volume(asked)
    if "addresses" in hooks or "deliver" in hooks:
        _check_addresses(asked)


@dataclass(frozen=True)
class _Asked:
    """A plugin that is asked as the service asks: isolated, for a limited time, its answers read by the same rules."""

    plugin: Plugin
    caller: Caller = field(default_factory=Caller)

    @classmethod
    def of(cls, module: ModuleType, table: Mapping[str, Any]) -> "_Asked":
        """The module as a plugin of the name `this`."""
        settings = Settings.model_validate({"plugins": {"this": table}, "source": Path("settings.toml")})
        try:
            manager = register({"this": module})
            own = settings_of(manager, "this", settings)
        except (PluginError, SettingsError) as error:
            raise AssertionError(error.what) from None
        calls = {hook: implementation(manager, "this", hook) for hook in hooks_of(manager, "this")}
        return cls(Plugin("this", "", "", calls, own))

    def __call__(self, hook: str, read: Callable[[Any], T], **given: Any) -> T:
        """What the hook answers; AssertionError where the service would find a failure."""
        try:
            answer: T = self.caller.call(self.plugin, hook, read, **given)
        except PluginFailure as failure:
            raise AssertionError(str(failure).removeprefix("plugin this: ")) from failure.__cause__
        return answer


def _check_settings_model(asked: _Asked) -> None:
    model = asked("settings_model", lambda model: model)
    extra = model.model_config.get("extra")
    assert extra == "forbid", f'{model.__name__} lets typing errors pass: set model_config extra="forbid"'


def _check_find_person(asked: _Asked) -> None:
    for username in _HOSTILE_NAMES:
        person = asked("find_person", answers.person, username=username)
        assert person is None, f"find_person returns {person!r} for {username!r}; None is wanted"


def _check_find_group(asked: _Asked) -> None:
    for group in (*_HOSTILE_NAMES, -1, 2**40):
        found = asked("find_group", answers.group, group=group)
        assert found is None, f"find_group returns {found!r} for {group!r}; None is wanted"


def _check_dataset_files(asked: _Asked) -> None:
    for spec in (*_HOSTILE_NAMES, "no-such-spec-here"):
        found = asked(
            "dataset_files", answers.files, spec=spec, path=b"a", arguments={}, points=(), tree=lambda _: ()
        )
        assert found is None, f"dataset_files returns {found!r} for the spec {spec!r}; None is wanted"


def _check_evaluate(asked: _Asked) -> None:
    area = sample_area()
    grown = tuple(
        PastScan(NOW - DAY * days, 10**9 * (60 - days), 5e9 * (60 - days), 10) for days in range(50, 0, -1)
    )
    for share in (0, 0.5, 0.85, 0.95, 1, 1.5, 1000):
        usage = sample_usage(int(area.hard_quota * share), area.temporal_quota * share)
        for history in ((), grown):
            given = {"area": area, "usage": usage, "history": history, "now": NOW}
            before = deepcopy(given)
            findings = asked("evaluate", _findings, **given)
            assert given == before, "evaluate changes what it is given"
            assert asked("evaluate", _findings, **given) == findings, (
                "evaluate answers the same question in two ways"
            )
            for finding in findings:
                _check_finding(finding)


def _check_evaluate_volume(asked: _Asked) -> None:
    area = sample_area()
    for capacity in (None, 10**12):
        volume = Volume("vol1", b"/vol1", capacity)
        for share in (0, 0.85, 0.95, 0.99, 1, 1.5):
            scan = PastScan(NOW - DAY, int(10**12 * share), 0, 10)
            for scans in ((), ((area, None),), ((area, scan), (sample_area(owner="bob"), None))):
                for finding in asked("evaluate_volume", _findings, volume=volume, scans=scans, now=NOW):
                    _check_finding(finding)


def _findings(answer: Any) -> list[Finding]:
    return answers.findings(answer, plugin="this")


def _check_finding(finding: Finding) -> None:
    for text in (finding.title, finding.unit, *finding.facts, *finding.facts.values()):
        assert harmless(text) == text, f"{text!r} does not print in one line, and would be shown with escapes"
    _check_level(finding)


def _check_level(finding: Finding) -> None:
    levels = {_level(finding, finding.used * rounding) for rounding in (1 - 1e-9, 1, 1 + 1e-9)}
    assert finding.level in levels, (
        f"{finding.used:g} of {finding.limit:g} is not {finding.level} by the thresholds {finding.thresholds}"
    )


def _level(finding: Finding, used: float) -> Level:
    notice, warning, over = finding.thresholds
    if used > over * finding.limit:
        return Level.OVER
    return Level.at(min(used, finding.limit), finding.limit, notice, warning)


def _check_addresses(asked: _Asked) -> None:
    for one, other in (("addresses", "deliver"), ("deliver", "addresses")):
        assert other in asked.plugin.hooks, f"{one} is of no use without {other}"
    for person in (sample_person(), sample_person(full_name="", email=None)):
        asked("addresses", answers.addresses, message=sample_message(), person=person)
