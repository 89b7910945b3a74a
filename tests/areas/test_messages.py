import copy
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nouns import NOW, findings, orders, results, times, usages

from xfc_notify.areas.messages import dump_order, dump_result, load_order, load_result
from xfc_notify.domain import Finding, Level
from xfc_notify.errors import BadMessage, NewerMessage
from xfc_notify.outbox.number import dump_delivery, load_delivery
from xfc_notify.scan.order import ScanOrder, SliceResult
from xfc_notify.store.finding_json import dump_finding, load_finding
from xfc_notify.store.usage_json import dump_usage, load_usage
from xfc_notify.usage import Clock, Entry, Errors, Usage
from xfc_notify.usage.directories import Directory, Subtotal
from xfc_notify.usage.links import Link
from xfc_notify.usage.tally import Tally

Path = tuple[str | int, ...]

NAMES = (b"plain", b"two\nlines", b"\x1b[2J", b"J\xfcrgen", b"\\x2e\\x2e", "\u202e".encode(), b"<b>")
ORDER = ScanOrder(
    scan_id="0b9d6f2e-4c7a-4a57-9f6b-2f6f3f0e6a11",
    slice_id="7f0d0a5e-1b61-4b55-8d6f-0f4b6a3c2d10",
    root=b"/vol1/\xff",
    directories=(b"", *NAMES, b"/".join(NAMES)),
    as_of=NOW,
    clock=Clock.CTIME,
    budget=60.0,
    uid=1001,
)
TALLY = Tally(3, 2**70, 512, 2**100)
USAGE = Usage(
    NOW,
    total=TALLY,
    directories=1,
    oldest=-5,
    newest=2**40,
    by_age={0: TALLY},
    by_owner={2**32 - 1: TALLY},
    by_directory=dict.fromkeys((b".", b"", *NAMES), TALLY),
    oldest_by_directory={b".": -5, b"": 2**40} | dict.fromkeys(NAMES, 7),
    by_type={"nc": TALLY, "": TALLY, "(other)": TALLY},
    largest=(Entry(2**100, 2**63 - 1, b"a/\xff"),),
    errors={"unreadable": Errors(2, (b".", b"a/b"))},
    tree={
        b"": Directory(Subtotal(TALLY, -5, 7)),
        b"a\xff": Directory(Subtotal(TALLY, -5, 2**40), cut=True, doubt=TALLY),
        b"a\xff/b\n": Directory(Subtotal(TALLY, 1, 2)),
    },
    links={(2**40, 2**63): Link(b"a\xff/x.nc", "nc", 9, 2, 2**60, 512, -5, 2**32 - 1)},
)
RESULT = SliceResult(
    ORDER.scan_id, ORDER.slice_id, USAGE, remaining=NAMES, seconds=1.5, host="node1", failure=None
)

Load = Callable[[object], object]
KINDS: dict[str, tuple[Load, dict[str, Any]]] = {
    "order": (load_order, dump_order(ORDER)),
    "result": (load_result, dump_result(RESULT)),
    "usage": (load_usage, dump_usage(USAGE)),
}


def over_the_wire(data: Any) -> Any:
    return json.loads(json.dumps(data))


@given(orders())
@example(ORDER)
def test_an_order_arrives_exactly_as_it_was_sent(order: ScanOrder) -> None:
    assert load_order(over_the_wire(dump_order(order))) == order


@given(results())
@example(RESULT)
def test_a_result_arrives_exactly_as_it_was_sent(result: SliceResult) -> None:
    assert load_result(over_the_wire(dump_result(result))) == result


@given(usages(times, st.sampled_from(Clock)))
@example(USAGE)
def test_a_usage_is_read_exactly_as_it_was_written(usage: Usage) -> None:
    assert load_usage(over_the_wire(dump_usage(usage))) == usage


@given(findings())
def test_a_finding_is_read_exactly_as_it_was_written(finding: Finding) -> None:
    assert load_finding(over_the_wire(dump_finding(finding))) == finding


def test_a_finding_keeps_its_day_and_its_words() -> None:
    finding = Finding(
        Level.WARNING,
        used=2**70 + 1,
        limit=0.1 + 0.2,
        unit="bytes",
        title="<b>\n\ud800",
        due=datetime(2026, 3, 9, 12, 30, 15, 250_000, tzinfo=UTC),
        facts={"half a pair": "\udcff"},
        policy="own",
        thresholds=(0.5, 0.75, 1.0),
    )
    assert load_finding(over_the_wire(dump_finding(finding))) == finding


def test_sparse_files_of_the_largest_size_that_exists_are_still_counted() -> None:
    huge = Usage(NOW, total=Tally.of(1, 2**63 - 1, (2**63 - 1) * 10**10))
    whole = sum([huge] * 99, huge)
    assert load_usage(over_the_wire(dump_usage(whole))).size == 100 * (2**63 - 1)


