"""The tables of settings.toml that are of areas."""

from datetime import timedelta
from typing import Self

from pydantic import Field, model_validator

from xfc_notify.settings.values import ByteDays, Duration, Size, Table
from xfc_notify.usage import Counted


class Limits(Table):
    """[limits]"""

    hard_quota: Size = Field(40 * 10**12, description="bytes, of areas that were given none of their own")
    temporal_quota: ByteDays = Field(
        300e12, description="byte-days, of areas that were given none of their own"
    )
    counts: Counted = Field(
        Counted.APPARENT,
        description="which bytes hard quotas count: `apparent`, the lengths of the files, or `allocated`, what they"
        " take on disk",
    )


class History(Table):
    """[history]"""

    dense: Duration = Field(timedelta(days=90), description="how long every scan of an area is kept")
    spacing: Duration = Field(
        timedelta(days=7),
        description="of older scans, one per this time is kept, the smallest, without what policies said of it",
    )
    bodies: Duration = Field(
        timedelta(days=90),
        description="how long texts and pictures of messages are kept; not those still to be sent",
    )
    told: Duration = Field(
        timedelta(days=730),
        ge=timedelta(days=60),
        description="how long it is kept who was told what, when and why, and what happened",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.bodies > self.told:
            raise ValueError("bodies must not be longer than told")
        return self


TABLES: dict[str, type[Table]] = {"limits": Limits, "history": History}
