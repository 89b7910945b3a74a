"""A result is stored with all that follows from it, or not at all."""

import json
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from facility import (
    Facility,
    break_inserts,
    claim,
    install_plugin,
    measured,
    new_area,
    order_for,
    repair_inserts,
    together,
)
from peewee import DatabaseError

from xfc_notify.areas import scans
from xfc_notify.areas.messages import dump_result, load_result
from xfc_notify.areas.scans import Choice
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.components import duties, tables
from xfc_notify.domain import Level
from xfc_notify.errors import BadMessage
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.people.tables import EventRow, SubjectRow, UserRow
from xfc_notify.store import database
from xfc_notify.store.database import db
from xfc_notify.store.usage_json import load_usage
from xfc_notify.usage import Clock
from xfc_notify.watch.tick import tick

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

FILES_POLICY = """
from xfc_notify import Finding, Level, hookimpl

@hookimpl
def evaluate(usage):
    if usage.files == 13:
        raise RuntimeError("thirteen")
    if usage.files > 1:
        yield Finding(Level.at(usage.files, 100), usage.files, 100, "files", "number of files")
"""


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path)


def everything() -> dict[str, list[Any]]:
    """All rows of all tables."""
    return {model.__name__: sorted(map(str, model.select().tuples())) for model in tables()}


def kinds(area: AreaRow) -> list[str]:
    """What happened to the episodes of an area, in order."""
    return [
        event.kind
        for event in EventRow.select().where(EventRow.subject == area.subject).order_by(EventRow.id)
    ]


def test_a_whole_scan_leads_to_usage_date_verdicts_episode_and_message(facility, now):
    area = new_area("alice", now)
    assert facility.scan(area, 950, now, files=7)
    scan = ScanRow.get()
    assert load_usage(scan.usage).files == 7
    assert (scan.state, scan.size) == ("whole", 950)
    assert {(it["policy"], it["level"], it["used"], it["limit"]) for it in scan.findings} == {
        ("quota_hard", "warning", 950, 1000),
        ("quota_temporal", "ok", 0, 1e18),
    }
    assert AreaRow.get().last_scanned == now
    episode = EpisodeRow.get()
    assert (episode.plugin, episode.level, episode.began_at) == ("quota_hard", Level.WARNING, now)
    assert (episode.told_level, episode.told_at, episode.thread) == (Level.WARNING, now, MessageRow.get().id)
    assert kinds(area) == ["began", "told"]
    assert (MessageRow.get().created_at, MessageRow.get().mode) == (now, "live")
    assert MessageRow.get().reasons == [
        {
            "subject": area.subject_id,
            "area": "/vol1/alice",
            "policy": "quota_hard",
            "reason": "began",
            "level": "warning",
        }
    ]
    assert (DeliveryRow.get().channel, DeliveryRow.get().address) == ("email", "alice@example.org")


def test_where_all_is_well_nothing_begins_and_nobody_is_told(facility, now):
    facility.scan(new_area("alice", now), 799, now)
    assert ScanRow.get().findings[0]["level"] == "ok"
    assert (EpisodeRow.select().count(), EventRow.select().count(), MessageRow.select().count()) == (0, 0, 0)


def test_nothing_is_judged_before_the_last_slice(facility, now):
    order = order_for(new_area("alice", now), now)
    facility.record(measured(order, 990, remaining=(b"a", b"b")), now)
    one, other = claim(now)
    facility.record(measured(one, 5), now)
    assert (ScanRow.get().state, EpisodeRow.select().count(), AreaRow.get().last_scanned) == ("open", 0, None)
    facility.record(measured(other, 6), now)
    assert (ScanRow.get().state, ScanRow.get().size, EpisodeRow.get().level) == ("whole", 1001, Level.OVER)


def test_the_same_result_twice_changes_nothing(facility, now):
    order = order_for(new_area("alice", now), now)
    result = measured(order, 950)
    assert facility.record(result, now)
    before = everything()
    assert not facility.record(result, now + DAY)
    assert everything() == before


