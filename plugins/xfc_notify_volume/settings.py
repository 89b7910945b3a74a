"""The settings of the policy for whole volumes."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class VolumeSettings(BaseModel):
    """[plugins.volume]"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    notice: float = Field(
        0.8, gt=0.05, le=1, description="share of the capacity from which a notice is given"
    )
    warning: float = Field(
        0.9, gt=0.05, le=1, description="share of the capacity from which a warning is given"
    )
    over: float = Field(0.97, gt=0.05, le=1, description="share of the capacity above which a volume is full")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.notice < self.warning < self.over:
            raise ValueError("notice must be below warning, and warning below over")
        return self
