from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xfc_notify import units

TB = 10**12


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("1000", 1000),
        ("512 B", 512),
        ("40 TB", 40 * TB),
        ("40tb", 40 * TB),
        (" 1.5 TiB ", 3 * 2**39),
        ("512 GiB", 2**39),
        ("0.1 kB", 100),
        ("7 EiB", 7 * 2**60),
    ],
)
def test_a_size_is_read_as_people_write_it(text: str, size: int) -> None:
    assert units.parse_size(text) == size


@pytest.mark.parametrize(
    "text",
    [
        "",
        "TB",
        "-1 TB",
        "1e3",
        "1 XB",
        "1 000",
        "inf",
        "nan",
        "٣ TB",
        "1 TB days",
        "8 EiB",
        "9" * 400,
        "1_0",
        "0x10",
    ],
)
def test_what_is_no_size_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"write it like|larger than 8 EiB"):
        units.parse_size(text)


@pytest.mark.parametrize(
    "text",
    ["300 TB days", "300 TB·days", "300TB*d", "300 TB day", "300 TB-days", "300 TB · d", "300000 GB days"],
)
def test_byte_days_are_read_as_people_write_them(text: str) -> None:
    assert units.parse_byte_days(text) == 300 * TB


@pytest.mark.parametrize("text", ["", "300 TB", "days", "300 TB weeks", "300 days TB", "TB days"])
def test_what_are_no_byte_days_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="write it like"):
        units.parse_byte_days(text)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("90s", timedelta(seconds=90)),
        ("90sec", timedelta(seconds=90)),
        ("10min", timedelta(minutes=10)),
        ("10 m", timedelta(minutes=10)),
        ("24h", timedelta(days=1)),
        ("1.5 d", timedelta(hours=36)),
        ("3 days", timedelta(days=3)),
        ("1w", timedelta(days=7)),
        ("0s", timedelta(0)),
    ],
)
def test_a_duration_is_read_as_people_write_it(text: str, duration: timedelta) -> None:
    assert units.parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", "3", "d", "-3d", "3 months", "3d 4h", "40000d", "9" * 50 + "w"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write it like|hundred years"):
        units.parse_duration(text)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (512, "512 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (3_240_000_000_000, "3.2 TB"),
        (40 * TB, "40 TB"),
        (999_949, "999.9 kB"),
        (999_950, "1 MB"),
        (2**70, "1180.6 EB"),
    ],
)
def test_a_size_is_printed_with_at_most_one_decimal(size: int, text: str) -> None:
    assert units.format_size(size) == text


def test_byte_days_are_printed_as_such() -> None:
    assert units.format_byte_days(14e12) == "14 TB·days"


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        (14e12, "bytes", "14 TB"),
        (14e12, "byte-days", "14 TB·days"),
        (12345.6, "files", "12,346 files"),
        (0.25, "cores", "0.25 cores"),
        (7, "", "7"),
    ],
)
def test_an_amount_is_printed_in_the_unit_of_its_finding(amount: float, unit: str, text: str) -> None:
    assert units.format_amount(amount, unit) == text


@given(st.integers(0, 2**62))
def test_what_is_printed_can_be_read_again_and_is_as_close_as_its_digits(size: int) -> None:
    assert units.parse_size(units.format_size(size)) == pytest.approx(size, rel=0.051, abs=0.5)


@pytest.mark.parametrize(
    ("used", "limit", "share"),
    [
        (0, 100, 0),
        (999, 1000, 99),
        (1000, 1000, 100),
        (1001, 1000, 101),
        (40 * TB - 1, 40 * TB, 99),
        (40 * TB + 1, 40 * TB, 101),
        (0, 0, 100),
        (1, 0, 999),
    ],
)
def test_a_hundred_percent_is_said_only_of_what_equals_the_limit(used: int, limit: int, share: int) -> None:
    assert units.percent(used, limit) == share


amounts = st.one_of(
    st.integers(0, 10**30), st.floats(0, 1e299, allow_subnormal=False), st.floats(1e14, 1e14 + 1)
)


@given(amounts, amounts.filter(bool))
def test_percent_never_flatters(used: float, limit: float) -> None:
    share, exact = units.percent(used, limit), Fraction(used) * 100 / Fraction(limit)
    assert (share == 100) == (used == limit)
    assert (share > 100) == (used > limit)
    assert abs(share - exact) < 1


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(seconds=45), "45 s"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=119), "1 hour"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=3, hours=23), "3 days"),
    ],
)
def test_a_duration_is_printed_in_its_largest_unit(duration: timedelta, text: str) -> None:
    assert units.format_duration(duration) == text
