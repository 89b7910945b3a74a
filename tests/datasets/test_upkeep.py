"""Copies are verified again after a while, and made where a rule misses some. C18: a store away changes nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from facility import Facility, make_settings

from datasets.conftest import CONTENTS, NAMES, Site
from datasets.workers import Workers
from xfc_notify.datasets import duties, rules, upkeep
from xfc_notify.datasets.settings import Datasets, Rule
from xfc_notify.datasets.tables import JournalRow, ReplicaRow
from xfc_notify.errors import SettingsError

TREE = {f"exp/a/{name}": content for name, content in CONTENTS.items()}
QUARTER = timedelta(days=90)


def opened() -> list[JournalRow]:
    """What is ordered and has not ended."""
    return list(JournalRow.select().where(JournalRow.ordered, JournalRow.ended_at.is_null()))


def age(days: int) -> None:
    """Let all copies have been verified so long ago."""
    ReplicaRow.update(verified_at=datetime.now(UTC) - timedelta(days=days)).execute()


@pytest.fixture
def workers(site: Site) -> Workers:
    return Workers(site)


def with_rules(site: Site, *given: dict[str, Any]) -> Site:
    """The same site, with these rules."""
    stores = [{"name": name, "url": site.root(name).as_uri()} for name in NAMES]
    stores[2]["kind"] = "archive"
    return Site(site.folder, Facility.at(site.folder, stores=stores, datasets={"rules": list(given)}))


def make(site: Site, **later: float) -> None:
    """What the duty does, now or later."""
    duties.make_copies(site.facility.service, datetime.now(UTC) + timedelta(**later))


def test_what_was_verified_long_ago_is_verified_again(site: Site, workers: Workers):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    now = datetime.now(UTC)
    assert upkeep.verify_due(site.stores, QUARTER, now) == 0
    age(91)
    ReplicaRow.update(verified_at=now - timedelta(days=92)).where(ReplicaRow.store == "two").execute()
    (site.root("two") / "exp/a/run.h5").write_bytes(b"flipped")
    duties.verify(site.facility.service, now)
    assert [row.arguments["root"] for row in opened()] == ["two:"]  # one command a dataset, the oldest first
    workers.work()
    assert {it.store: it.state for it in site.catalog.show(uid).replicas} == {"one": "good", "two": "bad"}
    assert upkeep.verify_due(site.stores, QUARTER, now + timedelta(hours=1)) == 0
    assert upkeep.verify_due(site.stores, QUARTER, now + timedelta(days=2)) == 1
    workers.work()
    assert site.catalog.journal(uid)[0].success is True
    assert upkeep.verify_due(site.stores, QUARTER, now + timedelta(days=4)) == 0  # what is bad is known


def test_a_tick_orders_so_many_and_no_more(site: Site, monkeypatch):
    monkeypatch.setattr(upkeep, "AT_ONCE", 2)
    for number in range(4):
        site.registered(f"exp/{number}")
    age(91)
    now = datetime.now(UTC)
    assert upkeep.verify_due(site.stores, QUARTER, now) == 2
    assert upkeep.verify_due(site.stores, QUARTER, now) == 0
    assert len(opened()) == 2


def test_what_a_person_asks_goes_before_what_is_due(site: Site):
    uid = site.registered()
    age(91)
    assert upkeep.verify_due(site.stores, QUARTER, datetime.now(UTC)) == 1
    site.catalog.copy(uid, "two:")
    assert [it.outcome for it in site.catalog.journal(uid) if it.command == "verify"] == [
        "gave way to another command"
    ]
    ordered = site.catalog.order("move", uid, old_root="two:", new_root="three:")
    assert [row.id for row in opened()] == [ordered.id]


def test_c18_what_is_in_a_store_that_is_away_is_not_verified(site: Site):
    site.registered()
    age(91)
    site.root("one").rename(site.root("away"))
    assert upkeep.verify_due(site.stores, QUARTER, datetime.now(UTC)) == 0
    assert [copy.state for copy in ReplicaRow.select()] == ["good"]


def test_it_can_be_turned_off(tmp_path):
    def every(value: Any) -> timedelta:
        return make_settings(tmp_path, datasets={"verify_every": value}).of(Datasets).verify_every

    assert every("30d") == timedelta(days=30)
    assert every(0) == every("0") == every("0d") == timedelta(0)
    assert make_settings(tmp_path).of(Datasets).verify_every == QUARTER
    with pytest.raises(SettingsError):
        every("soon")


def test_what_falls_short_of_a_rule_is_copied_to_the_nearest_store_that_fits(site: Site):
    uid = site.registered()
    site.catalog.describe(uid, group="lab")
    site.registered("exp/b", uid="of-nobody")
    ruled = with_rules(site, {"group": "lab", "copies": 3, "in": ["disk", "three"]})
    (short,) = ruled.catalog.short()
    assert (short.dataset, short.copies, short.wanted) == (uid, 1, 3)
    assert short.why == "a copy to two: will be ordered"
    make(ruled)
    make(ruled)
    assert [(row.dataset, row.arguments["new_root"]) for row in opened()] == [(uid, "two:")]
    assert ruled.catalog.short()[0].why == "copy is under way"
    Workers(ruled).work()
    make(ruled)
    Workers(ruled).work()
    assert sorted(it.store for it in ruled.catalog.show(uid).replicas) == sorted(NAMES)
    assert ruled.catalog.short() == []
    make(ruled)
    assert opened() == []
    assert site.tree("three") == TREE


def test_two_copies_in_one_store_are_one_and_a_bad_one_is_none(site: Site):
    uid = site.registered()
    site.catalog.copy(uid, "one:kept")
    ruled = with_rules(site, {"copies": 2, "in": ["disk"]})
    assert [it.copies for it in ruled.catalog.short()] == [1]
    site.catalog.copy(uid, "two:")
    assert ruled.catalog.short() == []
    (site.root("two") / "exp/a/run.h5").write_bytes(b"flipped")
    site.catalog.verify(uid)
    (short,) = ruled.catalog.short()
    assert (short.copies, short.why) == (1, "there is no other store among disk")


def test_c18_a_copy_in_a_store_that_is_away_counts_and_none_is_made_there(site: Site):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    ruled = with_rules(site, {"copies": 2})
    site.root("two").rename(site.root("away"))
    make(ruled)
    assert (ruled.catalog.short(), opened()) == ([], [])
    more = with_rules(site, {"copies": 3})
    site.root("three").rename(site.root("away too"))
    site.root("three").mkdir()
    make(more)
    assert opened() == []
    (short,) = more.catalog.short()
    assert "store three is away" in short.why
    assert list(site.root("three").iterdir()) == []


def test_a_copy_that_failed_is_tried_again_a_day_later(site: Site):
    uid = site.registered()
    site.fill("two/exp/a", {"run.h5": b"hEADER"})
    ruled = with_rules(site, {"copies": 2, "in": ["disk"]})
    make(ruled)
    Workers(ruled).work()
    assert "something else stands there" in ruled.catalog.short()[0].why
    make(ruled)
    assert opened() == []
    make(ruled, days=2)
    assert [row.dataset for row in opened()] == [uid]


def test_a_store_without_room_is_passed_over(site: Site, monkeypatch):
    site.registered()
    ruled = with_rules(site, {"copies": 2})
    full = {"two": "store two has no room for it"}
    monkeypatch.setattr(rules, "_lacks", lambda _stores, store, _size: full.get(store.name, ""))
    make(ruled)
    assert [row.arguments["new_root"] for row in opened()] == ["three:"]


def test_a_mistake_in_a_rule_is_one_clear_line(tmp_path):
    with pytest.raises(SettingsError, match="known here: group, copies, in"):
        make_settings(tmp_path, datasets={"rules": [{"copies": 2, "among": ["disk"]}]})
    with pytest.raises(SettingsError, match="copies"):
        make_settings(tmp_path, datasets={"rules": [{"copies": 0}]})


def test_a_rule_names_kinds_or_stores(site: Site):
    one, two, three = with_rules(site).stores.all
    rule = Rule.model_validate({"copies": 2, "in": ["archive", "one"]})
    assert [rule.fits(store) for store in (one, two, three)] == [True, False, True]
