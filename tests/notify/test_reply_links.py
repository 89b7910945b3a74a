"""Which answers a message offers, and how."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from facility import make_settings

from xfc_notify.domain import Episode, Finding, Level
from xfc_notify.notify.replies import Reply
from xfc_notify.notify.reply_links import reply_links_of
from xfc_notify.notify.tokens import Request, read
from xfc_notify.settings import Settings

NOTICE, WARNING, OVER = Level.NOTICE, Level.WARNING, Level.OVER
SECRET = "correct horse battery staple"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


@pytest.fixture
def linked(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, service={"url": "https://xfc.example.org/xfc/", "secret": SECRET})


def episode(number: int, level: Level, now: datetime, policy: str = "quota_hard") -> Episode:
    finding = Finding(level, 95, 100, "bytes", policy.replace("_", " "))
    return Episode("p", policy, level, finding, now, now, now, id=number)


def test_without_a_page_the_commands_are_named(settings, now):
    links = reply_links_of("alice", [episode(1, WARNING, now)], settings, now)
    assert {reply_link.link for reply_link in links} == {""}
    assert [reply_link.command for reply_link in links] == [
        "xfc-notify ack alice",
        "xfc-notify rescan alice",
        "xfc-notify snooze alice --days 7",
        "xfc-notify mute alice quota_hard",
    ]


def test_with_a_page_each_link_is_one_answer_to_what_the_message_is_about(linked, now):
    about = [episode(1, WARNING, now), episode(2, NOTICE, now, "quota_temporal")]
    links = reply_links_of("alice", about, linked, now)
    begin = "https://xfc.example.org/xfc/answer/"
    assert all(reply_link.link.startswith(begin) for reply_link in links)
    assert [read(reply_link.link.removeprefix(begin), SECRET, now) for reply_link in links] == [
        Request("alice", Reply.SEEN, (1, 2)),
        Request("alice", Reply.RESCAN, (1, 2)),
        *(Request("alice", Reply.PUT_OFF, (1, 2), days) for days in (3, 7, 14)),
        Request("alice", Reply.MUTED, (1,)),
        Request("alice", Reply.MUTED, (2,)),
    ]


def test_what_was_put_off_twice_and_what_is_over_is_not_offered_to_be_put_off_or_muted(
    settings, now, tmp_path
):
    it = replace(episode(1, OVER, now), snoozes=2)
    assert [reply_link.command for reply_link in reply_links_of("alice", [it], settings, now)] == [
        "xfc-notify ack alice",
        "xfc-notify rescan alice",
    ]
    mutable = make_settings(tmp_path, messages={"mute_over": True})
    assert "xfc-notify mute alice quota_hard" in {
        reply_link.command for reply_link in reply_links_of("alice", [it], mutable, now)
    }


def test_to_what_has_ended_there_is_no_answer(settings, now):
    ended = replace(episode(1, WARNING, now), ended_at=now)
    assert reply_links_of("alice", [ended], settings, now) == ()
    assert reply_links_of("alice", [], settings, now) == ()


def test_odd_names_can_be_pasted_into_a_shell(settings, now):
    links = reply_links_of("a;rm -rf", [episode(1, WARNING, now, "p $(x)")], settings, now)
    assert [reply_link.command for reply_link in links][::3] == [
        "xfc-notify ack 'a;rm -rf'",
        "xfc-notify mute 'a;rm -rf' 'p $(x)'",
    ]
