"""What was said long ago is forgotten, its bodies first; whatever goes on or waits for somebody is kept."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from facility import Facility, measured, new_area, order_for

from xfc_notify.areas.duties import thin_out
from xfc_notify.areas.scan_views import scan_views
from xfc_notify.areas.settings import History
from xfc_notify.areas.tables import ScanRow
from xfc_notify.components import duties
from xfc_notify.errors import SettingsError
from xfc_notify.notify.duties import forget
from xfc_notify.notify.speak import speak_to_all
from xfc_notify.notify.tables import EpisodeRow, ExemptionRow
from xfc_notify.outbox import deliveries, messages
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.people import users
from xfc_notify.people.tables import EventRow
from xfc_notify.settings import validate
from xfc_notify.store import database, migrate
from xfc_notify.usage import Usage
from xfc_notify.usage.summary import Tally

DAY = timedelta(days=1)
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def facility(store: str, tmp_path: Path) -> Facility:
    return Facility.at(tmp_path)


def told(facility: Facility, owner: str, now: datetime) -> MessageRow:
    """A user is told once that they are over, and the message is sent."""
    facility.scan(new_area(owner, now), 1200, now)
    (message,) = MessageRow.select().where(MessageRow.created_at == now)
    for delivery in deliveries.deliveries_of(message):
        deliveries.sent(delivery, now)
    return message


def back(owner: str, facility: Facility, now: datetime) -> None:
    """They clean up, are told that it is over, and that is sent."""
    from xfc_notify.areas.tables import AreaRow

    for later in (now, now + DAY):  # a drop has to be seen twice
        facility.scan(AreaRow.get(AreaRow.path == f"/vol1/{owner}"), 10, later)
    speak_to_all(facility.service, now + 3 * DAY)
    DeliveryRow.update(state="sent").execute()


def test_bodies_go_before_the_fact_that_something_was_told(facility, now):
    message = told(facility, "alice", now)
    back("alice", facility, now + 5 * DAY)
    forget(facility.service, now + 89 * DAY)
    assert MessageRow.get_by_id(message.id).text
    forget(facility.service, now + 91 * DAY)
    kept = MessageRow.get_by_id(message.id)
    assert (kept.text, kept.html, kept.drawings) == (None, None, None)
    assert (kept.subject, kept.reasons) == (message.subject, message.reasons)
    assert (DeliveryRow.select().count(), EventRow.select().count() > 0) == (
        MessageRow.select().count(),
        True,
    )
    assert messages.message(kept, facility.settings).text == ""

    forget(facility.service, now + 800 * DAY)
    for table in (MessageRow, DeliveryRow, EventRow, EpisodeRow):
        assert table.select().count() == 0


def test_what_goes_on_is_kept_whatever_its_age(facility, now):
    told(facility, "alice", now)
    forget(facility.service, now + 800 * DAY)
    assert EpisodeRow.select().count() == 1
    assert {row.kind for row in EventRow.select()} >= {"began", "told"}


@pytest.mark.parametrize("state", ["queued", "sending", "retry", "held"])
def test_what_is_still_to_be_sent_or_decided_is_kept_whole(facility, now, state):
    message = told(facility, "alice", now)
    DeliveryRow.update(state=state).execute()
    forget(facility.service, now + 800 * DAY)
    assert MessageRow.get_by_id(message.id).text == message.text


def test_a_message_that_is_held_is_kept_though_it_has_no_address(facility, now):
    message = told(facility, "alice", now)
    DeliveryRow.delete().execute()
    MessageRow.update(mode="held").execute()
    forget(facility.service, now + 800 * DAY)
    assert MessageRow.get_by_id(message.id).html == message.html


def test_a_dead_delivery_whose_text_is_forgotten_is_not_sent_again(facility, now):
    told(facility, "alice", now)
    DeliveryRow.update(state="dead").execute()
    assert deliveries.revive(None, now) == 1
    DeliveryRow.update(state="dead").execute()
    forget(facility.service, now + 91 * DAY)
    assert deliveries.revive(None, now) == 0


def test_exemptions_that_ended_long_ago_are_forgotten(facility, now):
    area = new_area("alice", now)
    for until in (now, now + 799 * DAY):
        ExemptionRow.create(subject=area.subject, policy="quota_hard", until=until, reason="", granted_at=now)
    forget(facility.service, now + 800 * DAY)
    assert [row.until for row in ExemptionRow.select()] == [now + 799 * DAY]


def test_of_old_scans_it_is_forgotten_what_the_policies_said(facility, now):
    area = new_area("alice", now)
    for day in (0, 7, 100):
        facility.scan(area, 850, now + day * DAY)
    thin_out(facility.service, now + 100 * DAY)
    assert [row.findings is None for row in ScanRow.select().order_by(ScanRow.as_of)] == [True, True, False]
    (views,) = scan_views(users.user_named("alice"), 10).values()
    assert [(str(view.level), view.size) for view in views] == [("notice", 850), ("None", 850), ("None", 850)]


def test_bodies_are_not_kept_longer_than_the_fact(tmp_path):
    with pytest.raises(SettingsError, match="bodies must not be longer than told"):
        validate(History, {"bodies": "800d"}, tmp_path / "settings.toml", ("history",))


def test_forgetting_is_done_once_a_day():
    assert {duty.name: duty.interval for duty in duties()}["forget"] == DAY


def test_three_years_of_an_area_take_no_more_than_the_documentation_says(tmp_path, sqlite_url, now):
    """Scanned as often as scans are kept; one owner of two is over the limit for a month each year."""
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    database.prepare(sqlite_url)
    with database.connected():
        migrate.upgrade()
        database.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        empty = file.stat().st_size
        mail = {"url": f"maildir:{tmp_path}/mail", "sender": "XFC <xfc@example.org>"}
        facility = Facility.at(tmp_path, plugins={"email": mail})  # all policies speak
        areas = [new_area(f"user{number}", now) for number in range(2)]
        for day in range(3 * 365):
            moment = now + day * DAY
            if day % 7 == 0 or day > 2 * 365 + 275:
                with database.db.atomic():
                    for area in areas:
                        over = area is areas[0] and day % 365 < 30
                        order = order_for(area, moment)
                        result = measured(order, 1200 if over else 500 + day % 200, files=50_000)
                        facility.record(replace(result, usage=detailed(result.usage)), moment)
                    speak_to_all(facility.service, moment + timedelta(hours=1))
        DeliveryRow.update(state="sent").where(DeliveryRow.state == "queued").execute()
        thin_out(facility.service, moment)
        forget(facility.service, moment)
        database.db.execute_sql("VACUUM")
        database.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    each = (file.stat().st_size - empty) / len(areas)
    (said,) = re.findall(r"about (\d+) kB for each area", (DOCS / "install.md").read_text())
    assert each / 1000 == pytest.approx(int(said), rel=0.25)


def detailed(usage: Usage) -> Usage:
    """The same with the tables of an area of fifty directories, two owners, ten types and a hundred ages."""
    share = Tally.of(usage.files // 100, usage.size // 100, usage.byte_seconds // 100)
    return replace(
        usage,
        by_directory={b"experiment-%d" % number: share for number in range(50)},
        oldest_by_directory={b"experiment-%d" % number: 1_700_000_000 for number in range(50)},
        by_owner={1000: share, 1001: share},
        by_type={f"type{number}": share for number in range(10)},
        by_age=dict.fromkeys(range(100), share),
    )
