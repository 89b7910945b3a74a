"""Which settings a page can try, and how: each is read by its type here before anything else sees it. Pure.

What can be tried are the limits, what [messages] says of intervals, and of each policy's table the numbers, durations
and switches. Nothing that is a text, a path or an address can be: what somebody typed goes nowhere as it stands.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ValidationError

from xfc_notify import units
from xfc_notify.areas.settings import Limits
from xfc_notify.errors import WrongInput
from xfc_notify.pages import mark
from xfc_notify.paths import harmless
from xfc_notify.plugins import Plugin
from xfc_notify.plugins.load import in_words
from xfc_notify.settings import Messages, Settings

LONGEST = 100
"""Letters of a value."""
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_PLUGINS = "plugins."

Values = Mapping[str, Mapping[str, Any]]
"""Table → key → what is tried there: numbers, switches, and lists of numbers."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of value: how it is read from what a person writes, how it is written, and how to write it right."""

    read: Callable[[str], Any]
    show: Callable[[Any], str]
    right: str


@dataclass(frozen=True, slots=True)
class Key:
    """A setting that can be tried: where it stands, its type, its value today (None: each area has its own)."""

    table: str
    key: str
    kind: Kind
    today: Any
    description: str

    @property
    def name(self) -> str:
        """What a form calls it, and a person who knows the settings."""
        return f"{self.table}.{self.key}"

    @property
    def shown(self) -> str:
        """Its value today, as one writes it."""
        return "" if self.today is None else self.kind.show(self.today)


@dataclass(frozen=True, slots=True)
class Tried:
    """What is other than today: values, and the policies that are not asked."""

    values: Values
    left_out: tuple[str, ...] = ()


class Mistake(WrongInput):
    """A value that cannot be tried; `key` is the name of its setting, empty where several do not go together."""

    def __init__(self, key: str, what: str) -> None:
        super().__init__(what)
        self.key = key


def keys(settings: Settings, policies: list[Plugin]) -> list[Key]:
    """All that can be tried, in the order of the page."""
    return [*_common(settings), *(key for policy in policies for key in _of_policy(policy))]


def read(known: list[Key], given: Mapping[str, str]) -> Values:
    """What is other than today of what was written, by the names of the keys; what is empty stays.

    Mistake for what is no value of its type.
    """
    values: dict[str, dict[str, Any]] = {}
    for key in known:
        text = given.get(key.name, "")
        if not text or text == key.shown:
            continue
        try:
            value = key.kind.read(text[: LONGEST + 1])
        except ValueError:
            raise Mistake(key.name, key.kind.right) from None
        values.setdefault(key.table, {})[key.key] = value
    return values


def check(values: Values, settings: Settings, policies: list[Plugin]) -> None:
    """Mistake where a value is out of its range, or values of one table do not go together."""
    for name, model in (("limits", Limits), ("messages", Messages)):
        _check(name, model, values.get(name, {}), {})
    for policy in policies:
        name = f"{_PLUGINS}{policy.name}"
        if changed := values.get(name, {}):
            _check(name, type(policy.settings), changed, settings.plugins.table(policy.name))


def applied(settings: Settings, tried: Tried) -> Settings:
    """The settings with what is tried in [messages] and in the tables of policies, whose models check them again."""
    changed = tried.values.get("messages", {})
    checked = Messages.model_validate(changed)
    messages = settings.messages.model_copy(update={key: getattr(checked, key) for key in changed})
    tables = dict(settings.plugins.model_extra or {})
    for policy, values in _of_policies(tried.values):
        tables[policy] = {**tables.get(policy, {}), **values}
    disabled = (*settings.plugins.disabled, *tried.left_out)
    plugins = type(settings.plugins).model_validate({**tables, "disabled": disabled})
    return settings.model_copy(update={"messages": messages, "plugins": plugins})


def _of_policies(values: Values) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for table, changed in values.items():
        if table.startswith(_PLUGINS):
            yield table.removeprefix(_PLUGINS), changed


def _common(settings: Settings) -> Iterator[Key]:
    yield Key("limits", "hard_quota", SIZE, None, "")
    yield Key("limits", "temporal_quota", BYTE_DAYS, None, "")
    for name, kind in (
        ("min_interval", DURATION),
        ("repeat_over", DURATIONS),
        ("repeat_warning", DURATIONS),
        ("mute_over", SWITCH),
    ):
        description = Messages.model_fields[name].description or ""
        yield Key("messages", name, kind, getattr(settings.messages, name), description)


def _of_policy(policy: Plugin) -> Iterator[Key]:
    if not isinstance(policy.settings, BaseModel):
        return
    for name, field in type(policy.settings).model_fields.items():
        kind = _KINDS.get(field.annotation) if isinstance(field.annotation, type) else None
        if kind is not None:
            today = getattr(policy.settings, name)
            yield Key(f"{_PLUGINS}{policy.name}", name, kind, today, harmless(field.description or ""))


def _check(table: str, model: type[BaseModel], changed: Mapping[str, Any], beside: Mapping[str, Any]) -> None:
    try:
        model.model_validate({**beside, **changed})
    except ValidationError as failed:
        error = failed.errors(include_url=False, include_input=False, include_context=False)[0]
        key = str(error["loc"][0]) if error["loc"] else ""
        what = error["msg"].removeprefix("Value error, ")
        raise Mistake(f"{table}.{key}" if key in changed else "", harmless(what)) from None
    except Exception as error:  # noqa: BLE001 - the model may be a third party's
        raise Mistake("", harmless(f"{table}: {in_words(error)}")) from None


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return float(text)


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _switch(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError(text)
    return text == "yes"


def _seconds(text: str) -> float:
    seconds = units.parse_duration(text).total_seconds()
    if seconds <= 0:
        raise ValueError(text)
    return seconds


NUMBER = Kind(_number, lambda value: f"{value:.10g}", mark("Write a number like 0.8."))
WHOLE = Kind(_whole, str, mark("Write a whole number."))
SWITCH = Kind(_switch, lambda value: "yes" if value else "no", mark("Choose yes or no."))
DURATION = Kind(_seconds, units.write_duration, mark("Write a duration like 24h, 3d or 1w."))
DURATIONS = Kind(
    lambda text: [_seconds(part) for part in text.split(",")],
    lambda values: ", ".join(map(units.write_duration, values)),
    mark("Write durations like 3d, 7d, 14d."),
)
SIZE = Kind(units.parse_size, units.format_size, mark("Write a size like 40 TB."))
BYTE_DAYS = Kind(units.parse_byte_days, units.format_byte_days, mark("Write an amount like 300 TB days."))
_KINDS = {float: NUMBER, int: WHOLE, bool: SWITCH, timedelta: DURATION}
