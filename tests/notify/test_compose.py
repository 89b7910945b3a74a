"""What a message gathers import json
from the database: who reads it, what was before."""

import json
from datetime import timedelta

import pytest
from facility import Facility, new_area

from xfc_notify.notify.compose import preview
from xfc_notify.outbox import messages
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people import users
from xfc_notify.people.tables import UserRow

DAY = timedelta(days=1)


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path)


def last_message() -> MessageRow:
    return MessageRow.select().order_by(MessageRow.created_at.desc()).first()


def flat(text: str) -> str:
    return " ".join(text.replace("&nbsp;", " ").split())


def test_a_message_tells_what_changed_since_the_one_before(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 850, now)
    assert "last message" not in last_message().text
    facility.scan(area, 870, now + DAY)
    facility.scan(area, 950, now + 2 * DAY)
    said = "Since the last message, on Monday 2 March (UTC), 100 B have been added."
    assert said in flat(last_message().text)
    assert said in flat(last_message().html)
    facility.scan(area, 500, now + 4 * DAY)
    said = "Since the last message, on Wednesday 4 March (UTC), 450 B have gone."
    assert said in flat(last_message().text)


def test_the_third_scan_brings_a_plot_which_is_kept_with_the_message(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 500, now)
    facility.scan(area, 850, now + 2 * DAY)
    assert last_message().drawings is None
    facility.scan(area, 950, now + 4 * DAY)
    assert "4 days ago 500 B, now 950 B; the limit is 1 kB." in flat(last_message().text)
    assert len(json.dumps(last_message().drawings)) < 1000, "the picture itself has twenty times as much"
    assert messages.images(last_message())["course"].startswith(b"\x89PNG")


def test_a_user_is_written_to_in_their_language_and_zone(facility, now):
    area = new_area("alice", now)
    UserRow.update(language="de", timezone="Europe/Berlin").execute()
    facility.scan(area, 850, now)
    assert last_message().subject == "[XFC] Sie nutzen 85 % Ihres Speicherplatzes auf vol1"
    assert "Montag, 2. März 2026, 09:00 Uhr (MEZ)" in flat(last_message().text)
    shown = preview(users.user_named("alice"), facility.settings, now)
    assert shown.text.startswith("Guten Tag")
