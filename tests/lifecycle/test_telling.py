"""Owners are told before a dataset expires: at each interval once, of those that were missed the latest."""

import re
from datetime import timedelta
from html import unescape
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lifecycle.conftest import DAY, HOUR, OPERATOR, House, of
from xfc_notify.datasets.states import ReplicaState
from xfc_notify.datasets.tables import ReplicaRow
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.states import DeliveryState, Mode

SECOND = timedelta(seconds=1)


def test_each_interval_is_told_once(house: House) -> None:
    house.dataset()
    closed_at = house.life().closed_at
    assert closed_at is not None
    assert [(row.created_at - closed_at).days for row in house.days(30)] == [1, 17, 24, 30]
    first, *others, asked = of("ada")
    assert {first, *others} == {"Dataset exp/d1 expires on Wednesday 1 April (UTC)"}
    assert asked == "Dataset exp/d1 expires on Wednesday 1 April (UTC)"


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/St_Johns"])
def test_c31_the_day_in_a_mail_is_the_last_one_where_the_site_is(
    tmp_path: Path, store: str, zone: str
) -> None:
    house = House.at(tmp_path, service={"timezone": zone})
    house.dataset()
    house.days(20)
    expires = house.life().expires_at
    assert expires is not None
    last = (expires - SECOND).astimezone(ZoneInfo(zone))
    day = f"{last:%A} {last.day} {last:%B}"
    assert {day in subject for subject in of("ada")} == {True}
    assert (expires.astimezone(ZoneInfo(zone)).hour, last.hour) == (0, 23)


def test_intervals_that_were_missed_collapse_into_the_latest(house: House) -> None:
    house.dataset()
    house.sleep(25)
    assert house.tick() == 1
    assert house.tick(HOUR) == 0


def test_two_datasets_are_one_message_with_the_nearer_date_first(house: House) -> None:
    house.dataset("d1")
    house.do.extend("d1", timedelta(days=3), OPERATOR, beyond=True)
    house.dataset("d2")
    house.sleep(25)
    written = house.days(4)
    both = [row for row in written if "exp/d1" in row.text and "exp/d2" in row.text]
    assert both
    assert both[0].text.index("exp/d2") < both[0].text.index("exp/d1")
    times = [row.created_at for row in written]
    assert all(later - earlier >= DAY for earlier, later in pairwise(times))


def test_what_was_extended_is_told_again_of_its_new_date_only(house: House) -> None:
    house.dataset()
    house.days(29)
    house.do.extend("d1", timedelta(days=20), OPERATOR, beyond=True)
    assert of("ada", house.days(5)) == ["Dataset exp/d1 expires on Tuesday 21 April (UTC)"]
    assert len(of("ada", house.days(16))) == 3


def test_an_open_dataset_is_not_told_of_before(tmp_path: Path, store: str) -> None:
    house = House.at(tmp_path, {"open_lifespan": "10d"})
    house.dataset(closed=False)
    assert house.days(9) == []
    house.days(2)
    assert of("ada") == ["You are asked whether dataset exp/d1 may be closed"]


def test_an_open_one_that_programs_fill_is_left_alone(tmp_path: Path, store: str) -> None:
    house = House.at(tmp_path, {"open_lifespan": "10d"})
    house.dataset(closed=False)
    house.do.open("d1", OPERATOR, automated=True)
    assert house.days(30) == []
    assert house.life().notice is None


def test_without_a_lifespan_nothing_expires(tmp_path: Path, store: str) -> None:
    house = House.at(tmp_path, {})
    house.dataset()
    assert house.days(30) == []
    assert house.life().expires_at is None


def test_a_message_that_waits_is_taken_back_when_it_holds_no_more(house: House) -> None:
    house.delivers = False  # the mail server is away
    house.dataset()
    house.days(29)
    assert len(of("ada")) == 3
    assert DeliveryRow.select().where(DeliveryRow.state == DeliveryState.QUEUED).count() == 1
    house.do.extend("d1", timedelta(days=50), OPERATOR, beyond=True)
    assert DeliveryRow.select().where(DeliveryRow.state == DeliveryState.QUEUED).count() == 0
    assert {row.mode for row in MessageRow.select()} == {Mode.LOST}
    assert of("ada", house.days(15)) == []


def test_the_owner_hears_of_a_bad_copy_once_and_when_it_is_good_again(house: House) -> None:
    house.dataset()
    house.days(2)
    ReplicaRow.update(state=ReplicaState.BAD).execute()
    assert of("ada", house.days(9)) == ["1 copy of dataset exp/d1 is damaged"]
    ReplicaRow.update(state=ReplicaState.GOOD).execute()
    assert of("ada", house.days(3)) == ["The copies of dataset exp/d1 are good again"]


@pytest.mark.parametrize(("code", "word"), [("en", "expires on"), ("de", "läuft am")])
def test_text_and_html_say_the_same_and_nothing_threatens(
    tmp_path: Path, store: str, code: str, word: str
) -> None:
    house = House.at(tmp_path, service={"language": code, "operators": "ops@example.org"})
    house.dataset()
    house.days(1)
    house.binned()
    house.days(2)
    for row in MessageRow.select():
        body = unescape(row.html).partition("<body")[2].partition(">")[2]
        page = re.sub(r"\s+", "", re.sub("<[^>]*>", "", body))
        for line in row.text.partition("-- \n")[0].splitlines():
            assert re.sub(r"\s+", "", line) in page, line
        assert "will be deleted" not in row.text + row.html
        assert "gelöscht wird" not in row.text + row.html
        assert "never deletes anything." not in row.text
    first = MessageRow.select().order_by(MessageRow.created_at).get()
    assert word in first.text


def test_a_message_has_the_steps_of_its_reader_as_links(store: str, tmp_path: Path) -> None:
    """A17: to extend takes two clicks, the link and its button; who may not extend is offered no such link."""
    house = House.at(
        tmp_path,
        {"close_lifespan": "30d", "close_extendlimit": "60d"},
        web={"url": "https://data.example.org"},
        service={"secret": "correct horse battery staple"},
    )
    house.dataset()
    house.until_asked()
    texts = {row.id: row for row in MessageRow.select().order_by(MessageRow.created_at)}
    before, asked = [row for row in texts.values() if row.user.name == "ada"][-2:]
    assert before.text.count("https://data.example.org/decide/") == 1
    assert "- Keep it until Saturday 4 April" in before.text
    assert "- Agree that it is removed" in asked.text
    assert asked.html.count('<a href="https://data.example.org/decide/') == 2
    while house.life().notice.group != "lab":
        house.tick(HOUR)
    house.tick(DAY)
    (ben,) = [row for row in MessageRow.select() if row.user.name == "ben"]
    assert "Agree that it is removed" in ben.text
    assert "Keep it until" not in ben.text
