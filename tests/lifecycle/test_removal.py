"""The end of the bin: what was agreed to go, and nothing else. What cannot go is tried again, then parked and told."""

import pytest

from lifecycle.conftest import DAY, HOUR, OPERATOR, House, operators
from xfc_notify.datasets import leaving, rules
from xfc_notify.datasets.settings import Rule
from xfc_notify.datasets.states import DatasetState
from xfc_notify.datasets.tables import JournalRow
from xfc_notify.errors import XfcNotifyError
from xfc_notify.lifecycle import course, duties, lives, removal
from xfc_notify.lifecycle.actions import Actions
from xfc_notify.lifecycle.states import Happening, Phase
from xfc_notify.store import database


def test_a_store_that_is_away_is_tried_again_then_parked_and_told_once(house: House) -> None:
    house.dataset()
    house.binned()
    root = house.site.root("one")
    root.rename(root.with_name("elsewhere"))
    house.days(25)
    life = house.life()
    assert (life.phase, life.failures) == (Phase.REMOVING, len(course.AGAIN))
    assert "one" in life.parked
    assert operators().count("Dataset exp/d1 could not be removed") == 1
    root.with_name("elsewhere").rename(root)
    house.days(5)
    assert house.life().phase is Phase.REMOVING  # until somebody has looked
    house.do.resume("d1", OPERATOR)
    house.tick(HOUR)
    house.tick(HOUR)
    assert house.life().phase is Phase.REMOVED


def test_what_removes_is_a_worker_and_never_the_tick(house: House) -> None:
    house.dataset()
    house.site.catalog.copy("d1", "two:kept")
    house.binned()
    house.sleep(15)
    service = house.site.facility.service
    for left in (2, 1, 0):
        for _ in range(3):
            duties.let_live(service, house.now)
        assert len(house.site.tree("one")) + len(house.site.tree("two")) == left * 3
        assert house.life().phase is (Phase.REMOVING if left else Phase.REMOVED)
        house.work()
    ordered = [event.data["command"] for event in lives.events("d1") if event.what == Happening.ORDERED]
    assert [JournalRow.get_by_id(command).success for command in ordered] == [True, True]
    assert all(JournalRow.get_by_id(command).ordered for command in ordered)


def test_an_order_that_waits_in_its_queue_is_no_failure(house: House) -> None:
    house.dataset()
    house.binned()
    house.sleep(15)
    for _ in range(10):
        duties.let_live(house.site.facility.service, house.now)
        house.sleep(1)
    assert (house.life().failures, house.life().parked) == (0, "")
    house.work()
    house.tick()
    assert house.life().phase is Phase.REMOVED


def test_what_was_parked_is_not_removed_when_its_store_comes_back(house: House) -> None:
    house.dataset()
    house.binned()
    root = house.site.root("one")
    root.rename(root.with_name("elsewhere"))
    house.days(25)
    root.with_name("elsewhere").rename(root)
    house.work()
    assert len(house.site.tree("one")) == 3
    assert not JournalRow.select().where(JournalRow.ended_at.is_null()).exists()


def test_a_copy_that_came_later_was_agreed_by_nobody(house: House) -> None:
    house.dataset()
    house.binned()
    house.site.catalog.copy("d1", "two:kept")
    house.days(16)
    assert house.life().parked.startswith("there are copies to whose removal nobody has agreed: two:kept")
    assert (len(house.site.tree("one")), len(house.site.tree("two"))) == (3, 3)


def test_another_dataset_at_the_same_path_elsewhere_stays(house: House) -> None:
    house.dataset("d1")
    house.site.fill("two/exp/d1")
    house.site.catalog.register("tree", "two:", "exp/d1", uid="other", owner="ben", group="lab")
    (house.site.root("one") / "exp/d1/foreign").write_bytes(b"nobody knows me")
    house.binned("d1")
    house.days(16)
    assert house.life("d1").phase is Phase.REMOVED
    assert house.site.tree("one") == {"exp/d1/foreign": b"nobody knows me"}
    assert len(house.site.tree("two")) == 3


@pytest.mark.parametrize("restores", [True, False])
def test_what_lies_in_the_bin_keeps_its_place_so_bringing_it_back_overwrites_nothing(
    house: House, restores: bool
) -> None:
    house.dataset()
    house.binned()
    before = house.site.tree("one")
    house.site.catalog.register("tree", "one:", "exp/d1", uid="d2", owner="ada")
    if restores:
        house.do.restore("d1", OPERATOR)
        assert [view.state for view in house.site.catalog.verify("d1")] == ["good"]
    else:
        house.days(16)
        assert house.life("d1").phase is Phase.REMOVED
    assert house.site.tree("one") == before  # another dataset counts the files as its own, too
    assert [view.state for view in house.site.catalog.verify("d2")] == ["good"]


def test_no_rule_makes_copies_of_what_is_in_the_bin(house: House) -> None:
    house.dataset()
    house.binned()
    stores, rule = house.site.catalog.stores, Rule(group="*", copies=2)
    assert house.site.catalog.show("d1").state == DatasetState.BINNED
    assert [it.uid for it in house.site.catalog.find()] == ["d1"]
    assert rules.short(stores, [rule], house.now) == []
    house.do.restore("d1", OPERATOR)
    assert house.site.catalog.show("d1").state == DatasetState.KEPT
    assert [it.dataset for it in rules.short(stores, [rule], house.now)] == ["d1"]


class Killed(BaseException):
    """As kill -9, where nothing is caught."""


@pytest.mark.parametrize(
    "moment", ["before the state", "after the state", "before the files", "after the files"]
)
def test_a_restore_at_the_very_end_of_the_bin_has_one_outcome(
    house: House, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    house.dataset()
    house.binned()
    before = house.site.tree("one")
    house.now += 14 * DAY
    service, now = house.site.facility.service, house.now
    restored: list[bool] = []

    def restore() -> None:
        try:
            Actions(service, now).restore("d1", OPERATOR)
            restored.append(True)
        except XfcNotifyError:
            restored.append(False)

    if moment == "before the state":
        restore()
    elif moment == "after the state":
        original = removal.remove_all
        monkeypatch.setattr(removal, "remove_all", lambda *given: (restore(), original(*given))[1])
    else:
        take_away = leaving.take_away

        def taking(*given: object) -> None:
            if moment == "after the files":
                take_away(*given)  # type: ignore[arg-type]
            restore()
            raise Killed

        monkeypatch.setattr(leaving, "take_away", taking)
    from xfc_notify.lifecycle import clock
    from xfc_notify.store import marks

    marks.put(clock.TICK, now)
    try:
        duties.let_live(service, now)
        house.work()
    except Killed:
        database.connect()
    monkeypatch.undo()
    house.tick(HOUR)
    house.tick(HOUR)
    house.tick(2 * HOUR)
    happened = [event.what for event in lives.events("d1")]
    if restored == [True]:
        assert house.life().phase is Phase.CLOSED
        assert house.site.tree("one") == before
        assert Happening.REMOVING not in happened
    else:
        assert restored == [False]
        assert house.life().phase is Phase.REMOVED
        assert house.site.tree("one") == {}
        assert happened.count(Happening.REMOVED) == 1
