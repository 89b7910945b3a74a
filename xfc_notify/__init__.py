"""Tells the users of scratch space how much of it they use: early, calmly and seldom.

The names below are the public ones: what a plugin needs, and all that a plugin may import. They are
looked up when first used, so that `import xfc_notify` costs nothing, reads no settings and opens nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xfc_notify.domain import (
        OPERATORS,
        Area,
        Fact,
        Finding,
        Group,
        Level,
        Message,
        PastScan,
        Person,
        Volume,
    )
    from xfc_notify.errors import DeliveryError, PermanentDeliveryError, ServerAway, XfcNotifyError
    from xfc_notify.forecast import day_of_passing, days_to, pace_of_byte_days, trend
    from xfc_notify.hookspecs import hookimpl
    from xfc_notify.paths import harmless
    from xfc_notify.people.address import is_address
    from xfc_notify.units import format_size
    from xfc_notify.usage import Usage
    from xfc_notify.usage.layers import Layers
    from xfc_notify.usage.tally import Tally

__version__ = "0.1.0"

_HOMES = {
    "OPERATORS": "domain",
    "Area": "domain",
    "DeliveryError": "errors",
    "Fact": "domain",
    "Finding": "domain",
    "Group": "domain",
    "Layers": "usage.layers",
    "Level": "domain",
    "Message": "domain",
    "PastScan": "domain",
    "PermanentDeliveryError": "errors",
    "Person": "domain",
    "ServerAway": "errors",
    "Tally": "usage.tally",
    "Usage": "usage",
    "Volume": "domain",
    "XfcNotifyError": "errors",
    "day_of_passing": "forecast",
    "days_to": "forecast",
    "format_size": "units",
    "harmless": "paths",
    "hookimpl": "hookspecs",
    "is_address": "people.address",
    "pace_of_byte_days": "forecast",
    "trend": "forecast",
}

__all__ = [
    "OPERATORS",
    "Area",
    "DeliveryError",
    "Fact",
    "Finding",
    "Group",
    "Layers",
    "Level",
    "Message",
    "PastScan",
    "PermanentDeliveryError",
    "Person",
    "ServerAway",
    "Tally",
    "Usage",
    "Volume",
    "XfcNotifyError",
    "day_of_passing",
    "days_to",
    "format_size",
    "harmless",
    "hookimpl",
    "is_address",
    "pace_of_byte_days",
    "trend",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"xfc_notify.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'xfc_notify' has no attribute {name!r}")
