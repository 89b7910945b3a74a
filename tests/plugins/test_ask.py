"""Plugins as third parties make them: installed into a directory of their own and found by their entry points."""

import ast
import logging
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from bundled import BUNDLED, ROOT

from xfc_notify.domain import Group, Level, Person
from xfc_notify.errors import (
    DeliveryError,
    PermanentDeliveryError,
    PluginError,
    SettingsError,
    XfcNotifyError,
)
from xfc_notify.plugins import Judgement, Plugins, call
from xfc_notify.settings import Settings
from xfc_notify.testing import NOW, sample_area, sample_message, sample_person, sample_usage

HEADER = """
from datetime import UTC, datetime, timedelta
from pydantic import BaseModel, ConfigDict, Field
from xfc_notify import DeliveryError, Finding, Level, PermanentDeliveryError, Person, hookimpl
"""
SOUND = """
@hookimpl
def evaluate(area, usage):
    return [Finding(Level.OK, usage.files, 10, "files", "number of files")]
"""


class Site:
    """A directory into which plugins are installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.modules: list[str] = []

    def install(self, name: str, source: str, distribution: str = "", version: str = "1.2.3") -> None:
        """Install a plugin of one module, as pip would, in a distribution of its own."""
        distribution = distribution or f"dist_{name}"
        imported = f"third_party_{distribution}"
        self.modules.append(imported)
        (self.folder / f"{imported}.py").write_text(HEADER + dedent(source))
        info = self.folder / f"{distribution}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[xfc_notify]\n{name} = {imported}\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """An empty directory on the path."""
    installed = Site(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield installed
    for name in installed.modules:
        sys.modules.pop(name, None)


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """What a hanging plugin waits for: set when the test ends, so that no thread stays behind."""
    event = threading.Event()
    sys.released = event  # type: ignore[attr-defined]
    yield event
    event.set()
    del sys.released  # type: ignore[attr-defined]


def settings(**tables: Any) -> Settings:
    return Settings.model_validate({"plugins": tables, "source": Path("/etc/settings.toml")})


def alone(**tables: Any) -> Plugins:
    """The plugins of the site without the bundled ones."""
    return Plugins.load(settings(disabled=BUNDLED, **tables))


def refused(**tables: Any) -> XfcNotifyError:
    with pytest.raises((PluginError, SettingsError)) as caught:
        alone(**tables)
    assert caught.value.what.isprintable(), "one line"
    assert caught.value.exit_code == 2
    return caught.value


def judge(plugins: Plugins) -> Judgement:
    return plugins.evaluate(sample_area(), sample_usage(), [], NOW)


def deliver(plugins: Plugins, channel: str = "own") -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        plugins.deliver(channel, sample_message(), "somewhere")
    return caught.value


def test_the_bundled_plugins_are_found_by_their_entry_points() -> None:
    loaded = Plugins.load(settings()).all
    assert {plugin.name: plugin.hooks for plugin in loaded} == {
        "chat": ("addresses", "deliver", "objection", "settings_model"),
        "email": ("addresses", "deliver", "outage", "settings_model"),
        "growth": ("evaluate", "settings_model"),
        "ldap": ("find_group", "find_person", "outage", "settings_model"),
        "passwd": ("find_group", "find_person"),
        "persistence": ("evaluate", "settings_model"),
        "quota_hard": ("evaluate", "settings_model"),
        "quota_temporal": ("evaluate", "settings_model"),
        "specs": ("dataset_files",),
        "volume": ("evaluate_volume", "settings_model"),
    }
    assert {plugin.origin.split()[0] for plugin in loaded} == {"xfc-notify"}


def test_a_third_partys_plugin_is_found_beside_them_with_its_version_and_origin(site: Site) -> None:
    site.install("files", SOUND)
    loaded = Plugins.load(settings())
    assert [plugin.name for plugin in loaded.all] == [
        "chat",
        "email",
        "files",
        "growth",
        "ldap",
        "passwd",
        "persistence",
        "quota_hard",
        "quota_temporal",
        "specs",
        "volume",
    ]
    own = loaded.named("files")
    assert own is not None
    assert (own.version, own.origin, own.hooks, own.settings) == (
        "1.2.3",
        "dist_files 1.2.3",
        ("evaluate",),
        None,
    )
    judgement = judge(loaded)
    assert {verdict.policy for verdict in judgement.verdicts} == {"files", "quota_hard", "quota_temporal"}
    assert judgement.asked == {"files", "growth", "persistence", "quota_hard", "quota_temporal"}
    assert judgement.failed == set()


def test_two_plugins_of_one_name_stop_the_start_and_both_are_named(site: Site) -> None:
    site.install("files", SOUND, "dist_one")
    site.install("files", SOUND, "dist_two")
    error = refused()
    assert "two plugins are called files" in error.what
    assert "dist_one 1.2.3" in error.what
    assert "dist_two 1.2.3" in error.what
    assert error.hint
    assert alone_without("files").all == ()


def alone_without(name: str) -> Plugins:
    return Plugins.load(settings(disabled=(*BUNDLED, name)))


def test_a_plugin_cannot_take_the_place_of_a_bundled_one_unseen(site: Site) -> None:
    site.install("quota_hard", SOUND)
    with pytest.raises(PluginError, match="two plugins are called quota_hard"):
        Plugins.load(settings())


def test_one_module_under_two_names_is_refused(site: Site) -> None:
    site.install("files", SOUND)
    points = site.folder / "dist_files-1.2.3.dist-info" / "entry_points.txt"
    points.write_text(points.read_text() + "again = third_party_dist_files\n")
    assert "files" in refused().what


def test_an_unknown_hook_stops_the_start(site: Site) -> None:
    site.install("own", SOUND.replace("evaluate", "evalute"))
    error = refused()
    assert "plugin own" in error.what
    assert "evalute" in error.what


def test_a_parameter_that_the_hook_does_not_have_stops_the_start(site: Site) -> None:
    site.install("own", "@hookimpl\ndef evaluate(area, usage, database): ...")
    error = refused()
    assert "plugin own" in error.what
    assert "database" in error.what


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import no_such_module", "No module named 'no_such_module'"),
        ("raise RuntimeError('two\\nlines')", "RuntimeError: two\\x0alines"),
        ("def (", "SyntaxError"),
        ("raise SystemExit(0)", "SystemExit"),
    ],
)
def test_a_plugin_that_cannot_be_imported_stops_the_start(site: Site, source: str, told: str) -> None:
    site.install("own", source)
    error = refused()
    assert error.what.startswith("plugin own (dist_own 1.2.3) cannot be imported: ")
    assert told in error.what
    assert "disable" in error.hint


def test_a_plugin_without_a_hook_stops_the_start(site: Site) -> None:
    site.install("own", "def evaluate(area, usage): return []")
    assert refused().what == "plugin own implements no hook: is a function marked @hookimpl?"


def test_what_is_not_a_module_stops_the_start(site: Site) -> None:
    site.install("own", SOUND)
    points = site.folder / "dist_own-1.2.3.dist-info" / "entry_points.txt"
    points.write_text("[xfc_notify]\nown = third_party_dist_own:evaluate\n")
    assert "is not a module" in refused().what


WITH_SETTINGS = """
class Own(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    most: int = Field(gt=0)

@hookimpl
def settings_model():
    return Own

@hookimpl
def evaluate(usage, settings):
    return [Finding(Level.at(usage.files, settings.most), usage.files, settings.most, "files", "number of files")]
"""


@pytest.mark.hook("settings_model")
def test_a_plugin_gets_its_own_table_validated(site: Site) -> None:
    site.install("own", WITH_SETTINGS)
    (verdict,) = judge(alone(own={"most": "9"})).verdicts
    assert (verdict.finding.limit, verdict.finding.level) == (9, Level.OVER)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({}, "plugins.own.most: Field required"),
        ({"most": 0}, "plugins.own.most: Input should be greater than 0"),
        ({"most": 1, "moost": 2}, "plugins.own.moost: unknown key; known here: most"),
        (3, "plugins.own: must be a table"),
    ],
)
def test_settings_that_do_not_fit_name_file_key_and_what_is_allowed(
    site: Site, table: Any, told: str
) -> None:
    site.install("own", WITH_SETTINGS)
    error = refused(own=table)
    assert isinstance(error, SettingsError)
    assert error.what == f"/etc/settings.toml: {told}"


def test_settings_for_a_plugin_that_has_none_are_refused(site: Site) -> None:
    site.install("own", SOUND)
    assert refused(own={"most": 1}).what == "/etc/settings.toml: plugins.own: this plugin has no settings"


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("return dict", "not a pydantic model"),
        ("return Own(most=1)", "not a pydantic model"),
        ("raise KeyError('x')", "KeyError: 'x'"),
    ],
)
def test_a_settings_model_that_is_none_stops_the_start(site: Site, model: str, told: str) -> None:
    site.install("own", WITH_SETTINGS.replace("return Own", model, 1))
    error = refused()
    assert error.what.startswith("plugin own: settings_model: ")
    assert told in error.what


def test_a_table_for_a_plugin_that_is_not_there_is_refused(site: Site) -> None:
    site.install("own", SOUND)
    assert refused(onw={"most": 1}).what == "/etc/settings.toml: plugins.onw: no such plugin; installed: own"


def test_a_disabled_plugin_is_not_even_imported_and_may_keep_its_table(site: Site) -> None:
    site.install("own", "raise RuntimeError('imported')")
    loaded = Plugins.load(settings(disabled=["own"], own={"most": 1}))
    assert loaded.named("own") is None
    assert [plugin.name for plugin in loaded.all] == list(BUNDLED)


BROKEN_POLICIES = {
    "raises": "raise RuntimeError('two\\nlines \\ud800')",
    "raises late": "yield Finding(Level.OK, 1, 2, 'x', 'x')\n    raise RuntimeError('late')",
    "exits": "raise SystemExit(3)",
    "raises what cannot be told": "raise type('Odd', (Exception,), {'__str__': lambda self: 1 / 0})",
    "raises a delivery error": "raise DeliveryError('not your business')",
    "no list": "return 7",
    "a text": "return 'over'",
    "no finding": "return ['over']",
    "a level that is none": "return [Finding(3, 1, 2, 'x', 'x')]",
    "an amount that is none": "return [Finding(Level.OK, 'much', 2, 'x', 'x')]",
    "nan": "return [Finding(Level.OK, float('nan'), 2, 'x', 'x')]",
    "an infinite limit": "return [Finding(Level.OK, 1, float('inf'), 'x', 'x')]",
    "an endless number": "return [Finding(Level.OK, 10**400, 2, 'x', 'x')]",
    "a unit that is none": "return [Finding(Level.OK, 1, 2, None, 'x')]",
    "a title that is none": "return [Finding(Level.OK, 1, 2, 'x', b'x')]",
    "facts that are none": "return [Finding(Level.OK, 1, 2, 'x', 'x', facts={'files': 3})]",
    "a fact without a name": "return [Finding(Level.OK, 1, 2, 'x', 'x', facts={('a',): 'x'})]",
    "facts that are no table": "return [Finding(Level.OK, 1, 2, 'x', 'x', facts=['x'])]",
    "a day without a zone": "return [Finding(Level.OK, 1, 2, 'x', 'x', due=datetime(2026, 3, 2))]",
    "a day that is none": "return [Finding(Level.OK, 1, 2, 'x', 'x', due='soon')]",
    "a day beyond all time": "return [Finding(Level.OK, 1, 2, 'x', 'x', "
    "due=datetime.min.replace(tzinfo=__import__('datetime').timezone(timedelta(hours=1))))]",
    "a policy that is none": "return [Finding(Level.OK, 1, 2, 'x', 'x', policy=5)]",
    "a policy of two lines": "return [Finding(Level.OK, 1, 2, 'x', 'x', policy='a\\nb')]",
    "a policy too long": "return [Finding(Level.OK, 1, 2, 'x', 'x', policy='a' * 101)]",
    "two thresholds": "return [Finding(Level.OK, 1, 2, 'x', 'x', thresholds=(0.8, 0.9))]",
    "no thresholds": "return [Finding(Level.OK, 1, 2, 'x', 'x', thresholds=None)]",
    "a threshold that is none": "return [Finding(Level.OK, 1, 2, 'x', 'x', thresholds=(0.8, 0.9, 'x'))]",
    "a level left at none": "return [Finding(Level.OK, 1, 2, 'x', 'x', left_at=(0.8, 0.9, 'x'))]",
    "two places to leave levels": "return [Finding(Level.OK, 1, 2, 'x', 'x', left_at=(0.8, 0.9))]",
    "a milestone in words": "return [Finding(Level.OK, 1, 2, 'x', 'x', milestone='7')]",
    "half a day ahead": "return [Finding(Level.OK, 1, 2, 'x', 'x', ahead=0.5)]",
    "two findings of a policy": "return [Finding(Level.OK, 1, 2, 'x', 'x')] * 2",
    "two of a policy, once named": "return [Finding(Level.OK, 1, 2, 'x', 'x'), "
    "Finding(Level.OK, 1, 2, 'x', 'x', policy='broken')]",
}


@pytest.mark.hook("find_group")
def test_the_first_plugin_that_knows_a_group_tells_it(site: Site) -> None:
    site.install("a", grouping("return None"))
    site.install(
        "b", grouping("return Group(7, 'known-to-b', head='ada') if group in (7, 'known-to-b') else None")
    )
    assert alone().find_group(7) == alone().find_group("known-to-b") == Group(7, "known-to-b", "ada")
    assert alone().find_group(8) is None


@pytest.mark.parametrize(
    "said",
    ["return 7", "return Group('7', 'a')", "return Group(7, '')", "return Group(7, 'a', members=['b'])",
     "return Group(7, 'a', 'two\\nlines')", "return Group(2**40, 'a')", "raise OSError('away')"],
)  # fmt: skip
def test_nonsense_for_a_group_leaves_the_question_to_the_next_plugin(site: Site, said: str) -> None:
    site.install("a", grouping(said))
    site.install("b", grouping("return Group(7, 'known-to-b')"))
    loaded = alone()
    assert loaded.find_group(7) == Group(7, "known-to-b")
    assert loaded.failures == {"a": 1}


AWAY = "from xfc_notify import ServerAway; raise ServerAway('no answer\\nfrom \x1b[31mldap')"


def test_while_the_server_of_a_plugin_is_away_no_other_tells_of_its_groups(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.install("a", grouping(f"if group != 1: {AWAY}\n    return Group(1, 'one')"))
    site.install("b", grouping("return Group(group, 'known-to-b')"))
    loaded = alone()
    assert loaded.find_groups([1, *range(7, 99)]) == {1: Group(1, "one")}
    assert loaded.find_groups([7]) == {}
    (line,) = [record.getMessage() for record in caplog.records]
    assert line == ("plugin a: no answer\\x0afrom \\x1b[31mldap; what is known of people and groups stays"), (
        "once, for as long as it is away"
    )
    assert loaded.failures == {}, "a server that is away is not the plugin's fault"
    assert loaded.find_group(1) == Group(1, "one")
    assert loaded.find_groups([7]) == {}
    assert len(caplog.records) == 2, "it had answered, and is away again"


def test_while_the_server_of_a_plugin_is_away_others_say_no_more_of_people_than_their_uid(site: Site) -> None:
    site.install("a", finding(AWAY))
    site.install("b", finding("return Person(username, 'Known to b', 'b@example.org', uid=1000)"))
    loaded = alone()
    names = [f"user{number}" for number in range(50)]
    assert loaded.find_people(names) == {name: Person(name, uid=1000) for name in names}
    assert loaded.failures == {}


def test_an_error_of_a_plugin_that_says_nothing_at_all_is_told_as_well(site: Site) -> None:
    body = "from xfc_notify import ServerAway; raise type('Own', (ServerAway,), {'__init__': lambda self: None})()"
    site.install("a", finding(body))
    assert alone().find_people(["ada"]) == {}


def test_a_plugin_that_hangs_over_one_group_is_not_asked_for_the_others(
    site: Site, monkeypatch: pytest.MonkeyPatch, released: threading.Event
) -> None:
    monkeypatch.setattr(call, "QUICK_SECONDS", 0.1)
    site.install("a", grouping(f"if group == 8:\n        {HANG}\n    return Group(group, 'known-to-a')"))
    loaded = alone()
    assert loaded.find_groups([7, 8, 9, 10]) == {7: Group(7, "known-to-a")}
    assert loaded.failures == {"a": 1}


@pytest.mark.hook("evaluate")
@pytest.mark.parametrize("body", BROKEN_POLICIES.values(), ids=BROKEN_POLICIES)
def test_a_policy_that_raises_or_returns_nonsense_harms_no_other(
    site: Site, caplog: pytest.LogCaptureFixture, body: str
) -> None:
    site.install("broken", f"@hookimpl\ndef evaluate(area, usage):\n    {body}")
    site.install("sound", SOUND)
    loaded = alone()
    with caplog.at_level(logging.WARNING):
        judgement = judge(loaded)
    assert [verdict.plugin for verdict in judgement.verdicts] == ["sound"]
    assert judgement.asked == {"broken", "sound"}
    assert judgement.failed == {"broken"}
    assert loaded.failures == {"broken": 1}
    (told,) = caplog.messages
    assert told.startswith("plugin broken: evaluate: ")
    assert told.isprintable()
    judge(loaded)
    assert loaded.failures == {"broken": 2}


@pytest.mark.parametrize("body", BROKEN_POLICIES.values(), ids=BROKEN_POLICIES)
def test_a_simulation_ends_with_the_name_of_the_policy_that_fails(site: Site, body: str) -> None:
    site.install("broken", f"@hookimpl\ndef evaluate(area, usage):\n    {body}")
    site.install("sound", SOUND)
    with pytest.raises(PluginError, match=r"^plugin broken: evaluate: ") as caught:
        alone().evaluate_here(sample_area(), sample_usage(), [], NOW)
    assert caught.value.what.isprintable()
    assert "disable" in caught.value.hint


def test_a_simulation_asks_the_same_policies_with_the_same_settings(site: Site) -> None:
    site.install("own", WITH_SETTINGS)
    loaded = Plugins.load(settings(own={"most": 12}))
    assert loaded.evaluate_here(sample_area(), sample_usage(), [], NOW) == judge(loaded)


def test_a_simulation_asks_in_its_own_thread(site: Site) -> None:
    who = "__import__('threading').current_thread().name"
    site.install("own", f"@hookimpl\ndef evaluate():\n    return [Finding(Level.OK, 1, 2, 'x', {who})]")
    (verdict,) = alone().evaluate_here(sample_area(), sample_usage(), [], NOW).verdicts
    assert verdict.finding.title == threading.current_thread().name


def test_a_policy_that_empties_the_history_takes_it_from_nobody(site: Site) -> None:
    site.install("broken", "@hookimpl\ndef evaluate(history):\n    history.clear()")
    past = [object()]
    judgement = alone().evaluate(sample_area(), sample_usage(), past, NOW)  # type: ignore[arg-type]
    assert judgement.failed == {"broken"}
    assert len(past) == 1


def test_a_policy_that_says_nothing_has_not_failed(site: Site) -> None:
    site.install("silent", "@hookimpl\ndef evaluate(): ...")
    judgement = judge(alone())
    assert (judgement.verdicts, judgement.asked, judgement.failed) == ((), {"silent"}, frozenset())


def test_a_policy_may_have_several_findings_under_names_of_its_own(site: Site) -> None:
    body = "yield from (Finding(Level.OK, 1, 2, 'x', 'x', policy=name) for name in (None, 'one', 'two'))"
    site.install("own", f"@hookimpl\ndef evaluate():\n    {body}")
    assert [verdict.policy for verdict in judge(alone()).verdicts] == ["own", "one", "two"]


HANG = "__import__('sys').released.wait(60)"


def test_a_policy_that_hangs_is_left_behind_and_not_asked_again_while_it_hangs(
    site: Site, released: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call, "QUICK_SECONDS", 0.2)
    site.install("hanging", f"@hookimpl\ndef evaluate():\n    {HANG}\n    return []")
    site.install("sound", SOUND)
    loaded = alone()
    assert judge(loaded).failed == {"hanging"}
    before = threading.active_count()
    judgement = judge(loaded)
    assert judgement.failed == {"hanging"}
    assert [verdict.plugin for verdict in judgement.verdicts] == ["sound"]
    assert threading.active_count() == before, "a second call would hang a second thread"
    assert loaded.failures == {"hanging": 2}
    released.set()
    while judge(loaded).failed:
        threading.Event().wait(0.01)
    assert threading.active_count() == before, "a thread that came back is used again"


def test_a_generator_that_never_ends_is_left_behind(
    site: Site, released: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call, "QUICK_SECONDS", 0.2)
    endless = "from itertools import count\n    for _ in count():\n        if sys.released.wait(0.01): return"
    site.install("endless", f"import sys\n@hookimpl\ndef evaluate():\n    {endless}\n        yield from ()")
    assert judge(alone()).failed == {"endless"}


def test_a_delivery_that_hangs_is_given_up_and_another_can_still_be_made(
    site: Site, released: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call, "DELIVERY_SECONDS", 0.2)
    hang = f"if address == 'mute': {HANG}"
    site.install(
        "own", f"@hookimpl\ndef addresses(): return ['x']\n@hookimpl\ndef deliver(address):\n    {hang}"
    )
    loaded = alone()
    with pytest.raises(DeliveryError, match=r"plugin own: deliver: took more than 0\.2 s") as caught:
        loaded.deliver("own", sample_message(), "mute")
    assert not isinstance(caught.value, PermanentDeliveryError)
    loaded.deliver("own", sample_message(), "somewhere")
    assert loaded.addresses(sample_message(), sample_person()) == [("own", "x")]
    assert loaded.failures == {"own": 1}


def test_a_plugin_that_hangs_when_asked_can_still_deliver(
    site: Site, released: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call, "QUICK_SECONDS", 0.2)
    write = "from pathlib import Path\n    Path(address).write_text('arrived')"
    site.install(
        "own",
        f"@hookimpl\ndef addresses():\n    {HANG}\n    return ['x']\n@hookimpl\ndef deliver(address):\n    {write}",
    )
    loaded = alone()
    assert loaded.addresses(sample_message(), sample_person()) == []
    place = site.folder / "letterbox"
    loaded.deliver("own", sample_message(), str(place))
    assert place.read_text() == "arrived"
    assert loaded.addresses(sample_message(), sample_person()) == []
    assert loaded.failures == {"own": 2}


def test_the_time_for_a_delivery_is_longer_than_for_a_question() -> None:
    assert (call.QUICK_SECONDS, call.DELIVERY_SECONDS) == (10, 120)


def channel(body: str) -> str:
    return f"@hookimpl\ndef addresses(): return ['somewhere']\n@hookimpl\ndef deliver(message):\n    {body}"


@pytest.mark.hook("deliver")
@pytest.mark.parametrize("kind", [DeliveryError, PermanentDeliveryError])
def test_a_delivery_error_passes_through_with_the_time_to_come_back(
    site: Site, kind: type[DeliveryError]
) -> None:
    site.install("own", channel(f"raise {kind.__name__}('busy', timedelta(minutes=2))"))
    loaded = alone()
    error = deliver(loaded)
    assert type(error) is kind
    assert (error.what, error.retry_after) == ("busy", timedelta(minutes=2))
    assert loaded.failures == {}, "a server that is away is not the plugin's fault"


@pytest.mark.parametrize(
    "body",
    [
        "raise OSError('two\\nlines')",
        "raise SystemExit(0)",
        "raise DeliveryError('busy', 120)",
        "raise type('Own', (DeliveryError,), {'__init__': lambda self: None})()",
    ],
)
def test_any_other_exception_is_a_delivery_error_that_may_pass(site: Site, body: str) -> None:
    site.install("own", channel(body))
    loaded = alone()
    error = deliver(loaded)
    assert type(error) is DeliveryError
    assert error.retry_after is None
    assert error.what.startswith("plugin own: deliver: ")
    assert error.what.isprintable()
    assert loaded.failures == {"own": 1}


@pytest.mark.parametrize("name", ["gone", "sound"])
def test_a_delivery_by_a_plugin_that_does_not_deliver_is_tried_again_later(site: Site, name: str) -> None:
    site.install("sound", SOUND)
    error = deliver(alone(), name)
    assert type(error) is DeliveryError
    assert error.what == f"the plugin {name} is not installed or disabled"


def addressed(said: str) -> str:
    return f"@hookimpl\ndef addresses(message, person):\n    {said}\n@hookimpl\ndef deliver(): ..."


@pytest.mark.hook("addresses")
@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("return None", []),
        ("return ()", []),
        ("yield from ['a', 'b', 'a']", ["a", "b"]),
        ("return [person.email]", ["alice@example.org"]),
    ],
)
def test_the_places_for_a_message_are_those_that_the_plugins_name_each_once(
    site: Site, said: str, found: list[str]
) -> None:
    site.install("own", addressed(said))
    site.install("mute", "@hookimpl\ndef addresses(): return ['of no use without deliver']")
    loaded = alone()
    assert loaded.addresses(sample_message(), sample_person()) == [("own", address) for address in found]
    assert loaded.failures == {}


@pytest.mark.parametrize(
    "said",
    [
        "return 'a@example.org'",
        "return 7",
        "return [None]",
        "return [b'a']",
        "return ['']",
        "return ['a' * 1001]",
        "return ['a@example.org\\nBcc: everybody']",
        "return ['a\\0b']",
        "return ['\\ud800']",
        "raise RuntimeError",
    ],
)
def test_nonsense_for_an_address_harms_no_other_channel(site: Site, said: str) -> None:
    site.install("broken", addressed(said))
    site.install("sound", addressed("return ['here']"))
    loaded = alone()
    assert loaded.addresses(sample_message(), sample_person()) == [("sound", "here")]
    assert loaded.failures == {"broken": 1}


def finding(said: str) -> str:
    return f"@hookimpl\ndef find_person(username):\n    {said}"


def grouping(said: str) -> str:
    return f"from xfc_notify import Group, hookimpl\n\n\n@hookimpl\ndef find_group(group):\n    {said}"


def objecting(said: str) -> str:
    return f"@hookimpl\ndef objection(person):\n    {said}"


@pytest.mark.hook("objection")
def test_the_first_objection_to_a_person_is_told(site: Site) -> None:
    site.install("a", objecting("return None"))
    site.install("b", objecting("return f'{person.chat} is no place'"))
    site.install("c", objecting("return 'never seen'"))
    assert alone().objection(sample_person(chat="moon")) == "moon is no place"


@pytest.mark.parametrize("said", ["return 7", "return ''", "return 'two\\nlines'", "raise RuntimeError"])
def test_a_nonsensical_objection_is_none(site: Site, said: str) -> None:
    site.install("broken", objecting(said))
    loaded = alone()
    assert loaded.objection(sample_person()) is None
    assert loaded.failures == {"broken": 1}


@pytest.mark.hook("find_person")
def test_the_first_plugin_that_knows_a_person_tells_it(site: Site) -> None:
    site.install("a", finding("return None"))
    site.install("b", finding("return Person(username, 'Known to b')"))
    site.install("c", finding("return Person(username, 'Known to c')"))
    assert alone().find_person("alice") == Person("alice", "Known to b")


def test_a_person_whom_nobody_knows_is_nobody(site: Site) -> None:
    site.install("a", finding("return None"))
    assert alone().find_person("alice") is None


@pytest.mark.parametrize(
    "said",
    [
        "return {'username': username}",
        "return username",
        "raise LookupError(username)",
        "return Person(username, None)",
        "return Person(username, 'two\\nlines')",
        "return Person(username, '', 'a@b.org\\nBcc: everybody')",
        "return Person(username, '', ['a@b.org'])",
    ],
)
def test_nonsense_for_a_person_leaves_the_question_to_the_next_plugin(site: Site, said: str) -> None:
    site.install("a", finding(said))
    site.install("b", finding("return Person(username, 'Known to b')"))
    loaded = alone()
    assert loaded.find_person("alice") == Person("alice", "Known to b")
    assert loaded.failures == {"a": 1}


@pytest.mark.hook("evaluate")
def test_a_hook_may_leave_out_parameters_and_name_them_in_any_order(site: Site) -> None:
    body = "return [Finding(Level.OK, usage.size, area.hard_quota, 'bytes', f'{now:%Y} {settings}')]"
    site.install("own", f"@hookimpl\ndef evaluate(settings, now, usage, area):\n    {body}")
    (verdict,) = judge(alone()).verdicts
    assert verdict.finding.title == "2026 None"


@pytest.mark.parametrize("name", BUNDLED)
def test_a_bundled_plugin_imports_what_a_third_partys_may_and_nothing_else(name: str) -> None:
    folder = ROOT / "plugins" / f"xfc_notify_{name}"
    modules = list(folder.glob("*.py"))
    assert modules
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "xfc_notify":
                assert node.module == "xfc_notify", f"{module.name}: {ast.unparse(node)}"
            if isinstance(node, ast.Import):
                assert not [it.name for it in node.names if it.name.startswith("xfc_notify.")], module.name
