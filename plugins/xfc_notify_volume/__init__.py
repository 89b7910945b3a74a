"""The volume itself: how much of its capacity its areas take, by their last scans.

What counts is what is allocated: a sparse file fills no disk, however long it is.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from xfc_notify import Area, Finding, Level, PastScan, Volume, format_size, hookimpl

if TYPE_CHECKING:
    from pydantic import BaseModel

LARGEST = 5


@hookimpl
def settings_model() -> "type[BaseModel]":
    """[plugins.volume]"""
    from xfc_notify_volume.settings import VolumeSettings

    return VolumeSettings


@hookimpl
def evaluate_volume(
    volume: Volume, scans: Sequence[tuple[Area, PastScan | None]], settings: Any
) -> Iterable[Finding]:
    """The sum of all areas against the capacity; of a retired volume nothing, since nothing new is placed there."""
    if volume.capacity is None or volume.retired:
        return
    sizes = [(area.owner, _taken(scan)) for area, scan in scans if scan is not None]
    used = sum(size for _, size in sizes)
    yield Finding(
        level=_level(used, volume.capacity, settings),
        used=used,
        limit=volume.capacity,
        unit="bytes",
        title="capacity",
        facts=_facts(sizes, used, len(scans)),
        thresholds=(settings.notice, settings.warning, settings.over),
    )


def _taken(scan: PastScan) -> int:
    """Bytes on disk, or the size of a scan that knows nothing else."""
    return scan.size if scan.allocated is None else scan.allocated


def _level(used: int, capacity: int, settings: Any) -> Level:
    if used > settings.over * capacity:
        return Level.OVER
    return Level.at(min(used, capacity), capacity, settings.notice, settings.warning)


def _facts(sizes: Sequence[tuple[str, int]], used: int, areas: int) -> dict[str, str]:
    """Who uses most, and how much is not known."""
    owners: Counter[str] = Counter()
    for owner, size in sizes:
        owners[owner] += size
    facts = {
        owner: f"{format_size(size)}, {100 * size // used} % of what is used"
        for owner, size in owners.most_common(LARGEST)
        if size
    }
    if len(sizes) < areas:
        facts["not scanned yet"] = f"{areas - len(sizes):,} of {areas:,} areas"
    return facts
