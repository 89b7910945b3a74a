"""The tables of settings.toml that are of areas."""

from datetime import timedelta

from pydantic import Field

from xfc_notify.settings.values import ByteDays, Duration, Size, Table
from xfc_notify.usage import Counted


class Limits(Table):
    """[limits]"""

    hard_quota: Size = Field(40 * 10**12, description="bytes, for areas that `discover` adds")
    temporal_quota: ByteDays = Field(300e12, description="byte-days, for areas that `discover` adds")
    counts: Counted = Field(
        Counted.APPARENT,
        description="which bytes hard quotas count: `apparent`, the lengths of the files, or `allocated`, what they"
        " take on disk",
    )


class History(Table):
    """[history]"""

    dense: Duration = Field(timedelta(days=90), description="how long every scan of an area is kept")
    spacing: Duration = Field(timedelta(days=7), description="of older scans, one per this time is kept")


TABLES: dict[str, type[Table]] = {"limits": Limits, "history": History}
