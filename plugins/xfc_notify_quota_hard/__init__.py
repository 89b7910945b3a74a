"""The hard quota: how many bytes an area holds. Equal to the quota is not over."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from xfc_notify import Area, Finding, Level, Usage, hookimpl

if TYPE_CHECKING:
    from pydantic import BaseModel


@hookimpl
def settings_model() -> "type[BaseModel]":
    """[plugins.quota_hard]"""
    from xfc_notify_quota_hard.settings import QuotaHardSettings

    return QuotaHardSettings


@hookimpl
def evaluate(area: Area, usage: Usage, settings: Any) -> Iterable[Finding]:
    """The bytes of the area, apparent or allocated as the site counts them, against its hard quota."""
    used = area.counted(usage)
    yield Finding(
        level=Level.at(used, area.hard_quota, settings.notice, settings.warning),
        used=used,
        limit=area.hard_quota,
        unit="bytes",
        title="hard quota",
        thresholds=(settings.notice, settings.warning, 1.0),
    )
