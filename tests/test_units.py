import math
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xfc_notify import units
from xfc_notify.scales import Compared
from xfc_notify.sizes import SI, Sizes, show_in

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
        (2**70, "1,180.6 EB"),
        (1_250, "1.3 kB"),
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
        (296, 800, 37),
        (37_499, 100_000, 37),
        (37_500, 100_000, 38),
        (79_999, 100_000, 79),
        (336_200, 300_000, 112),
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
def test_a_hundred_percent_is_no_rounded_figure(used: float, limit: float) -> None:
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


# Figures that stand side by side


sizes = st.integers(1, 2**62)
close = sizes.flatmap(
    lambda size: st.tuples(st.integers(max(1, size * 19 // 20), size * 21 // 20 + 2), st.just(size))
)
amounts_of_both = st.one_of(st.tuples(sizes, sizes), close)


@pytest.mark.parametrize(
    ("used", "limit", "shown", "rest"),
    [
        (34_430_000_000_000, 40 * TB, "34.4 of 40 TB", "5.6 TB"),
        (1_712_800_000_000_000, 1_700 * TB, "1.713 of 1.7 PB", "0.013 PB"),
        (41_537_000_000_000, 40 * TB, "41.5 of 40 TB", "1.5 TB"),
        (40 * TB + 500_000_000, 40 * TB, "40,000.5 of 40,000 GB", "0.5 GB"),
        (45_020_000_000_000, 40 * 2**40, "45 of 44 TB", "1 TB"),
        (4_800_000_000_000, 4 * TB, "4.8 of 4 TB", "0.8 TB"),
        (12_000_000_000, 40 * TB, "0.012 of 40 TB", "39.988 TB"),
        (2_000_000_000, 40 * TB, "2 GB of 40 TB", "40 TB"),
        (40 * TB, 40 * TB, "40 of 40 TB", "0 TB"),
        (3 * TB, 0, "3 of 0 TB", "3 TB"),
    ],
)
def test_what_is_compared_stands_in_one_unit_with_digits_enough(used, limit, shown, rest):
    assert units.format_of(used, limit, "bytes") == shown
    assert Compared.of(used, limit).rest_shown == rest


def read(shown: str) -> Fraction:
    number, unit = shown.replace(",", "").split()
    return Fraction(number) * 1000 ** SI.index(unit)


@given(amounts_of_both)
def test_figures_side_by_side_agree_with_each_other_and_with_the_truth(both):
    used, limit = both
    compared = Compared.of(used, limit)
    shown, of, rest = map(read, (compared.used_shown, compared.limit_shown, compared.rest_shown))
    assert (shown > of, shown < of) == (used > limit, used < limit)
    assert shown == pytest.approx(used, rel=0.051, abs=0.5)
    assert of == pytest.approx(limit, rel=0.051, abs=0.5)
    assert rest == pytest.approx(abs(used - limit), rel=0.11, abs=1)
    if max(used, limit) < 10 * min(used, limit):
        assert compared.used_shown.split()[1] == compared.limit_shown.split()[1]
        assert abs(shown - of) == rest or compared.rest_shown.split()[1] != compared.limit_shown.split()[1]


@given(st.integers(0, 10**19), st.integers(1, 10**18), st.sampled_from([(0.8, 0.9, 1.0), (0.7, 0.845, 1.1)]))
def test_a_percentage_is_rounded_and_on_its_side_of_every_threshold(used, limit, thresholds):
    share, exact = units.percent(used, limit, thresholds), Fraction(used) * 100 / limit
    *reached, passed = thresholds
    assert all((share >= 100 * threshold) == (used >= threshold * limit) for threshold in reached)
    assert (share > 100 * passed) == (used > passed * limit)
    edges = [*(100 * threshold for threshold in thresholds), 100]
    if all(abs(exact - Fraction(edge)) > 1 for edge in edges):
        assert share == math.floor(exact + Fraction(1, 2))


@pytest.fixture
def binary() -> Iterator[None]:
    """Sizes as a site may want to show them."""
    show_in(Sizes.BINARY)
    yield
    show_in(Sizes.DECIMAL)


@pytest.mark.usefixtures("binary")
@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 B"),
        (1023, "1,023 B"),
        (1024, "1 KiB"),
        (1024**2 - 1, "1 MiB"),
        (40 * 2**40, "40 TiB"),
        (40 * TB, "36.4 TiB"),
        (1023 * 2**40, "1,023 TiB"),
        (-(2**30), "-1 GiB"),
    ],
)
def test_a_site_may_show_sizes_in_binary_units(size: int, shown: str) -> None:
    assert units.format_size(size) == shown
    assert units.format_byte_days(size) == f"{shown}·days"


@given(st.integers(1, 2**62), st.integers(1, 2**62))
def test_what_is_compared_in_binary_units_is_told_from_each_other(used: int, limit: int) -> None:
    show_in(Sizes.BINARY)
    try:
        compared = Compared.of(used, limit)
        shown = units.format_of(used, limit, "bytes")
    finally:
        show_in(Sizes.DECIMAL)
    assert (compared.used > compared.limit) <= (used > limit)
    assert (compared.used < compared.limit) <= (used < limit)
    assert abs(compared.rest - abs(used - limit)) <= max(compared.scale.step, Fraction(abs(used - limit), 10))
    assert not set(shown.split()) & set(SI[1:])


@pytest.mark.parametrize(
    ("number", "noun", "shown"),
    [
        (1, "day", "1 day"),
        (2, "day", "2 days"),
        (2, "delivery", "2 deliveries"),
        (1200, "scan", "1,200 scans"),
    ],
)
def test_many_of_a_thing(number: int, noun: str, shown: str) -> None:
    assert units.counted(number, noun) == shown


@pytest.mark.parametrize("text", ["30d", "36h", "90min", "61s", "0.5s", "0d"])
def test_a_duration_is_written_as_it_is_read(text: str) -> None:
    assert units.write_duration(units.parse_duration(text)) == text
