"""A virtual year of 2,000 datasets in a tree of 60 groups, seen by an oracle that knows the rules, not the code."""

from collections import Counter

import pytest

from lifecycle import oracle
from lifecycle.year import Year


@pytest.mark.timeout(1200)  # 40 s of processor time, which a busy machine may spread
def test_a_virtual_year() -> None:
    year = Year(seed=17)
    year.run()
    wrong = []
    for one in year.all.values():
        chain = year._above(one.group)
        wrong += oracle.wrong_in_life(one.uid, one.owner, chain, one.events, year.left)
        wrong += oracle.stuck(one.uid, one.life, year.now)
    wrong += oracle.wrong_in_telling(year.told, {one.uid: one.events for one in year.all.values()})
    assert wrong == []
    happened = Counter(str(event.what) for one in year.all.values() for event in one.events)
    kinds = (
        "asked",
        "voted",
        "withdrew",
        "exhausted",
        "binned",
        "restored",
        "removed",
        "failed",
        "parked",
        "resumed",
    )
    assert all(happened[kind] > 5 for kind in (*kinds, "shifted", "extended", "closed", "dated")), happened
    assert len(year.told) > 5000
