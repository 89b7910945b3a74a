"""Which answers a message offers, and how."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from facility import make_settings

from xfc_notify.domain import Finding, Level
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.replies import Reply
from xfc_notify.notify.reply_links import reply_links_of, unsubscribe_link
from xfc_notify.notify.tokens import Request, read
from xfc_notify.settings import Settings

NOTICE, WARNING, OVER = Level.NOTICE, Level.WARNING, Level.OVER
SECRET = "correct horse battery staple"
BEGIN = "https://xfc.example.org/xfc/answer/"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


@pytest.fixture
def linked(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, web={"url": "https://xfc.example.org/xfc/"}, service={"secret": SECRET})


def episode(number: int, level: Level, now: datetime, policy: str = "quota_hard") -> Episode:
    finding = Finding(level, 95, 100, "bytes", policy.replace("_", " "))
    return Episode("p", policy, level, finding, now, now, now, id=number)


def asked(user: str, about: list[Episode], settings: Settings, now: datetime) -> list[Request]:
    links = [way.link for way in reply_links_of(user, about, settings, now)]
    assert all(link.startswith(BEGIN) for link in links)
    return [read(link.removeprefix(BEGIN), SECRET, now) for link in links]


def test_without_a_page_each_answer_begins_a_mail_to_the_contact(tmp_path, now):
    settings = make_settings(tmp_path, service={"contact": "help@example.org"})
    links = reply_links_of("alice", [episode(1, WARNING, now)], settings, now)
    assert [link.link for link in links] == [
        f"mailto:help@example.org?subject={quote(link.label + ' (alice)', safe='')}" for link in links
    ]
    assert [link.label for link in links] == [
        "I have seen it: write only if it gets worse",
        "I have cleaned up: measure again now",
        "Write no more about my quota hard, unless I pass it",
    ]


def test_without_a_page_and_an_address_there_is_no_way_to_answer(tmp_path, settings, now):
    assert reply_links_of("alice", [episode(1, WARNING, now)], settings, now) == ()
    talk = make_settings(tmp_path, service={"contact": "the help desk"})
    assert reply_links_of("alice", [episode(1, WARNING, now)], talk, now) == ()


def test_with_a_page_each_link_is_one_answer_to_what_the_message_is_about(linked, now):
    about = [episode(1, WARNING, now), episode(2, NOTICE, now, "quota_temporal")]
    assert asked("alice", about, linked, now) == [
        Request("alice", Reply.SEEN, (1, 2)),
        Request("alice", Reply.RESCAN, (1, 2)),
        Request("alice", Reply.MUTED, (1,)),
    ]


def test_one_mute_is_for_all_that_speak_of_a_limit(linked, now):
    ahead = episode(2, WARNING, now, "growth")
    about = [episode(1, WARNING, now), replace(ahead, finding=replace(ahead.finding, title="quota hard"))]
    assert asked("alice", about, linked, now)[2] == Request("alice", Reply.MUTED, (1, 2))


def test_what_is_over_can_be_put_off_twice_and_muted_only_where_the_site_allows_it(linked, now, tmp_path):
    it = episode(1, OVER, now)
    assert asked("alice", [it], linked, now)[2] == Request("alice", Reply.PUT_OFF, (1,), 7)
    assert len(asked("alice", [replace(it, snoozes=2)], linked, now)) == 2
    mutable = make_settings(
        tmp_path,
        web={"url": "https://xfc.example.org/xfc/"},
        service={"secret": SECRET},
        messages={"mute_over": True},
    )
    assert asked("alice", [it], mutable, now)[2] == Request("alice", Reply.MUTED, (1,))


def test_unsubscribing_mutes_all_that_the_message_is_about(linked, settings, now):
    about = [episode(1, OVER, now), episode(2, NOTICE, now, "quota_temporal")]
    link = unsubscribe_link("alice", about, linked, now)
    assert read(link.removeprefix(BEGIN), SECRET, now) == Request("alice", Reply.MUTED, (1, 2))
    assert unsubscribe_link("alice", about, settings, now) == ""
    assert unsubscribe_link("alice", [], linked, now) == ""


def test_to_what_has_ended_there_is_no_answer(settings, now):
    ended = replace(episode(1, WARNING, now), ended_at=now)
    assert reply_links_of("alice", [ended], settings, now) == ()
    assert reply_links_of("alice", [], settings, now) == ()


def test_nothing_of_an_odd_name_gets_out_of_the_subject_of_a_mail(tmp_path, now):
    settings = make_settings(tmp_path, service={"contact": "help@example.org"})
    (first, *_) = reply_links_of("a&body=x\r\nBcc: b", [episode(1, WARNING, now)], settings, now)
    assert first.link.count("&") == 0
    assert "\n" not in first.link
    assert first.link.endswith("%28a%26body%3Dx%0D%0ABcc%3A%20b%29")
