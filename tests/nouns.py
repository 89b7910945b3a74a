"""The nouns as hypothesis makes them: with every name, every number and every time that can occur."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from xfc_notify.domain import Exemption, Finding, Level
from xfc_notify.scan.order import ScanOrder, SliceResult
from xfc_notify.usage import Clock, Entry, Errors, Usage
from xfc_notify.usage.directories import NOTHING, Directory, Subtotal
from xfc_notify.usage.summary import LARGEST, SAMPLES
from xfc_notify.usage.tally import Tally

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

counts = st.integers(0, 2**62 - 1)  # so that the sum of two is a count as well
sizes = st.integers(0, 2**63 - 1)
sums = st.integers(0, 2**120)
components = st.binary(min_size=1, max_size=12).filter(
    lambda name: name not in (b".", b"..") and b"/" not in name and b"\0" not in name
)
inside = st.lists(components, max_size=4).map(b"/".join)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
times = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def tallies() -> st.SearchStrategy[Tally]:
    return st.builds(Tally, counts, sums, sums, sums)


def errors() -> st.SearchStrategy[Errors]:
    samples = st.sets(inside | st.just(b"."), max_size=SAMPLES).map(lambda found: tuple(sorted(found)))
    return st.builds(Errors, counts, samples)


def trees() -> st.SearchStrategy[dict[bytes, Directory]]:
    """Directory summaries: with each directory all those above it."""
    subtotals = st.builds(Subtotal, tallies(), st.just(-5), st.integers(0, 2**40))
    directories = st.builds(Directory, subtotals, st.booleans(), st.just(NOTHING) | tallies())
    return st.dictionaries(inside, directories, max_size=4).map(
        lambda found: {above: Directory() for path in found for above in _way(path)} | found
    )


def _way(path: bytes) -> list[bytes]:
    names = path.split(b"/")
    return [b"/".join(names[:count]) for count in range(len(names) + 1)]


one_time: st.SearchStrategy[datetime] = st.just(NOW)
one_clock: st.SearchStrategy[Clock] = st.just(Clock.ARRIVAL)


def usages(
    as_of: st.SearchStrategy[datetime] = one_time, clock: st.SearchStrategy[Clock] = one_clock
) -> st.SearchStrategy[Usage]:
    """Usages; of one scan, so that they add up, unless told otherwise."""
    entries = st.lists(st.builds(Entry, sums, sizes, inside), max_size=LARGEST)
    seconds = st.none() | st.integers(-(2**40), 2**62)
    return st.builds(
        Usage,
        as_of=as_of,
        clock=clock,
        total=tallies(),
        directories=counts,
        symlinks=counts,
        others=counts,
        birth_times=counts,
        oldest=seconds,
        newest=seconds,
        by_age=st.dictionaries(st.integers(0, 4000), tallies(), max_size=3),
        by_owner=st.dictionaries(st.integers(0, 2**32 - 1), tallies(), max_size=3),
        by_directory=st.dictionaries(components | st.sampled_from([b".", b""]), tallies(), max_size=3),
        oldest_by_directory=st.dictionaries(
            components | st.sampled_from([b".", b""]), st.integers(-(2**40), 2**62), max_size=3
        ),
        by_type=st.dictionaries(texts, tallies(), max_size=3),
        largest=entries.map(lambda found: tuple(sorted(found, reverse=True))),
        errors=st.dictionaries(texts, errors(), max_size=3),
        tree=trees(),
    )


def orders() -> st.SearchStrategy[ScanOrder]:
    return st.builds(
        ScanOrder,
        scan_id=st.uuids().map(str),
        slice_id=st.uuids().map(str),
        root=inside.map(lambda path: b"/" + path),
        directories=st.lists(inside, max_size=4).map(tuple),
        as_of=times,
        clock=st.sampled_from(Clock),
        budget=st.floats(0, 600),
        one_file_system=st.booleans(),
        again=st.booleans(),
        uid=st.none() | st.integers(0, 2**32 - 1),
    )


def results() -> st.SearchStrategy[SliceResult]:
    return st.builds(
        SliceResult,
        scan_id=st.uuids().map(str),
        slice_id=st.uuids().map(str),
        usage=usages(times, st.sampled_from(Clock)),
        remaining=st.lists(inside, max_size=4).map(tuple),
        seconds=st.floats(0, 1e6),
        host=texts,
        failure=st.none() | texts,
    )


def findings() -> st.SearchStrategy[Finding]:
    amounts = st.integers(-(10**40), 10**40) | st.floats(-1e299, 1e299)
    shares = st.floats(0.01, 10)
    anything = st.text(max_size=20)
    return st.builds(
        Finding,
        level=st.sampled_from(Level),
        used=amounts,
        limit=amounts,
        unit=anything,
        title=anything,
        due=st.none() | st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=offsets),  # noqa: DTZ001
        facts=st.dictionaries(anything, anything, max_size=3),
        policy=st.none() | anything,
        thresholds=st.tuples(shares, shares, shares),
        milestone=st.none() | st.integers(-1000, 1000),
        left_at=st.none() | st.tuples(shares, shares, shares),
        ahead=st.none() | st.integers(0, 1000),
        lifted=st.none() | st.builds(Exemption, anything, times, anything),
    )