@settings(max_examples=30)
@given(usages(), usages())
def test_adding_up_and_sending_can_be_done_in_either_order(one: Usage, other: Usage) -> None:
    assert load_usage(dump_usage(one)) + load_usage(dump_usage(other)) == load_usage(dump_usage(one + other))


def places(data: Any, where: Path = ()) -> Iterator[Path]:
    """The ways to every value inside a JSON value."""
    inner: Iterator[tuple[str | int, Any]] = iter(())
    if isinstance(data, dict):
        inner = iter(data.items())
    elif isinstance(data, list):
        inner = iter(enumerate(data))
    for key, value in inner:
        yield (*where, key)
        yield from places(value, (*where, key))


def at(data: Any, where: Path) -> Any:
    for key in where:
        data = data[key]
    return data


def changed(data: Any, where: Path, value: Any) -> Any:
    result = copy.deepcopy(data)
    at(result, where[:-1])[where[-1]] = value
    return result


def kind_of(value: Any) -> str:
    return "number" if type(value) in (int, float) else type(value).__name__


STRANGE: tuple[Any, ...] = (
    None, True, [], {}, "", "x", -1, 0.5, 1e300, 10**400, float("nan"), float("inf"), [1], [[[]]], {"": None},
    "\ud800", "a\0b", "\\x00", "\\", "9" * 5000,
)  # fmt: skip
# Where a value of another kind means something as well.
NULLABLE = {("oldest",), ("newest",), ("failure",), ("uid",)}


def means_something(where: Path, old: Any, new: Any) -> bool:
    if new is None:
        return where[-1:] in NULLABLE
    return kind_of(new) == kind_of(old) or (old is None and where[-1:] in NULLABLE)


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_key_is_a_bad_message(kind: str) -> None:
    load, good = KINDS[kind]
    keys = [key for key in good if key != "usage"] + ([("usage", key) for key in good.get("usage", ())])
    for key in keys:
        if "oldest_by_directory" in key:
            continue
        data = copy.deepcopy(good)
        way = key if isinstance(key, tuple) else (key,)
        del at(data, way[:-1])[way[-1]]
        with pytest.raises(BadMessage, match=f"KeyError: '{way[-1]}'"):
            load(data)


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_of_another_type_is_a_bad_message_wherever_it_stands(kind: str) -> None:
    load, good = KINDS[kind]
    tried = 0
    for where in places(good):
        for value in STRANGE:
            if not means_something(where, at(good, where), value):
                tried += 1
                with pytest.raises(BadMessage):
                    load(changed(good, where, value))
    assert tried > 100


@pytest.mark.parametrize("kind", KINDS)
def test_a_strange_value_of_the_right_type_passes_or_is_a_bad_message_and_nothing_else(kind: str) -> None:
    load, good = KINDS[kind]
    for where in places(good):
        for value in STRANGE:
            with suppress(BadMessage):
                load(changed(good, where, value))


@pytest.mark.parametrize("value", ["\n\x1b[2J", "\u202e", "\ud800", "x" * 10**5, "<b>"])
def test_what_is_wrong_with_a_message_is_told_in_one_short_printable_line(value: str) -> None:
    for key in ("scan_id", "as_of", "clock", "directories"):
        bad = [value + "\\"] if key == "directories" else value
        with pytest.raises(BadMessage) as caught:
            load_order(dump_order(ORDER) | {key: bad})
        assert caught.value.what.isprintable()
        assert len(caught.value.what) < 300


@pytest.mark.parametrize("number", [-1, 2**200, 10**400, float("nan"), float("inf"), True, "1", None, 1.0])
@pytest.mark.parametrize(
    "where",
    [
        ("directories",),
        ("birth_times",),
        ("total", 0),
        ("total", 1),
        ("total", 3),
        ("tree", 1, 0),
        ("tree", 1, 2, 1),
        ("tree", 1, 3),
        ("tree", 1, 4, 0),
        ("links", 0, 1),
        ("links", 0, 5),
        ("by_age", "0", 0),
        ("largest", 0, 0),
        ("largest", 0, 1),
        ("errors", "unreadable", 0),
    ],
)
def test_only_whole_numbers_that_can_be_are_counts(where: Path, number: Any) -> None:
    with pytest.raises(BadMessage):
        load_usage(changed(dump_usage(USAGE), where, number))


@pytest.mark.parametrize("seconds", [-0.1, 1e9, 10**400, float("nan"), float("-inf"), True, "60", None])
def test_only_a_time_that_can_be_is_a_budget(seconds: Any) -> None:
    with pytest.raises(BadMessage):
        load_order(dump_order(ORDER) | {"budget": seconds})
    with pytest.raises(BadMessage):
        load_result(dump_result(RESULT) | {"seconds": seconds})


ESCAPES = ["../x", "..", ".", "/x", "/", "a//b", "a/", "a/../b", "a/./b", "\\x2e\\x2e/x", "\\x2fx", "a\\x00b"]


