"""Answers fit into messages, whatever users call their directories."""

from dataclasses import replace

import pytest
from test_messages import RESULT

from xfc_notify.areas.fitting import FRAME, fitting
from xfc_notify.areas.messages import dump_result, load_result
from xfc_notify.queues.encoder import LARGEST_SENT, as_json
from xfc_notify.usage import Entry, Errors, Usage
from xfc_notify.usage.summary import Tally


def long_names(count: int) -> list[bytes]:
    """Names of 255 bytes, none of which is a character."""
    return [
        f"{number:08}".encode().translate(bytes(range(128, 256)) * 2) + b"\xff" * 247
        for number in range(count)
    ]


def hostile(count: int) -> Usage:
    """What the largest first-level directories, with one file each, can look like."""
    names = long_names(count)
    return replace(
        RESULT.usage,
        total=Tally.of(count, count, count),
        tree={},
        links={},
        by_directory={name: Tally.of(1, 1, 1) for name in names},
        oldest_by_directory=dict.fromkeys(names, 7),
        largest=tuple(Entry(9, 9, b"/".join(names[:100])) for _ in range(20)),
        errors={"unreadable": Errors(3, tuple(b"/".join(names[:100]) for _ in range(3)))},
    )


def test_an_answer_that_fits_is_sent_as_it_is() -> None:
    assert fitting(RESULT) == dump_result(RESULT)


def test_ten_thousand_directories_with_names_of_undecodable_bytes_are_sent_with_as_many_names_as_fit() -> (
    None
):
    result = replace(RESULT, usage=hostile(10_000))
    assert len(as_json(dump_result(result))) > 20_000_000
    body = fitting(result)
    assert LARGEST_SENT / 4 < len(as_json(body)) <= LARGEST_SENT - FRAME
    read = load_result(body)
    assert read.remaining == result.remaining
    assert read.usage.total == result.usage.total
    assert sum(tally.files for tally in read.usage.by_directory.values()) == 10_000
    assert 1_000 < len(read.usage.by_directory) == len(read.usage.oldest_by_directory) < 10_000


def test_where_not_even_one_name_fits_all_is_pooled() -> None:
    read = load_result(fitting(replace(RESULT, usage=hostile(100)), most=4_000))
    assert read.usage.by_directory == {b"": Tally.of(100, 100, 100)}
    assert read.usage.largest == ()
    assert read.usage.errors == {"unreadable": Errors(3, ())}


@pytest.mark.parametrize("count", [0, 4_000])
def test_what_remains_is_never_left_out(count: int) -> None:
    result = replace(RESULT, usage=hostile(100), remaining=tuple(long_names(count)))
    assert load_result(fitting(result)).remaining == result.remaining
