"""What policies say, as it is shown and as it is stored of areas."""

from dataclasses import dataclass
from datetime import datetime

from xfc_notify import units
from xfc_notify.domain import Level
from xfc_notify.store.json_values import Json


@dataclass(frozen=True, slots=True)
class FindingView:
    """What a policy says: `used` and `limit` are in `unit`."""

    policy: str
    level: Level
    used: float
    limit: float
    unit: str


@dataclass(frozen=True, slots=True)
class AreaFinding(FindingView):
    """The same of an area.

    due         when the limit will be passed if nothing changes
    thresholds  the shares of the limit where notice and warning begin, and above which it is over
    """

    due: datetime | None
    thresholds: tuple[float, float, float]

    @property
    def percent(self) -> int:
        """The share used, as people are told it."""
        return units.percent(self.used, self.limit, self.thresholds)


def area_finding(stored: Json) -> AreaFinding:
    """What a policy said of an area, as `finding_json` stores it."""
    return AreaFinding(
        policy=stored["policy"],
        level=Level.named(stored["level"]),
        used=stored["used"],
        limit=stored["limit"],
        unit=stored["unit"],
        due=datetime.fromisoformat(stored["due"]) if stored["due"] else None,
        thresholds=(stored["thresholds"][0], stored["thresholds"][1], stored["thresholds"][2]),
    )
