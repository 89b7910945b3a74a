"""The settings of the hard quota."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class QuotaHardSettings(BaseModel):
    """[plugins.quota_hard]"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    notice: float = Field(
        0.8, gt=0.05, lt=1, description="share of the hard quota from which a notice is given"
    )
    warning: float = Field(
        0.9, gt=0.05, lt=1, description="share of the hard quota from which a warning is given"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.notice >= self.warning:
            raise ValueError("notice must be below warning")
        return self
