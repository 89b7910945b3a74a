"""The settings of the forecast."""

from datetime import timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


def _share(default: float, level: str, days: int) -> float:
    share: float = Field(
        default,
        gt=0.05,
        le=1,
        description=f"share of the hard quota, forecast for {days} days ahead, above which a {level} is given",
    )
    return share


class GrowthSettings(BaseModel):
    """[plugins.growth]"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    notice_in_3_days: float = _share(0.80, "notice", 3)
    notice_in_7_days: float = _share(0.85, "notice", 7)
    warning_in_3_days: float = _share(0.85, "warning", 3)
    warning_in_7_days: float = _share(0.95, "warning", 7)
    soon_days: int = Field(
        30,
        gt=0,
        le=1825,
        description="says nothing if the hard quota is further away than this",
    )
    window_days: int = Field(
        28, ge=2, le=3650, description="the date is computed from the scans of this many days"
    )

    files: int = Field(
        0, ge=0, description="files that an area may hold, of which the growth is forecast too; 0: any number"
    )

    @property
    def window(self) -> timedelta:
        """How far back the scans count that tell the date."""
        return timedelta(days=self.window_days)

    @property
    def thresholds(self) -> dict[int, tuple[float, float]]:
        """Days ahead → shares for notice and warning."""
        return {
            3: (self.notice_in_3_days, self.warning_in_3_days),
            7: (self.notice_in_7_days, self.warning_in_7_days),
        }

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for days, (notice, warning) in self.thresholds.items():
            if notice >= warning:
                raise ValueError(f"notice_in_{days}_days must be below warning_in_{days}_days")
        return self
