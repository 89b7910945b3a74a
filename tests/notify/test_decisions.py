"""What becomes of data that grow old: messages ask, people answer, and it is kept; nothing is done to an area."""

import re
from datetime import timedelta

import pytest
from facility import Facility, new_area, order_for

from xfc_notify.areas.messages import SliceResult
from xfc_notify.errors import WrongInput
from xfc_notify.notify import listen
from xfc_notify.notify.episode_rows import unsettled
from xfc_notify.notify.links import answer, question
from xfc_notify.notify.listen import About
from xfc_notify.notify.replies import By, Reply
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.notify.views import explanation
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people.tables import EventRow
from xfc_notify.people.users import user_named
from xfc_notify.scan.stat import Stat
from xfc_notify.scan.summary import Summary

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
URL = "https://xfc.example.org"
PLACE = "the tape archive <b>, https://archive.example.org"


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return asking(tmp_path, PLACE)


def asking(folder, place: str) -> Facility:
    mail = {"url": f"maildir:{folder}/mail", "sender": "xfc@example.org"}
    plugins = {"disabled": ["growth"], "email": mail, "persistence": {"move_to": place}}
    secret = {"secret": "correct horse battery staple"}
    return Facility.at(folder, web={"url": URL}, service=secret, plugins=plugins)


def scan(facility: Facility, area, age: float, now, size: int = 100) -> None:
    """A scan that finds one file of so many days."""
    order = order_for(area, now)
    summary = Summary(order.as_of, order.clock)
    summary.at([b"raw"])
    arrival = round(order.as_of.timestamp() - age * 86_400)
    summary.add(b"file", Stat(0o100644, size, size, 1, 1000, 0, 0, (True, 0), arrival, False, False))
    assert facility.record(SliceResult(order.scan_id, order.slice_id, summary.usage(), (), 0.1, "node1"), now)


def links() -> dict[str, str]:
    """Label → token of the latest message."""
    text = MessageRow.select().order_by(MessageRow.created_at.desc()).first().text
    return dict(re.findall(rf"  - (.+)\n    {URL}/answer/(\S+)\n", text))


def test_a_message_asks_and_says_where_to_move_and_offers_three_answers(facility, now):
    scan(facility, new_area("alice", now), 340, now)
    message = MessageRow.get()
    text = " ".join(message.text.split())
    assert f"Move what you keep to {PLACE}, and delete the rest." in text
    assert "Please say what becomes of these files. Whatever you say, nothing is deleted:" in text
    assert "the tape archive &lt;b&gt;" in message.html
    assert list(links()) == [
        "I will move what I keep",
        "I do not need it any more, and will delete it",
        "It has to stay here longer",
    ]


@pytest.mark.parametrize(
    ("label", "kind", "said"),
    [
        ("I will move", "moves", f"There is room: {PLACE}."),
        (
            "I do not need",
            "not needed",
            "Thank you, that is noted. You hear of it again only if it gets worse.",
        ),
        ("It has to stay", "stays", "ask them for it."),
    ],
)
def test_an_answer_is_kept_for_operators_to_see_and_silences_until_it_gets_worse(
    facility, now, label, kind, said
):
    area = new_area("alice", now)
    scan(facility, area, 340, now)
    (token,) = (token for text, token in links().items() if text.startswith(label))
    assert question(token, now, facility.settings).label.startswith(label)
    assert answer(token, now + HOUR, facility.settings).text.endswith(said)
    assert EventRow.get(EventRow.kind == kind).what == "the person, by link"
    (explained,) = explanation(user_named("alice"), facility.settings).areas
    assert kind in [event.kind for event in explained.events]
    scan(facility, area, 352, now + 12 * DAY)  # a milestone that is passed over
    assert MessageRow.select().count() == 1
    scan(facility, area, 359, now + 19 * DAY)  # a warning
    assert MessageRow.select().count() == 2


def test_who_thinks_again_says_something_else_and_twice_is_once(facility, now):
    scan(facility, new_area("alice", now), 340, now)
    moves, gone, _ = links().values()
    answer(moves, now, facility.settings)
    assert "answered already" in answer(moves, now + HOUR, facility.settings).text
    answer(gone, now + 2 * HOUR, facility.settings)
    answer(moves, now + 3 * HOUR, facility.settings)
    kinds = [row.kind for row in EventRow.select().order_by(EventRow.id) if row.kind in {*Reply}]
    assert kinds == ["moves", "not needed", "moves"]
    assert [episode.acknowledged for _, episode in unsettled(user_named("alice"))] == [True]


def test_without_a_place_nobody_asks(store, tmp_path, now):
    facility = asking(tmp_path, "")
    scan(facility, new_area("alice", now), 340, now)
    assert next(iter(links())) == "I have seen it: write only if it gets worse"
    assert "project storage" in MessageRow.get().text


def test_before_the_first_milestone_and_where_nothing_was_told_there_is_nothing_to_decide(facility, now):
    area = new_area("alice", now)
    scan(facility, area, 300, now)
    assert EpisodeRow.select().count() == 0
    with pytest.raises(WrongInput, match="nothing to answer"):
        listen.decide(area.user, About(), Reply.MOVES, By.OPERATOR, now)


def test_what_becomes_of_old_data_answers_no_quota(facility, now):
    """Or whoever says that they move old files would hear no more of a quota that they have passed."""
    area = new_area("alice", now)
    scan(facility, area, 340, now, size=1001)
    done = listen.decide(area.user, About(), Reply.MOVES, By.OPERATOR, now)
    assert [effect.policy for effect in done] == ["persistence"]
    replied = {row.policy: row.replied for row in EpisodeRow.select()}
    assert replied["persistence"] is not None
    assert replied["quota_hard"] is None


def test_a_link_to_what_nobody_asks_any_more_says_so_and_keeps_nothing(facility, now, tmp_path):
    area = new_area("alice", now)
    scan(facility, area, 340, now)
    token = links()["I will move what I keep"]
    scan(asking(tmp_path, ""), area, 341, now + DAY)
    assert answer(token, now + DAY, facility.settings).done == ()
    assert EventRow.select().where(EventRow.kind == "moves").count() == 0
