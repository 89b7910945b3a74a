"""Layers as JSON, for our own tables: [seconds since the epoch, bytes] each."""

from datetime import UTC, datetime

from xfc_notify.usage.layers import Layers


def dump_layers(layers: Layers) -> list[list[int]]:
    """Layers as JSON."""
    return [[int(since.timestamp()), size] for since, size in layers.steps]


def load_layers(data: list[list[int]]) -> Layers:
    """The Layers that `dump_layers` wrote into our own tables."""
    return Layers(tuple((datetime.fromtimestamp(seconds, UTC), size) for seconds, size in data))
