from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nouns import usages

from xfc_notify.usage import Clock, Entry, Errors, Usage
from xfc_notify.usage.ages import age_bin
from xfc_notify.usage.summary import (
    LARGEST,
    MOST_DIRECTORIES,
    MOST_TYPES,
    OTHER_DIRECTORIES,
    OTHER_TYPES,
    SAMPLES,
)
from xfc_notify.usage.tally import Tally

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = 86_400

few = settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])  # they are large


@few
@given(usages(), usages(), usages())
def test_usages_add_up_in_any_grouping(one: Usage, two: Usage, three: Usage) -> None:
    assert (one + two) + three == one + (two + three)


@few
@given(usages(), usages())
def test_usages_add_up_in_any_order(one: Usage, other: Usage) -> None:
    assert one + other == other + one


@few
@given(usages())
def test_nothing_added_changes_nothing(usage: Usage) -> None:
    nothing = Usage(usage.as_of, usage.clock)
    assert usage + nothing == usage == nothing + usage


@few
@given(usages(), usages())
def test_a_sum_leaves_its_parts_as_they_were(one: Usage, other: Usage) -> None:
    before = deepcopy((one, other))
    _ = one + other
    assert (one, other) == before


@few
@given(usages(), usages())
def test_the_figures_add_up(one: Usage, other: Usage) -> None:
    whole = one + other
    assert whole.files == one.files + other.files
    assert whole.size == one.size + other.size
    assert whole.allocated == one.allocated + other.allocated
    assert whole.byte_seconds == one.byte_seconds + other.byte_seconds


def test_slices_of_different_scans_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="different scans"):
        Usage(NOW) + Usage(NOW + timedelta(seconds=1))
    with pytest.raises(ValueError, match="different scans"):
        Usage(NOW, Clock.MTIME) + Usage(NOW, Clock.CTIME)