def test_a_result_that_comes_twice_at_once_is_recorded_once(facility, now):
    result = measured(order_for(new_area("alice", now), now), 950)
    assert sorted(together([lambda: facility.record(result, now)] * 4)) == [False, False, False, True]
    assert (EpisodeRow.select().count(), MessageRow.select().count(), DeliveryRow.select().count()) == (
        1,
        1,
        1,
    )


@pytest.mark.parametrize("table", ["episode", "event", "message", "delivery"])
def test_where_the_database_fails_in_the_middle_nothing_is_stored(facility, now, table):
    area = new_area("alice", now)
    facility.scan(area, 10, now - DAY)
    result = measured(order_for(area, now), 950)
    before = everything()
    break_inserts(table)
    with pytest.raises(DatabaseError, match="broken"):
        facility.record(result, now)
    assert everything() == before
    repair_inserts(table)
    assert facility.record(result, now)
    assert (AreaRow.get().last_scanned, EpisodeRow.get().told_at) == (now, now)
    assert DeliveryRow.select().count() == 1


def test_a_result_that_does_not_fit_its_order_leaves_everything_as_it_was(facility, now):
    order = order_for(new_area("alice", now), now)
    before = everything()
    with pytest.raises(BadMessage):
        facility.record(measured(order, 950, remaining=(b"",)), now)
    assert everything() == before


def test_a_failed_scan_says_nothing_and_leaves_the_episodes(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 950, now)
    episode, messages = EpisodeRow.select().dicts().get(), MessageRow.select().count()
    later = now + 30 * DAY
    assert facility.record(replace(measured(order_for(area, later), 0), failure="not mounted"), later)
    assert EpisodeRow.select().dicts().get() == episode
    assert MessageRow.select().count() == messages
    assert (AreaRow.get().last_scanned, AreaRow.get().last_attempt) == (now, later)


def test_a_scan_with_errors_raises_but_never_lowers_or_ends(facility, now):
    area = new_area("alice", now)
    for day, (size, readable, level) in enumerate(
        [(850, True, "notice"), (950, True, "warning"), (500, False, "warning"), (500, True, "ok")]
    ):
        facility.scan(area, size, now + day * DAY, readable=readable)
        assert str(Level(EpisodeRow.get().level)) == level
    assert kinds(area) == ["began", "told", "worse", "told", "obscured", "ended", "told"]


def test_the_whole_life_of_an_episode_is_one_thread_of_messages(facility, now):
    area = new_area("alice", now)
    for day, size in enumerate([850, 1001, 1001, 1001, 1001, 600, 600]):
        facility.scan(area, size, now + day * DAY)
    messages = list(MessageRow.select().order_by(MessageRow.created_at))
    assert [(it.created_at - now).days for it in messages] == [0, 1, 4, 5]
    assert [it.reasons[0]["reason"] for it in messages] == ["began", "worse", "repeat", "ended"]
    assert {it.thread for it in messages} == {messages[0].id}
    assert EpisodeRow.get().settled


# Policies that fail or go


def test_a_policy_that_fails_leaves_its_episodes_and_harms_no_other(store, tmp_path, monkeypatch, now):
    install_plugin(tmp_path, monkeypatch, "many_files", FILES_POLICY)
    facility = Facility.at(tmp_path)
    area = new_area("alice", now)
    facility.scan(area, 850, now, files=95)
    before = {it["policy"]: it for it in EpisodeRow.select().dicts()}
    assert before.keys() == {"quota_hard", "many_files"}
    facility.scan(area, 500, now + DAY, files=13)
    after = {it["policy"]: it for it in EpisodeRow.select().dicts()}
    for column in ("level", "finding", "began_at", "ended_at"):
        assert after["many_files"][column] == before["many_files"][column]
    assert after["quota_hard"]["ended_at"] == now + DAY
    failed = EventRow.get(EventRow.kind == "failed")
    assert (failed.policy, failed.episode) == ("many_files", None)
    facility.scan(area, 500, now + 2 * DAY, files=1)
    assert EpisodeRow.get(EpisodeRow.policy == "many_files").ended_at == now + 2 * DAY


