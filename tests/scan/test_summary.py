import tracemalloc
from datetime import UTC, datetime
from functools import reduce
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xfc_notify.scan import named as named_module
from xfc_notify.scan import summary as summary_module
from xfc_notify.scan.file_type import file_type
from xfc_notify.scan.stat import Stat
from xfc_notify.scan.summary import Summary
from xfc_notify.usage import Clock, Entry, Errors, Usage, directories
from xfc_notify.usage.summary import MOST_DIRECTORIES, MOST_TYPES, OTHER_DIRECTORIES, OTHER_TYPES

from .trees import DAY, NAMES_AND_TYPES, NOW, SECOND


def looked_at(
    size: int, age: int = 0, links: int = 1, owner: int = 7, born: bool = False, inode: int = 1
) -> Stat:
    arrival = SECOND - age
    return Stat(0o100644, size, 512 * (size // 512), links, owner, 1, inode, (True, 1), arrival, born, False)


def test_nothing_added_is_an_empty_usage() -> None:
    assert Summary(NOW, Clock.MTIME).usage() == Usage(NOW, Clock.MTIME)


def test_a_file_is_counted_in_every_table() -> None:
    summary = Summary(NOW, Clock.ARRIVAL)
    summary.at([b"run 1", b"raw"])
    summary.add(b"Sample.FASTQ.gz", looked_at(1_000, 3 * DAY, born=True))
    usage = summary.usage()
    assert (usage.files, usage.size, usage.allocated, usage.byte_seconds) == (1, 1_000, 512, 3_000 * DAY)
    assert usage.total == usage.by_age[3] == usage.by_owner[7] == usage.by_directory[b"run 1"]
    assert usage.total == usage.by_type["fastq.gz"]
    assert usage.largest == (Entry(3_000 * DAY, 1_000, b"run 1/raw/Sample.FASTQ.gz"),)
    assert (usage.birth_times, usage.oldest, usage.newest) == (1, SECOND - 3 * DAY, SECOND - 3 * DAY)


def test_every_file_with_a_birth_time_is_counted_among_those_that_are_alike() -> None:
    summary = Summary(NOW, Clock.ARRIVAL)
    for born in (True, True, False):
        summary.add(b"f", looked_at(1, DAY, born=born))
    assert summary.usage().birth_times == 2


def test_loose_files_stand_under_a_dot_and_have_plain_paths() -> None:
    summary = Summary(NOW, Clock.MTIME)
    summary.at([])
    summary.add(b"loose", looked_at(5))
    summary.at([b"a"])
    summary.add(b"inside", looked_at(6))
    usage = summary.usage()
    assert {name: tally.size for name, tally in usage.by_directory.items()} == {b".": 5, b"a": 6}
    assert {entry.path for entry in usage.largest} == {b"loose", b"a/inside"}


def test_each_directory_knows_its_oldest_arrival_wherever_the_walk_comes_back_to_it() -> None:
    summary = Summary(NOW, Clock.MTIME)
    for names, age in (([], 2), ([b"a"], 5), ([b"b", b"c"], 1), ([b"a", b"b"], 9), ([], 1), ([b"a"], 3)):
        summary.at(names)
        summary.add(b"file", looked_at(1, age * DAY))
    usage = summary.usage()
    ages = {name: (SECOND - oldest) // DAY for name, oldest in usage.oldest_by_directory.items()}
    assert ages == {b".": 2, b"a": 9, b"b": 1}
    assert (usage.oldest, usage.newest) == (SECOND - 9 * DAY, SECOND - DAY)


def test_a_time_in_the_future_counts_as_age_zero_and_is_the_newest() -> None:
    summary = Summary(NOW, Clock.MTIME)
    summary.add(b"tomorrow", looked_at(9, age=-DAY))
    summary.add(b"yesterday", looked_at(1, age=DAY))
    usage = summary.usage()
    assert usage.byte_seconds == DAY
    assert usage.by_age.keys() == {0, 1}
    assert (usage.oldest, usage.newest) == (SECOND - DAY, SECOND + DAY)


def test_ages_are_binned_by_day_then_by_thirty_days_then_together() -> None:
    summary = Summary(NOW, Clock.MTIME)
    for days in (0, 399, 400, 429, 430, 3_999, 4_000, 9_999):
        summary.add(b"f", looked_at(1, days * DAY))
    bins = {edge: tally.files for edge, tally in summary.usage().by_age.items()}
    assert bins == {0: 1, 399: 1, 400: 2, 430: 1, 3_970: 1, 4_000: 2}


def test_the_largest_are_those_with_the_most_bytes_times_age_per_link() -> None:
    summary = Summary(NOW, Clock.MTIME)
    everything = []
    for number in range(500):
        size, age, links = number * 7_919 % 503, number * 31 % 97, number % 3 + 1
        summary.add(b"%03d" % number, looked_at(size, age, links, inode=number))
        everything.append(Entry(size * age // links, size, b"%03d" % number))
    assert summary.usage().largest == tuple(sorted(everything, reverse=True)[:20])


def test_an_inode_counts_once_at_the_first_of_its_names_that_were_met() -> None:
    summary = Summary(NOW, Clock.MTIME)
    for names, name in (([b"b"], b"c.nc"), ([b"a", b"x"], b"b.txt"), ([b"a"], b"y.nc")):
        summary.at(names)
        summary.add(name, looked_at(100, 10, links=4, inode=7))
    usage = summary.usage()
    assert (usage.files, usage.size, usage.byte_seconds) == (3, 100, 1_000)
    assert {kind: tally.size for kind, tally in usage.by_type.items()} == {"nc": 0, "txt": 100}
    assert {name: tally.size for name, tally in usage.by_directory.items()} == {b"a": 100, b"b": 0}
    [link] = usage.links.values()
    assert (link.path, link.met, link.links) == (b"a/x/b.txt", 3, 4)
    assert usage.finished().links == {}


def test_inodes_that_are_too_many_count_their_part_at_each_name_and_are_noted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(summary_module, "MOST_TRACKED", 1)
    summary = Summary(NOW, Clock.MTIME)
    for name, inode in ((b"a", 1), (b"b", 2), (b"c", 2), (b"d", 1)):
        summary.add(name, looked_at(100, links=3, inode=inode))
    usage = summary.usage()
    assert usage.size == 100 + 33 + 33
    assert usage.errors == {"hard_links": Errors(2, (b"b", b"c"))}
    assert not usage.complete


def test_a_file_without_a_time_that_can_be_is_new_and_noted() -> None:
    summary = Summary(NOW, Clock.MTIME)
    summary.add(b"file", looked_at(5)._replace(arrival=None, odd=True))
    usage = summary.usage()
    assert (usage.byte_seconds, usage.oldest, usage.newest) == (0, SECOND, SECOND)
    assert usage.errors == {"odd_time": Errors(1, (b"file",))}
    assert usage.complete


def test_an_error_of_the_area_itself_is_shown_as_a_dot() -> None:
    summary = Summary(NOW, Clock.MTIME)
    summary.fail("failed", b"")
    assert summary.usage().errors == {"failed": Errors(1, (b".",))}


def test_of_many_errors_the_first_paths_in_byte_order_are_kept() -> None:
    summary = Summary(NOW, Clock.MTIME)
    for path in (b"z", b"\xff", b"b", b"a", b"c"):
        summary.fail("unreadable", path)
    assert summary.usage().errors == {"unreadable": Errors(5, (b"a", b"b", b"c"))}


def test_a_flood_of_directories_keeps_the_largest_and_pools_the_rest_exactly() -> None:
    summary = Summary(NOW, Clock.MTIME)
    count = 2 * MOST_DIRECTORIES + 500
    for number in range(count):
        summary.at([b"d%06d" % number])
        summary.add(b"f", looked_at(number, age=count - number))
    usage = summary.usage()
    kept = usage.by_directory
    assert usage.oldest_by_directory.keys() == kept.keys()
    assert usage.oldest_by_directory[OTHER_DIRECTORIES] == SECOND - count
    assert usage.oldest_by_directory[b"d%06d" % (count - 1)] == SECOND - 1
    assert len(kept) == MOST_DIRECTORIES + 1
    assert kept[b"d%06d" % (count - 1)].size == count - 1
    assert kept[OTHER_DIRECTORIES].size == sum(range(count - MOST_DIRECTORIES))
    assert sum(tally.files for tally in kept.values()) == usage.files == count


def test_a_flood_of_types_is_pooled_exactly() -> None:
    summary = Summary(NOW, Clock.MTIME)
    for number in range(3 * MOST_TYPES):
        summary.at([b"%d" % number])
        summary.add(b"f.t%d" % number, looked_at(number))
    usage = summary.usage()
    assert len(usage.by_type) == MOST_TYPES + 1
    assert OTHER_TYPES in usage.by_type
    assert sum(tally.size for tally in usage.by_type.values()) == usage.size == sum(range(3 * MOST_TYPES))


@pytest.mark.parametrize("level", [True, False])
@pytest.mark.parametrize("kept", [100, 100_000])
def test_memory_is_bounded_against_a_flood_of_names(
    monkeypatch: pytest.MonkeyPatch, level: bool, kept: int
) -> None:
    """Of first-level directories and types, or of types within a single directory."""
    for bound in ("MOST_DIRECTORIES", "MOST_TYPES", "_MOST_CELLS"):
        monkeypatch.setattr(summary_module, bound, kept)
    monkeypatch.setattr(named_module, "_MOST", 4 * kept)
    monkeypatch.setattr(directories, "MOST_NAMED", kept)
    summary = Summary(NOW, Clock.MTIME)
    tracemalloc.start()
    for number in range(20_000):
        if level:
            summary.at([b"a rather long name of a directory %d" % number])
        summary.add(b"f.t%d" % number, looked_at(1, age=number))
        if level:
            summary.leave([b"a rather long name of a directory %d" % number])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (peak < 1_000_000) is (kept == 100)  # with so many kept by name it would be more
    usage = summary.usage()
    assert usage.files == sum(tally.files for tally in usage.by_type.values()) == 20_000
    assert (usage.oldest, usage.newest) == (SECOND - 19_999, SECOND)


@pytest.mark.parametrize(("name", "kind"), NAMES_AND_TYPES.items())
def test_the_type_of_a_file_is_its_suffix(name: bytes, kind: str) -> None:
    assert file_type(name) == kind


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    summary = Summary(NOW, Clock.MTIME)
    for _ in range(draw(st.integers(0, 12))):
        summary.at(draw(st.sampled_from([(), (b"a",), (b"a", b"b"), (b"c",)])))
        summary.add(
            draw(st.sampled_from([b"x", b"y.txt", b"z.tar.gz"])),
            looked_at(
                draw(st.integers(0, 2**60)),
                draw(st.integers(-DAY, 10_000 * DAY)),
                1,
                draw(st.integers(0, 3)),
                draw(st.booleans()),
            ),
        )
    for _ in range(draw(st.integers(0, 5))):
        summary.fail(draw(st.sampled_from(["unreadable", "vanished"])), draw(st.binary(max_size=2)))
    summary.directories, summary.symlinks, summary.others = draw(st.tuples(*[st.integers(0, 9)] * 3))
    return summary.usage()


@given(usages(), usages(), usages())
def test_usages_add_up_in_any_order_and_grouping(one: Usage, two: Usage, three: Usage) -> None:
    assert one + two == two + one
    assert (one + two) + three == one + (two + three)
    assert one + Usage(NOW, Clock.MTIME) == one


@given(st.lists(usages(), min_size=2, max_size=5))
def test_the_figures_of_a_sum_are_the_sums_of_the_figures(parts: list[Usage]) -> None:
    total = reduce(add, parts)
    assert total.size == sum(part.size for part in parts)
    assert total.byte_seconds == sum(part.byte_seconds for part in parts)
    assert total.files == sum(part.files for part in parts)
    assert total.files == sum(tally.files for tally in total.by_directory.values())


def test_fractions_of_a_second_are_cut_off() -> None:
    summary = Summary(datetime.fromtimestamp(SECOND + 0.9, UTC), Clock.MTIME)
    summary.add(b"f", looked_at(1, age=10))
    assert summary.usage().byte_seconds == 10
