"""Persistence: files stay for a limited time, and their user hears of it before it is over.

Reckoned from the histogram of ages and the oldest arrival in each directory: no file is remembered. Nothing is
deleted by this service, then or later.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from xfc_notify import Area, Fact, Finding, Level, Usage, hookimpl

if TYPE_CHECKING:
    from pydantic import BaseModel

_DAY = 86_400
_ROOM = 7
"""Days: an episode ends when no file is this close to a notice, so that it does not begin again at once."""
_MORE = ("more directory", "more directories")
_NAMED = 3
_LONGEST_NAME = 40


@hookimpl
def settings_model() -> "type[BaseModel]":
    """[plugins.persistence]"""
    from xfc_notify_persistence.settings import PersistenceSettings

    return PersistenceSettings


@hookimpl
def evaluate(area: Area, usage: Usage, settings: Any) -> Iterable[Finding]:
    """The age of the oldest file against the time limit; nothing while all files are far from it."""
    if usage.oldest is None:
        return
    limit = settings.limit_of(area.path, area.owner)
    age = max(0.0, (usage.as_of.timestamp() - usage.oldest) / _DAY)
    milestones = [days for days in settings.milestones if days < limit]
    first = max(milestones, default=0)
    notice, warning = limit - first, limit - min(settings.warning, first)
    if age <= notice - _ROOM:
        return
    reached = min((days for days in milestones if limit - age <= days), default=None)
    is_over = age > limit
    yield Finding(
        level=Level.OVER if is_over else Level((age >= notice) + (age >= warning)),
        used=age,
        limit=limit,
        unit="days",
        title="time limit for files",
        due=None if is_over else usage.as_of + timedelta(days=limit - age),
        facts=_facts(usage, limit, 0 if is_over else reached),
        thresholds=(notice / limit, warning / limit, 1.0),
        left_at=(max(0, notice - _ROOM) / limit, warning / limit, 1.0),
        milestone=reached,
        move_to="" if reached is None else settings.move_to,
    )


def _facts(usage: Usage, limit: int, within: int | None) -> dict[str, str]:
    """How many files pass the limit within so many days (0: have passed it), how large, in which directories."""
    if within is None:
        return {}
    least = max(0, limit - within)
    files = usage.aged(least)
    amounts = {"files": (files.files, "files"), "size": (files.size, "bytes")}
    named, more = _directories(usage, least)
    if more:
        places = {"places": ", ".join(named), "more": f"{more:,}"}
        one, many = (f"{{files}}, {{size}}, in {{places}} and {{more}} {noun}" for noun in _MORE)
        text = Fact(one if more == 1 else many, **amounts, **places)
    elif named:
        text = Fact("{files}, {size}, in {places}", **amounts, places=named)
    else:
        text = Fact("{files}, {size}", **amounts)
    if not within:
        return {Fact("Older than {limit}", limit=(limit, "days")): text}
    return {Fact("Older than {limit} within {days}", limit=(limit, "days"), days=(within, "days")): text}


def _directories(usage: Usage, least: int) -> tuple[tuple[str, ...], int]:
    """The directories with files of at least so many days, the oldest first, and how many more there are."""
    latest = usage.as_of.timestamp() - least * _DAY
    found = sorted(
        (seconds, name) for name, seconds in usage.oldest_by_directory.items() if seconds <= latest
    )
    named = tuple(_shown(name) for _, name in found if name)[:_NAMED]
    return named, len(found) - len(named)


def _shown(name: bytes) -> str:
    if name == b".":
        return "the top of the area"
    text = name.decode("utf-8", "backslashreplace")
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"
