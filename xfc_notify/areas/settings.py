"""The tables of settings.toml that are of areas."""

from datetime import timedelta

from pydantic import Field

from xfc_notify.settings.values import ByteDays, Duration, Size, Table


class Limits(Table):
    """[limits]"""

    hard_quota: Size = Field(40 * 10**12, description="bytes, of areas that were given none of their own")
    temporal_quota: ByteDays = Field(
        300e12, description="byte-days, of areas that were given none of their own"
    )


class History(Table):
    """[history]"""

    dense: Duration = Field(timedelta(days=90), description="how long every scan of an area is kept")
    spacing: Duration = Field(
        timedelta(days=7), description="of older scans, one per this time is kept, the smallest"
    )


TABLES: dict[str, type[Table]] = {"limits": Limits, "history": History}