def test_a_policy_that_is_gone_withdraws_in_silence(store, tmp_path, monkeypatch, now):
    install_plugin(tmp_path, monkeypatch, "many_files", FILES_POLICY)
    area = new_area("alice", now)
    Facility.at(tmp_path).scan(area, 1, now, files=95)
    assert (EpisodeRow.get().policy, MessageRow.select().count()) == ("many_files", 1)
    without = Facility.at(tmp_path, plugins={"disabled": ["many_files"]})
    without.scan(area, 1, now + 30 * DAY, files=95)
    gone = EpisodeRow.get()
    assert (gone.ended_at, gone.settled) == (now + 30 * DAY, True)
    assert kinds(area) == ["began", "told", "withdrawn"]
    assert tick(duties(), without.service, now + 60 * DAY)["messages"] == 0
    assert MessageRow.select().count() == 1


# Bugs


def spoil_episodes(path: str) -> None:
    """What a bug might leave behind: a finding in which the facts are no table."""
    for row in EpisodeRow.select().join(SubjectRow).where(SubjectRow.key == path):
        EpisodeRow.update(finding=row.finding | {"facts": "none"}).where(EpisodeRow.id == row.id).execute()


def mend_episodes() -> None:
    for row in EpisodeRow.select():
        EpisodeRow.update(finding=row.finding | {"facts": {}}).where(EpisodeRow.id == row.id).execute()


def test_a_message_that_cannot_be_made_blocks_no_scan_and_is_told_later(facility, now, caplog):
    spoiled, area = new_area("alice", now, "vol1"), new_area("alice", now, "vol2")
    later = now + DAY
    facility.scan(spoiled, 850, later - DAY)
    facility.scan(spoiled, 850, later - HOUR)
    spoil_episodes(spoiled.path)
    with caplog.at_level(logging.ERROR):
        assert facility.scan(area, 950, later)
    assert [(r.message, r.exc_info is not None) for r in caplog.records] == [
        ("no message could be made for alice", True)
    ]
    kept = AreaRow.get_by_id(area.id)
    assert kept.last_scanned == later
    assert ScanRow.get(ScanRow.area == area).findings
    begun = EpisodeRow.get(EpisodeRow.subject == area.subject)
    assert (begun.level, begun.told_at) == (Level.WARNING, None)
    assert MessageRow.select().count() == 1
    assert tick(duties(), facility.service, later + HOUR)["messages"] == 0
    mend_episodes()
    assert tick(duties(), facility.service, later + HOUR)["messages"] == 1
    assert EpisodeRow.get_by_id(begun.id).told_at == later + HOUR


def test_a_person_of_whom_nothing_can_be_said_keeps_nobody_else_from_hearing(facility, now):
    for name in ("alice", "ben", "cleo"):
        area = new_area(name, now)
        facility.scan(area, 850, now)
        facility.scan(area, 950, now + HOUR)  # waits until a day has passed
    spoil_episodes("/vol1/ben")
    assert tick(duties(), facility.service, now + DAY)["messages"] == 0  # what waited is measured first
    facility.measure_ordered(now + DAY)
    told = {message.user.name for message in MessageRow.select().where(MessageRow.created_at == now + DAY)}
    assert told == {"alice", "cleo"}


# At once


