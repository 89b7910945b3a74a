"""Something is done in another thread, and waited for only so long."""

import os
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import pytest

from xfc_notify.plugins.timed_call import Call, begin

SECONDS = 10.0
subject = ContextVar("subject", default="nothing")


def done(do: Callable[[], Any]) -> Call:
    call = begin(do)
    assert call.wait(SECONDS)
    assert call.over
    return call


def raising(error: BaseException) -> Callable[[], None]:
    def do() -> None:
        raise error

    return do


def test_it_is_done_in_another_thread_that_knows_what_this_one_is_about() -> None:
    subject.set("scan 7")
    call = done(lambda: (threading.get_ident(), subject.get(), subject.set("changed")))
    assert call.answer[0] != threading.get_ident()
    assert call.answer[1] == "scan 7"
    assert subject.get() == "scan 7"


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(1), KeyboardInterrupt()])
def test_what_is_raised_is_kept_and_ends_nothing_else(error: BaseException) -> None:
    assert done(raising(error)).error is error
    assert done(lambda: 1).answer == 1


def test_a_thread_that_came_back_is_used_again() -> None:
    done(lambda: None)
    before = threading.active_count()
    assert len({done(threading.get_ident).answer for _ in range(20)}) == 1
    assert threading.active_count() == before


def test_what_takes_too_long_is_left_and_the_next_does_not_wait_for_it() -> None:
    release = threading.Event()
    slow = begin(lambda: release.wait(SECONDS))
    assert not slow.wait(0.01)
    assert not slow.over
    assert done(lambda: "quick").answer == "quick"
    release.set()
    assert slow.wait(SECONDS)
    assert slow.answer is True


def test_many_at_once_each_get_their_own_answer() -> None:
    gate = threading.Barrier(8)
    calls = [begin(lambda number=number: (gate.wait(SECONDS), number)[1]) for number in range(8)]
    assert all(call.wait(SECONDS) for call in calls)
    assert [call.answer for call in calls] == list(range(8))


def test_a_child_process_does_not_wait_for_threads_of_its_parent() -> None:
    done(lambda: None)
    child = os.fork()
    if child == 0:
        os._exit(0 if begin(lambda: None).wait(SECONDS) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
