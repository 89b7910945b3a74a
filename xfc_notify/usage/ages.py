"""Ages in bins: the younger, the finer. Standard library only."""

BIN_DAYS = 400
"""Ages are counted per day up to here, …"""
WIDE_BIN_DAYS = 30
"""… then per 30 days, …"""
LAST_BIN_DAYS = 4000
"""… and everything older in one bin."""


def age_bin(age_seconds: int) -> int:
    """The lower edge, in days, of the histogram bin for an age."""
    days = max(0, age_seconds) // 86_400
    if days < BIN_DAYS:
        return days
    return min(LAST_BIN_DAYS, days - (days - BIN_DAYS) % WIDE_BIN_DAYS)