def test_several_areas_of_one_user_that_end_at_once_give_one_message(facility, now):
    areas = [new_area("alice", now, f"vol{number}") for number in range(4)]
    results = [measured(order_for(area, now), 950) for area in areas]
    assert together([lambda result=result: facility.record(result, now) for result in results]) == [True] * 4
    assert MessageRow.select().count() == DeliveryRow.select().count() == 1
    assert EpisodeRow.select().count() == 4
    untold = list(EpisodeRow.select().where(EpisodeRow.told_at.is_null()))
    assert len(untold) == 3
    assert all(it.silence.startswith("began, but the last message went out at") for it in untold)
    assert facility.speak(now + DAY) == 1
    assert EpisodeRow.select().where(EpisodeRow.told_at.is_null()).count() == 0


def test_areas_of_one_user_that_end_at_once_do_not_wait_for_each_other(facility, now):
    """Each updates its own episode and then, speaking, those of all areas: the user must be locked first."""
    areas = [new_area("alice", now, f"vol{number}") for number in range(3)]
    for area in areas:
        facility.scan(area, 850, now)
    if not database.is_sqlite():  # SQLite has one writer at a time anyway
        db.execute_sql(
            "CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_sleep(0.1); RETURN NEW; END $$"
        )
        db.execute_sql(
            "CREATE TRIGGER linger BEFORE UPDATE ON episode FOR EACH ROW EXECUTE FUNCTION linger()"
        )
    later = now + 2 * DAY
    results = [measured(order_for(area, later), 950) for area in areas]
    assert (
        together([lambda result=result: facility.record(result, later) for result in results]) == [True] * 3
    )
    assert {row.level for row in EpisodeRow.select()} == {Level.WARNING}
    assert MessageRow.select().where(MessageRow.created_at == later).count() == 1


@pytest.mark.parametrize("key", ["host", "failure"])
def test_an_answer_with_what_no_text_can_hold_is_refused_and_the_scan_goes_on(facility, now, key):
    """PostgreSQL stores no NUL. What a scanner sends is read before it comes near the database."""
    order = order_for(new_area("alice", now), now)
    before = everything()
    for text in ("a\0b", "\0", "\ud800"):
        with pytest.raises(BadMessage):
            facility.record(load_result(dump_result(measured(order, 5)) | {key: text}), now)
    assert everything() == before
    assert facility.record(measured(order, 950), now)
    assert ScanRow.get().state == "whole"


def test_many_users_at_once_each_get_their_message(facility, now):
    for number in range(6):
        new_area(f"user{number}", now)
    scans.open_scans(Choice(), None, Clock.ARRIVAL, now)
    results = [measured(order, 1001) for order in claim(now)]
    together([lambda result=result: facility.record(result, now) for result in results])
    assert {delivery.address for delivery in DeliveryRow.select()} == {
        f"user{number}@example.org" for number in range(6)
    }
    assert MessageRow.select().count() == UserRow.select().count() == 6


def test_what_is_stored_of_findings_is_json_that_anybody_can_read(facility, now):
    facility.scan(new_area("alice", now), 950, now)
    (text,) = db.execute_sql("SELECT findings FROM scan").fetchone()
    assert {it["policy"] for it in json.loads(text)} == {"quota_hard", "quota_temporal"}


HOSTILE_POLICY = r"""
from xfc_notify import Finding, Level, hookimpl

@hookimpl
def evaluate(usage):
    text = "%s"
    yield Finding(Level.OVER, 2, 1, text, text, facts={text: text})
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [(r"\x00\x1b[2J\n\udcff\u202e<b>", {"hostile", "quota_hard"}), (r"\ud800", {"quota_hard"})],
)
def test_a_policy_whose_words_are_hostile_blocks_no_scan(store, tmp_path, monkeypatch, now, text, told):
    install_plugin(tmp_path, monkeypatch, "hostile", HOSTILE_POLICY % text)
    assert Facility.at(tmp_path).scan(new_area("alice", now), 950, now)
    assert AreaRow.get().last_scanned == now
    assert {it.policy for it in EpisodeRow.select().where(EpisodeRow.told_at == now)} == told
    assert all(event.what.isprintable() for event in EventRow.select())
