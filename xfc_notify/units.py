"""Sizes, byte-days, durations and shares: read from what people write, printed for people to read.

Sizes are SI (1 TB = 10¹² bytes), or binary (1 TiB = 2⁴⁰ bytes) where the site shows them so; both are read. Byte-days
are size × time kept: 2 TB kept for 7 days are 14 TB·days.
"""

import math
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from xfc_notify.scales import Compared, scale_of
from xfc_notify.sizes import SI

DAY_SECONDS = 86_400
THRESHOLDS = (0.8, 0.9, 1.0)
"""Shares of a limit where notice and warning begin, and above which one is over, unless a policy says others."""
SCALED = ("bytes", "byte-days")
"""The units of findings that are shown in kB, MB …"""

_SIZE_UNITS = {unit.lower(): 1000**power for power, unit in enumerate(SI)} | {
    f"{letter}ib": 1024**power for power, letter in enumerate("kmgtpe", start=1)
}
_DURATION_UNITS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": DAY_SECONDS, "day": DAY_SECONDS,
                   "days": DAY_SECONDS, "w": 7 * DAY_SECONDS}  # fmt: skip
_QUANTITY = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)\s*", re.ASCII)
_BYTE_DAYS = re.compile(r"(.*?)(?:\s*[·*]\s*|\s+|-)(?:days?|d)\s*", re.IGNORECASE)


def parse_size(text: str) -> int:
    """Bytes from "40 TB", "1.5TiB" or "1000"; ValueError says what is allowed."""
    return _size(text, f'{text!r} is not a size; write it like "40 TB" or "512 GiB"')


def parse_byte_days(text: str) -> float:
    """Byte-days from "300 TB days", "300 TB·d" or "300TB*days"; ValueError says what is allowed."""
    complaint = f'{text!r} is not an amount of byte-days; write it like "300 TB days"'
    match = _BYTE_DAYS.fullmatch(text)
    if match is None:
        raise ValueError(complaint)
    return float(_size(match[1], complaint))


def parse_duration(text: str) -> timedelta:
    """A duration from "90s", "10min", "24h", "3d" or "1w"; ValueError says what is allowed."""
    complaint = f'{text!r} is not a duration; write it like "24h", "3d" or "90s"'
    number, unit = _quantity(text, complaint)
    if unit not in _DURATION_UNITS:
        raise ValueError(complaint)
    seconds = number * _DURATION_UNITS[unit]
    if seconds > 36_500 * DAY_SECONDS:
        raise ValueError(f"{text!r} is more than a hundred years")
    return timedelta(seconds=float(seconds))


def write_duration(duration: timedelta) -> str:
    """A duration as `parse_duration` reads it, in the largest unit of which it is a multiple: "36h", "30d"."""
    seconds = duration.total_seconds()
    units = ((DAY_SECONDS, "d"), (3600, "h"), (60, "min"))
    size, unit = next(((size, unit) for size, unit in units if seconds % size == 0), (1, "s"))
    return f"{seconds / size:g}{unit}"


def _size(text: str, complaint: str) -> int:
    number, unit = _quantity(text, complaint)
    if unit and unit not in _SIZE_UNITS:
        raise ValueError(complaint)
    size = int(number * _SIZE_UNITS[unit or "b"])
    if size >= 2**63:
        raise ValueError(f"{text!r} is larger than 8 EiB")
    return size


def _quantity(text: str, complaint: str) -> tuple[Decimal, str]:
    match = _QUANTITY.fullmatch(text)
    if match is None or len(text) > 60:
        raise ValueError(complaint)
    try:
        return Decimal(match[1]), match[2].lower()
    except InvalidOperation:
        raise ValueError(complaint) from None


def format_size(size: float) -> str:
    """A size in bytes for people: "3.2 TB", "40 TB", "512 B"; half of the last digit is rounded up."""
    return scale_of(size).show(size)


def format_byte_days(byte_days: float) -> str:
    """An amount of byte-days for people: "14 TB·days"."""
    return f"{format_size(byte_days)}·days"


def format_amount(amount: float, unit: str) -> str:
    """An amount in the unit of a finding: bytes and byte-days as above, whole days, any other as it is."""
    match unit:
        case "bytes":
            return format_size(amount)
        case "byte-days":
            return format_byte_days(amount)
        case "days":
            return f"{math.floor(amount):,} day{'' if math.floor(amount) == 1 else 's'}"
        case "files":
            return counted(round(amount), "file")
        case _:
            digits = f"{amount:,.0f}" if abs(amount) >= 1000 else f"{amount:.6g}"
            return f"{digits} {unit}".strip()


def format_of(used: float, limit: float, unit: str) -> str:
    """How much of a limit is used, in one unit: "34.4 of 40 TB"."""
    if unit not in SCALED:
        return f"{format_amount(used, unit)} of {format_amount(limit, unit)}"
    compared, suffix = Compared.of(used, limit), "·days" if unit == "byte-days" else ""
    (shown, its_unit), (of, unit_of_it) = compared.used_shown.split(), compared.limit_shown.split()
    named = "" if its_unit == unit_of_it else f" {its_unit}{suffix}"
    return f"{shown}{named} of {of} {unit_of_it}{suffix}"


def percent(used: float, limit: float, thresholds: Sequence[float] = THRESHOLDS) -> int:
    """The share used, in whole percent, rounded as people round: half a percent up.

    Only next to a threshold it stays on its side of it: 79.9 % is 79 and 100.1 % is 101. `thresholds` are the shares
    where notice and warning begin, and that above which one is over. A limit of 0 counts as used up at once.
    """
    if limit <= 0:
        return 100 if used <= 0 else 999
    share = Fraction(used) * 100 / Fraction(limit)
    shown = math.floor(share + Fraction(1, 2))
    *reached, passed = thresholds
    for threshold in reached:
        edge = math.ceil(Fraction(str(threshold)) * 100)
        shown = max(shown, edge) if used >= threshold * limit else min(shown, edge - 1)
    for edge, over in ((math.floor(Fraction(str(passed)) * 100), used > passed * limit), (100, used > limit)):
        shown = max(shown, edge + 1) if over else min(shown, edge)
    return min(shown, 99) if used < limit else shown


def counted(number: int, noun: str) -> str:
    """So many of a thing: "1 scan", "1,200 scans", "2 deliveries", "2 days"."""
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{number:,} {plural}"


def format_duration(duration: timedelta) -> str:
    """A duration for people, in its largest fitting unit: "3 days", "2 hours", "45 s"."""
    seconds = int(duration.total_seconds())
    for size, word in ((DAY_SECONDS, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {word}{'' if count == 1 else 's'}"
    return f"{seconds} s"


def at(time: datetime | None) -> str:
    """A time for people, or a dash."""
    return f"{time:%Y-%m-%d %H:%M}" if time else "-"
