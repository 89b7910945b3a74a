"""Sizes, byte-days, durations and shares: read from what people write, printed for people to read.

Sizes are SI (1 TB = 10¹² bytes); the binary units (TiB) are understood when read. Byte-days are size ×
time kept: 2 TB kept for 7 days are 14 TB·days.
"""

import math
import re
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction

DAY_SECONDS = 86_400

_SI = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
_SIZE_UNITS = {unit.lower(): 1000**power for power, unit in enumerate(_SI)} | {
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
    """A size in bytes for people: "3.2 TB", "40 TB", "512 B"."""
    value, unit = float(size), _SI[0]
    for unit in _SI:
        if abs(value) < 999.95 or unit == _SI[-1]:
            break
        value /= 1000
    digits = f"{value:.1f}".removesuffix(".0")
    return f"{digits} {unit}"


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
        case _:
            digits = f"{amount:,.0f}" if abs(amount) >= 1000 else f"{amount:.6g}"
            return f"{digits} {unit}".strip()


def percent(used: float, limit: float) -> int:
    """The share used, in whole percent that never flatter: 100 only where used equals the limit.

    Below the limit it is rounded down (99.9 % is 99), above it up (100.01 % is 101). A limit of 0 counts
    as used up at once.
    """
    if limit <= 0:
        return 100 if used <= 0 else 999
    share = Fraction(used) * 100 / Fraction(limit)
    return math.ceil(share) if used > limit else math.floor(share)


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
