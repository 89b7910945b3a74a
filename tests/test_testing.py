from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count
from threading import Event
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from xfc_notify import Finding, Level, Person, hookimpl
from xfc_notify.plugins import call
from xfc_notify.testing import check_plugin, sample_area, sample_message, sample_person, sample_usage


def plugin(**hooks: Callable[..., Any]) -> ModuleType:
    module = ModuleType("broken")
    for name, function in hooks.items():
        setattr(module, name, hookimpl(function))
    return module


def hard(usage, area):
    level = Level.at(usage.size, area.hard_quota)
    return [Finding(level, usage.size, area.hard_quota, "bytes", "hard quota")]


def changed(**changes: Any) -> Callable[..., Any]:
    """A policy that is right but for these fields."""
    return lambda area, usage: [replace(finding, **changes) for finding in hard(usage, area)]


def deliver(message):
    pytest.fail("the check sends nothing")


def at_another_time(usage, time):
    return []


def knowing_everybody(username):
    return Person(username)


def settings_of(extra: str) -> type[BaseModel]:
    return type("Table", (BaseModel,), {"model_config": ConfigDict(extra=extra)})


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")
    limit: int


def test_a_sound_policy_passes():
    check_plugin(plugin(evaluate=hard))


def test_a_policy_that_sees_nothing_to_say_passes():
    check_plugin(plugin(evaluate=lambda: None))


def test_a_plugin_with_settings_is_asked_with_its_settings():
    asked: list[int] = []

    def addresses(settings):
        asked.append(settings.limit)
        return ()

    whole = plugin(settings_model=lambda: Strict, addresses=addresses, deliver=deliver)
    check_plugin(whole, {"limit": 3})
    assert set(asked) == {3}
    with pytest.raises(AssertionError, match=r"plugins\.this\.limit: Field required"):
        check_plugin(whole)
    with pytest.raises(AssertionError, match="unknown key"):
        check_plugin(whole, {"limit": 3, "limti": 4})


def test_a_message_is_never_sent_by_the_check():
    check_plugin(plugin(addresses=lambda: ["somewhere"], deliver=deliver))


def test_a_policy_that_changes_its_input_is_found():
    def evaluate(usage, area):
        usage.by_type["seen"] = usage.total
        return hard(usage, area)

    with pytest.raises(AssertionError, match="changes what it is given"):
        check_plugin(plugin(evaluate=evaluate))


def test_a_policy_with_a_memory_is_found():
    calls = count()
    with pytest.raises(AssertionError, match="in two ways"):
        check_plugin(
            plugin(evaluate=lambda area, usage: [replace(*hard(usage, area), title=f"{next(calls)}")])
        )


def test_a_policy_that_never_answers_gets_a_verdict_as_soon_as_the_service_would_give_it_up(monkeypatch):
    monkeypatch.setattr(call, "QUICK_SECONDS", 0.5)
    over = Event()
    try:
        with pytest.raises(AssertionError, match=r"^evaluate: took more than 0.5 s$"):
            check_plugin(plugin(evaluate=lambda: over.wait()))  # noqa: PLW0108  (a method cannot be marked)
    finally:
        over.set()


def test_a_generator_that_never_ends_gets_a_verdict(monkeypatch):
    monkeypatch.setattr(call, "QUICK_SECONDS", 0.5)

    def evaluate():
        while True:
            yield from ()

    with pytest.raises(AssertionError, match=r"evaluate: took more than 0.5 s"):
        check_plugin(plugin(evaluate=evaluate))


@pytest.mark.parametrize(
    "error", [RuntimeError(), SystemExit(1), KeyboardInterrupt(), NotImplementedError("later")]
)
@pytest.mark.parametrize(
    "hook", ["evaluate", "evaluate_volume", "find_person", "objection", "outage", "addresses"]
)
def test_what_a_hook_raises_is_found_and_its_cause_kept(hook, error):
    def broken():
        raise error

    hooks = {hook: broken} | ({"deliver": deliver} if hook == "addresses" else {})
    with pytest.raises(AssertionError, match=f"^{hook}: {type(error).__name__}: {error}$") as caught:
        check_plugin(plugin(**hooks))
    assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    ("hooks", "complaint"),
    [
        ({}, "implements no hook"),
        ({"evalute": hard}, "evalute"),
        ({"evaluate": at_another_time}, "time"),
        ({"settings_model": lambda: Strict(limit=1)}, "not a pydantic model"),
        ({"settings_model": lambda: dict}, "not a pydantic model"),
        ({"settings_model": lambda: settings_of("ignore")}, "typing errors"),
        ({"evaluate": lambda: ["over"]}, "not a Finding"),
        ({"evaluate": changed(level=3)}, "not a Level"),
        ({"evaluate": changed(used="much")}, "not a finite number"),
        ({"evaluate": changed(limit=float("nan"))}, "not a finite number"),
        ({"evaluate": changed(unit=None)}, "that is not text"),
        ({"evaluate": changed(facts={"files": 3})}, "that is not text"),
        ({"evaluate": changed(due=datetime(2026, 3, 2))}, "time zone"),  # noqa: DTZ001
        ({"evaluate": changed(level=Level.OVER)}, "is not over by the thresholds"),
        ({"evaluate": changed(title="hard\nquota")}, r"'hard\\nquota' does not print in one line"),
        ({"evaluate": changed(unit="by\x1b[31mtes")}, "does not print"),
        ({"evaluate": changed(facts={"Where": "here\nand there"})}, "does not print"),
        ({"evaluate": changed(facts={"Wh\u202eere": "here"})}, "does not print"),
        ({"outage": lambda: 3}, "other than None or printable text"),
        ({"evaluate": lambda area, usage: hard(usage, area) * 2}, "two findings for the policy"),
        ({"addresses": lambda: ["a"]}, "of no use without deliver"),
        ({"deliver": deliver}, "of no use without addresses"),
        ({"addresses": lambda: "a@b.org", "deliver": deliver}, "not a list of texts"),
        ({"addresses": lambda: [None], "deliver": deliver}, "not printable text"),
        ({"addresses": lambda: [""], "deliver": deliver}, "of 1 to 1,000"),
        ({"find_person": knowing_everybody}, "None is wanted"),
        ({"find_person": lambda username: {}[username]}, "find_person: KeyError"),
    ],
)
def test_what_is_wrong_with_a_plugin_is_said_clearly(hooks, complaint):
    with pytest.raises(AssertionError, match=complaint):
        check_plugin(plugin(**hooks))


def test_settings_for_a_plugin_that_has_none_are_refused():
    with pytest.raises(AssertionError, match="has no settings"):
        check_plugin(plugin(evaluate=hard), {"notice": 0.8})


def test_samples_are_what_they_are_asked_to_be():
    usage = sample_usage(size=10**9, byte_days=7e9)
    assert (usage.size, usage.temporal_usage, usage.files) == (10**9, 7e9, 10)
    assert sum(tally.size for tally in usage.by_directory.values()) == usage.size
    assert sample_usage(0).files == 0
    assert sample_area(owner="bob").owner == "bob"
    assert sample_person(email=None).email is None
    assert sample_message(subject="hello").subject == "hello"