@pytest.mark.parametrize("path", ESCAPES)
def test_a_path_that_leads_out_of_the_area_is_a_bad_message(path: str) -> None:
    with pytest.raises(BadMessage):
        load_order(dump_order(ORDER) | {"directories": ["fine", path]})
    with pytest.raises(BadMessage):
        load_result(dump_result(RESULT) | {"remaining": ["fine", path]})
    with pytest.raises(BadMessage):
        load_usage(dump_usage(USAGE) | {"largest": [[1, 1, path]]})
    if path != ".":  # stands for loose files
        with pytest.raises(BadMessage):
            load_usage(dump_usage(USAGE) | {"by_directory": {path: [0, {}]}})
        with pytest.raises(BadMessage):
            load_usage(dump_usage(USAGE) | {"oldest_by_directory": {path: 0}})


MESSAGES: dict[str, tuple[Load, dict[str, Any]]] = {
    "scan order": KINDS["order"],
    "slice result": KINDS["result"],
    "delivery": (load_delivery, dump_delivery(7)),
}


def test_a_delivery_arrives_as_it_was_sent() -> None:
    assert load_delivery(over_the_wire(dump_delivery(2**31 - 1))) == 2**31 - 1


@pytest.mark.parametrize("what", MESSAGES)
def test_what_a_newer_version_adds_is_passed_over(what: str) -> None:
    load, good = MESSAGES[what]
    assert load(good | {"colour": {"of": ["money"]}}) == load(good)


@pytest.mark.parametrize("what", MESSAGES)
def test_a_message_of_a_newer_format_is_told_from_one_that_is_not_ours(what: str) -> None:
    load, good = MESSAGES[what]
    known = good["format"]
    for newer in (good | {"format": known + 1}, {"format": 2**63 - 1}):
        with pytest.raises(
            NewerMessage, match=f"a {what} of format {newer['format']}, .* up to {known}: upgrade"
        ):
            load(newer)
    for number in (None, 0, -1, True, "2", 2.5, 2**63, 10**400):
        with pytest.raises(BadMessage) as caught:
            load(good | {"format": number})
        assert not isinstance(caught.value, NewerMessage)


def test_a_scanner_of_an_earlier_version_knows_no_oldest_arrivals_by_directory() -> None:
    data = dump_usage(USAGE)
    del data["oldest_by_directory"]
    assert load_usage(data) == replace(USAGE, oldest_by_directory={})


@pytest.mark.parametrize("key", ["-1", " 1", "1_0", "+1", "٣", "01", "1.0", "x", "", "9" * 5000, str(2**63)])
@pytest.mark.parametrize("table", ["by_age", "by_owner"])
def test_a_key_that_is_no_plain_number_is_a_bad_message(table: str, key: str) -> None:
    with pytest.raises(BadMessage):
        load_usage(dump_usage(USAGE) | {table: {key: [0, {}]}})


def test_a_link_count_of_zero_is_a_bad_message() -> None:
    with pytest.raises(BadMessage):
        load_usage(dump_usage(USAGE) | {"total": [1, {"0": [1, 1, 1]}]})


@pytest.mark.parametrize("time", ["2026-03-02T08:00:00", "0001-01-01T00:00:00+23:59", "now", "", 0, None])
def test_a_time_without_a_zone_or_beyond_all_times_is_a_bad_message(time: Any) -> None:
    with pytest.raises(BadMessage):
        load_order(dump_order(ORDER) | {"as_of": time})
    with pytest.raises(BadMessage):
        load_usage(dump_usage(USAGE) | {"as_of": time})


@pytest.mark.parametrize(
    "name", ["", "1", "not-an-id", "../../etc/passwd", "'; DROP TABLE scan; --", 7, None]
)
def test_a_name_that_is_no_identifier_is_a_bad_message(name: Any) -> None:
    for key in ("scan_id", "slice_id"):
        with pytest.raises(BadMessage):
            load_order(dump_order(ORDER) | {key: name})
        with pytest.raises(BadMessage):
            load_result(dump_result(RESULT) | {key: name})


def test_texts_of_a_result_are_cut_to_a_length_that_can_be_kept() -> None:
    result = load_result(dump_result(replace(RESULT, host="h" * 10**6, failure="f" * 10**6)))
    assert (len(result.host), len(result.failure or "")) == (255, 1000)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(st.sampled_from(sorted(KINDS)), json_values)
def test_arbitrary_json_is_a_bad_message(kind: str, data: Any) -> None:
    with pytest.raises(BadMessage):
        KINDS[kind][0](data)


@given(st.data(), st.sampled_from(sorted(KINDS)))
def test_arbitrary_json_anywhere_in_a_message_is_at_worst_a_bad_message(
    data: st.DataObject, kind: str
) -> None:
    load, message = KINDS[kind]
    for _ in range(data.draw(st.integers(1, 3))):
        where = data.draw(st.sampled_from(sorted(places(message), key=str)))
        message = changed(message, where, data.draw(json_values))
    try:
        loaded = load(message)
    except BadMessage:
        return
    assert type(loaded) in (ScanOrder, SliceResult, Usage)
