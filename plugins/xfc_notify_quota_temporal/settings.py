"""The settings of the temporal quota."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class QuotaTemporalSettings(BaseModel):
    """[plugins.quota_temporal]"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    notice: float = Field(
        0.8, gt=0.05, lt=1, description="share of the temporal quota from which a notice is given"
    )
    warning: float = Field(
        0.9, gt=0.05, lt=1, description="share of the temporal quota from which a warning is given"
    )
    method: Literal["stat", "history"] = Field(
        "stat", description="stat: from the age of each file; history: from the sizes of earlier scans"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.notice >= self.warning:
            raise ValueError("notice must be below warning")
        return self