def test_the_time_is_kept_in_whole_seconds_of_utc() -> None:
    local = datetime(2026, 3, 2, 9, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    assert Usage(local).as_of == NOW
    assert Usage(local).as_of.tzinfo is UTC


def test_two_terabytes_kept_for_seven_days_are_fourteen_terabyte_days() -> None:
    usage = Usage(NOW, total=Tally.of(1, 2 * 10**12, 2 * 10**12 * 7 * DAY))
    assert usage.temporal_usage == 14e12


def test_the_sum_of_huge_figures_is_exact() -> None:
    huge = Usage(NOW, total=Tally.of(1, 2**63 - 1, (2**63 - 1) * 10**10))
    assert (huge + huge + huge).byte_seconds == 3 * (2**63 - 1) * 10**10


@pytest.mark.parametrize(
    ("kinds", "complete"),
    [
        ((), True),
        (("vanished",), True),
        (("vanished", "other_file_system", "excluded", "odd_time"), True),
        (("hard_links",), False),
        (("unreadable",), False),
        (("vanished", "unreadable"), False),
        (("anything new",), False),
    ],
)
def test_a_scan_is_complete_unless_something_could_not_be_read(
    kinds: tuple[str, ...], complete: bool
) -> None:
    errors: Mapping[str, Errors] = {kind: Errors(1, (b"x",)) for kind in kinds}
    assert Usage(NOW, errors=errors).complete is complete
    assert (Usage(NOW) + Usage(NOW, errors=errors)).complete is complete


def test_errors_keep_the_first_paths_in_the_order_of_their_bytes() -> None:
    one, other = Errors(4, (b"b", b"d", b"f")), Errors(9, (b"a", b"b", b"\xff"))
    assert one + other == Errors(13, (b"a", b"b", b"d"))
    assert len((one + other).samples) == SAMPLES


def test_only_the_heaviest_files_are_kept_by_name() -> None:
    light = Usage(NOW, largest=tuple(Entry(i, i, b"light") for i in range(LARGEST, 0, -1)))
    heavy = Usage(NOW, largest=(Entry(100, 7, b"heavy"),))
    whole = light + heavy
    assert len(whole.largest) == LARGEST
    assert whole.largest[0] == Entry(100, 7, b"heavy")
    assert whole.largest[-1].byte_seconds == 2


def test_oldest_and_newest_are_those_of_both() -> None:
    empty, one, other = Usage(NOW), Usage(NOW, oldest=5, newest=9), Usage(NOW, oldest=7, newest=11)
    assert ((empty + empty).oldest, (empty + empty).newest) == (None, None)
    assert ((empty + one).oldest, (one + empty).newest) == (5, 9)
    assert ((one + other).oldest, (other + one).newest) == (5, 11)


def test_directories_that_lose_their_names_pool_their_oldest_arrivals() -> None:
    names = [b"%05d" % number for number in range(MOST_DIRECTORIES + 2)]
    usage = Usage(
        NOW,
        by_directory={name: Tally.of(1, int(name)) for name in names},
        oldest_by_directory={name: 100 + int(name) for name in names} | {b"": 101},
    ).bounded()
    assert usage.oldest_by_directory.keys() == usage.by_directory.keys()
    assert usage.oldest_by_directory[b""] == 100
    assert usage.oldest_by_directory[names[-1]] == 100 + int(names[-1])


@pytest.mark.parametrize("backwards", [False, True])
def test_of_directories_and_types_of_one_size_the_last_by_name_are_kept_wherever_they_were_found(
    backwards: bool,
) -> None:
    names = [f"{number:05}" for number in range(MOST_DIRECTORIES + 2)]
    found = sorted(names, reverse=backwards)
    usage = Usage(
        NOW,
        by_directory={name.encode(): Tally.of(1, 7) for name in found},
        by_type={name: Tally.of(1, 7) for name in found},
    ).bounded()
    assert usage.by_directory.keys() == {OTHER_DIRECTORIES, *(name.encode() for name in names[2:])}
    assert usage.by_directory[OTHER_DIRECTORIES] == Tally.of(2, 14)
    assert usage.by_type.keys() == {OTHER_TYPES, *names[-MOST_TYPES:]}
    assert usage.largest_directories(2) == [
        (name.encode(), Tally.of(1, 7)) for name in (names[-1], names[-2])
    ]


def test_what_was_pooled_before_stays_pooled_and_takes_no_place() -> None:
    names = [b"%05d" % number for number in range(MOST_DIRECTORIES)]
    full = Usage(
        NOW, by_directory={OTHER_DIRECTORIES: Tally.of(3, 0)} | {name: Tally.of(1, 1) for name in names}
    )
    assert full.bounded() == full
    without = Usage(NOW, by_directory={name: Tally.of(1, 1) for name in names})
    assert without.bounded() == without
    more = (full + Usage(NOW, by_directory={b"more": Tally.of(1, 5)})).bounded()
    assert more.by_directory.keys() == {OTHER_DIRECTORIES, b"more", *names[1:]}
    assert more.by_directory[OTHER_DIRECTORIES] == Tally.of(4, 1)


def test_files_are_counted_from_an_age_on() -> None:
    usage = Usage(NOW, by_age={days: Tally.of(1, days) for days in (0, 29, 30, 31, 400, 430, 4000)})
    assert (usage.aged(30).files, usage.aged(30).size) == (5, 30 + 31 + 400 + 430 + 4000)
    assert (usage.aged(401).files, usage.aged(430).files, usage.aged(9999).files) == (3, 2, 1)
    assert usage.aged(0).files == 7


def test_the_largest_directories_come_first() -> None:
    sizes = {b"a": 5, b"b": 9, b".": 7, b"c": 9}
    usage = Usage(NOW, by_directory={name: Tally.of(1, size) for name, size in sizes.items()})
    assert [name for name, _ in usage.largest_directories(3)] == [b"c", b"b", b"."]


@pytest.mark.parametrize(
    ("seconds", "days"),
    [
        (-5, 0),
        (0, 0),
        (DAY - 1, 0),
        (DAY, 1),
        (399 * DAY, 399),
        (400 * DAY, 400),
        (429 * DAY, 400),
        (430 * DAY, 430),
        (4000 * DAY, 4000),
        (10**12, 4000),
    ],
)
def test_ages_are_counted_by_the_day_then_by_the_month_then_all_together(seconds: int, days: int) -> None:
    assert age_bin(seconds) == days


@given(st.integers(0, 10**10))
def test_an_age_lies_in_its_bin(seconds: int) -> None:
    edge, days = age_bin(seconds), seconds // DAY
    assert edge <= days
    assert days == edge or 400 <= edge <= days < edge + 30 or edge == 4000
    assert age_bin(edge * DAY) == edge
