"""A clock that leaps while everything works, and leaps back."""

from collections.abc import Callable

import pytest
from servers.process import until

from faults.busy import Busy


@pytest.mark.parametrize(("days", "told_again"), [(300, ["repeat"]), (-2, [])])
def test_what_was_done_by_a_wrong_clock_is_done_again_by_the_right_one(
    start: Callable[..., Busy], days: int, told_again: list[str]
) -> None:
    busy = start(scan_takes=0.2, ahead=days)
    busy.begin(measured=8)
    facility = busy.facility
    until(lambda: len(facility.mail.messages) == len(busy.due), "Ben and Cleo are told")
    assert facility.query("SELECT count(*) FROM scan WHERE state = 'open'") == [(1,)]
    busy.correct_the_clock()
    for user in busy.due:
        busy.due[user] = ["began", *told_again]
    facility.run("tick")
    facility.finish_scans()  # what was begun two days ago may come to its end, and is due again
    busy.settle()
    ticked = facility.run("tick", "--json").out
    assert '"opened": 0' in ticked
    assert '"messages": 0' in ticked
