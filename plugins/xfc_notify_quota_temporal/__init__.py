"""The temporal quota: size × time kept, in byte-days; 2 TB kept for 7 days are 14 TB·days."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from xfc_notify import Area, Finding, Layers, Level, PastScan, Usage, hookimpl
from xfc_notify_quota_temporal.forecast import passing

if TYPE_CHECKING:
    from pydantic import BaseModel


@hookimpl
def settings_model() -> "type[BaseModel]":
    """[plugins.quota_temporal]"""
    from xfc_notify_quota_temporal.settings import QuotaTemporalSettings

    return QuotaTemporalSettings


@hookimpl
def evaluate(area: Area, usage: Usage, history: Sequence[PastScan], settings: Any) -> Iterable[Finding]:
    """The temporal usage of the area against its temporal quota, and the day on which it will be passed."""
    used = usage.temporal_usage
    if settings.method == "history":
        used = Layers.of(history).byte_days(usage.as_of, usage.size)
    due, from_history = passing(used, area.temporal_quota, usage, history)
    yield Finding(
        level=Level.at(used, area.temporal_quota, settings.notice, settings.warning),
        used=used,
        limit=area.temporal_quota,
        unit="byte-days",
        title="temporal quota",
        due=due,
        thresholds=(settings.notice, settings.warning, 1.0),
        from_history=from_history,
    )
