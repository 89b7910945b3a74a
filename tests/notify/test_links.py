"""What comes of following a link of a mail: the whole way from the message to what is kept, on both databases."""

import html
import re
from datetime import timedelta

import pytest
from facility import Facility, claim, measured, new_area

from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.errors import WrongInput
from xfc_notify.notify.links import answer
from xfc_notify.notify.replies import Reply
from xfc_notify.notify.tables import EpisodeRow, MuteRow
from xfc_notify.notify.tokens import Request, sign
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people.tables import EventRow, UserRow

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECRET = "correct horse battery staple"
URL = "https://xfc.example.org"
ALL = tuple(Reply)


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path, service={"url": URL, "secret": SECRET, "timezone": "Europe/Paris"})


def links() -> dict[str, str]:
    """Label → token of the latest message."""
    text = MessageRow.select().order_by(MessageRow.created_at.desc()).first().text
    found = re.findall(rf"  - (.+)\n    {URL}/answer/(\S+)\n", text)
    assert found
    return dict(found)


def follow(facility, label: str, now) -> str:
    (token,) = (token for text, token in links().items() if text.startswith(label))
    return answer(token, now, facility.settings).text


def token(reply: Reply, now, *episodes: int, user: str = "alice", days: int = 3) -> str:
    return sign(Request(user, reply, episodes, days), SECRET, now)


def test_text_and_html_carry_the_same_links(facility, now):
    facility.scan(new_area("alice", now), 950, now)
    message = MessageRow.get()
    in_html = re.findall(rf'href="({URL}/answer/[^"]+)"[^>]*>([^<]+)<', html.unescape(message.html))
    assert {label: link.removeprefix(f"{URL}/answer/") for link, label in in_html} == links()
    assert len(links()) == 3


def test_seen_by_link_is_kept_as_the_person_s(facility, now):
    facility.scan(new_area("alice", now), 1001, now)
    assert (
        follow(facility, "I have seen it", now + HOUR)
        == "Thank you. You hear of it again only if it gets worse."
    )
    assert EpisodeRow.get().replied == 3
    assert EventRow.get(EventRow.kind == "seen").what == "the person, by link"
    again = follow(facility, "I have seen it", now + 2 * HOUR)
    assert again == (
        "This was answered already, at 2026-03-02 10:00 (Europe/Paris): seen, by the person, by link."
    )
    assert EventRow.select().where(EventRow.kind == "seen").count() == 1


def test_put_off_by_link_is_once_however_often_it_is_followed(facility, now):
    facility.scan(new_area("alice", now), 1001, now)
    assert follow(facility, "Remind me in 7 days", now) == (
        "You hear of it again from 2026-03-09 09:00 (Europe/Paris), or if it gets worse."
    )
    assert "answered already" in follow(facility, "Remind me in 7 days", now + HOUR)
    other = token(Reply.PUT_OFF, now, EpisodeRow.get().id, days=14)
    assert "answered already" in answer(other, now + HOUR, facility.settings).text
    assert (EpisodeRow.get().snoozes, EpisodeRow.get().quiet_until) == (1, now + 7 * DAY)


def test_one_may_think_better_of_it_and_a_third_time_is_refused_calmly(facility, now):
    facility.scan(new_area("alice", now), 1001, now)
    for label in ("Remind me in 7 days", "I have seen it", "Remind me in 7 days", "I have seen it"):
        follow(facility, label, now)
    assert follow(facility, "Remind me in 7 days", now) == (
        "quota_hard was put off twice already, which is as often as one may."
    )
    assert (EpisodeRow.get().snoozes, EpisodeRow.get().quiet_until, EpisodeRow.get().replied) == (2, None, 3)


def test_muted_by_link_and_heard_again(facility, now):
    facility.scan(new_area("alice", now), 850, now)
    assert follow(facility, "Write no more about my hard quota", now) == (
        "You hear no more about your hard quota, unless you pass it."
    )
    assert [mute.policy for mute in MuteRow.select()] == ["quota_hard"]
    assert answer(token(Reply.UNMUTED, now, EpisodeRow.get().id), now, facility.settings).text == (
        "You hear about your hard quota again."
    )
    assert MuteRow.select().count() == 0


def test_cleaned_up_by_link_once_an_hour(facility, now):
    facility.scan(new_area("alice", now), 1001, now)
    assert (
        follow(facility, "I have cleaned up", now + HOUR) == "Your area is measured again, before all others."
    )
    assert "less than an hour ago" in follow(facility, "I have cleaned up", now + HOUR)
    (order,) = claim(now + HOUR)
    facility.record(measured(order, 600), now + HOUR)
    assert MessageRow.select().count() == 2
    assert ScanRow.select().count() == 2


@pytest.mark.parametrize("reply", ALL)
def test_to_what_has_ended_any_answer_is_calm_and_changes_nothing(facility, now, reply):
    area = new_area("alice", now)
    facility.scan(area, 1001, now)
    facility.scan(area, 600, now + DAY)
    before = [list(table.select().dicts()) for table in (EpisodeRow, EventRow, MuteRow, AreaRow, ScanRow)]
    answered = answer(token(reply, now, EpisodeRow.get().id), now + DAY, facility.settings)
    assert answered.text == "This is over: there is nothing left to answer."
    assert answered.done == ()
    assert [
        list(table.select().dicts()) for table in (EpisodeRow, EventRow, MuteRow, AreaRow, ScanRow)
    ] == before


@pytest.mark.parametrize("reply", ALL)
def test_a_link_about_others_or_about_what_is_forgotten_is_refused(facility, now, reply):
    facility.scan(new_area("alice", now), 1001, now)
    facility.scan(new_area("ben", now), 1001, now)
    mine, other = [it.id for it in EpisodeRow.select().order_by(EpisodeRow.id)]
    for wrong in (
        token(reply, now, other),
        token(reply, now, mine, other),
        token(reply, now, 99_999),
        token(reply, now),
        token(reply, now, mine, user="nobody"),
    ):
        with pytest.raises(WrongInput, match="not valid"):
            answer(wrong, now, facility.settings)
    assert EventRow.select().where(EventRow.kind.in_([str(it) for it in ALL])).count() == 0


def test_without_a_page_the_message_is_answered_by_a_mail_and_names_no_command(store, tmp_path, now):
    facility = Facility.at(tmp_path, service={"contact": "help@example.org"})
    facility.scan(new_area("alice", now), 950, now)
    text, page = MessageRow.get().text, MessageRow.get().html
    for body in (text, page):
        assert "I have cleaned up: measure again now" in body
        assert "xfc-notify" not in body.replace("xfc-notify.", "")
    assert "reply with one of these lines" in " ".join(text.split())
    assert page.count('href="mailto:help@example.org?subject=') == 3


def test_a_person_reads_the_times_of_their_own_zone(facility, now):
    area = new_area("alice", now)
    UserRow.update(timezone="Asia/Tokyo").execute()
    facility.scan(area, 1001, now)
    assert "Monday 2 March 2026, 17:00 JST" in MessageRow.get().text
    assert "17:00 (Asia/Tokyo)" in follow(facility, "Remind me in 7 days", now)
