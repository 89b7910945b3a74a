"""Times to remember by name."""

from datetime import timedelta

from facility import together

from xfc_notify.store import marks

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def test_what_was_never_done_is_due_and_then_again_after_its_interval(store, now):
    assert marks.passed("clean", now, DAY)
    assert not marks.passed("clean", now, DAY)
    assert not marks.passed("clean", now + DAY - SECOND, DAY)
    assert marks.passed("clean", now + DAY, DAY)
    assert not marks.passed("clean", now + DAY, DAY)
    assert marks.passed("other", now + DAY, DAY)


def test_of_several_at_once_one_does_it(store, now):
    assert sorted(together([lambda: marks.passed("clean", now, DAY)] * 4)) == [False, False, False, True]
