"""What is shown of volumes. Sizes are bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from xfc_notify import domain
from xfc_notify.areas import volumes
from xfc_notify.areas.finding_views import FindingView
from xfc_notify.domain import Level
from xfc_notify.paths import show
from xfc_notify.plugins import Plugins, Verdict
from xfc_notify.usage import Counted


@dataclass(frozen=True, slots=True)
class VolumeFinding(FindingView):
    """The same of a volume. `facts` are further lines for people, name → text."""

    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class VolumeView:
    """How full a volume is by the last scans of its areas, of which `scanned` have one; capacity None: not known.

    What counts against the capacity is what is allocated; `size` is how long the files are.
    """

    volume: str
    path: str
    retired: bool
    areas: int
    scanned: int
    size: int
    allocated: int
    capacity: int | None
    level: Level
    findings: tuple[VolumeFinding, ...]


def volume_view(volume: domain.Volume, plugins: Plugins, counts: Counted, now: datetime) -> VolumeView:
    """How full a volume is, and what the policies say of it now; `counts` is that of [limits]."""
    found = volumes.last_scans(volume.name, counts)
    judgement = plugins.evaluate_volume(volume, found, now)
    measured = [scan for _, scan in found if scan is not None]
    return VolumeView(
        volume=volume.name,
        path=show(volume.path),
        retired=volume.retired,
        areas=len(found),
        scanned=len(measured),
        size=sum(scan.size for scan in measured),
        allocated=sum(scan.allocated or 0 for scan in measured),
        capacity=volume.capacity,
        level=judgement.worst,
        findings=tuple(map(_volume_finding, judgement.verdicts)),
    )


def _volume_finding(verdict: Verdict) -> VolumeFinding:
    finding = verdict.finding
    return VolumeFinding(
        policy=verdict.policy,
        level=finding.level,
        used=finding.used,
        limit=finding.limit,
        unit=finding.unit,
        facts=finding.facts,
    )
