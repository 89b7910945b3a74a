"""What the commands print as JSON: programs read it, so the keys and their order stay as they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from cli.console import run
from cli.place import MB, Place
from xfc_notify.cli.output import as_json, print_json_list
from xfc_notify.domain import Level
from xfc_notify.states import Mode

USER = "name uid full_name email email_mistake chat notify digest timezone language"
AREA = "path volume contact hard_quota temporal_quota last_scanned"
STANDING = (
    "user area volume last_scanned size allocated hard_quota counts temporal_usage temporal_quota files level complete "
    "left_out source findings"
)
SCAN = "area as_of state size allocated temporal_usage files complete level findings seconds slices failure"
EXPLANATION = "user notify mode areas messages"
EPISODE = "policy level began_at ended_at told_at told_level silence"
MESSAGE = "message_id created_at mode audience subject reasons deliveries"
REASON = "area policy reason level"
DELIVERY = "number user channel address state attempts created_at due_at sent_at error message_id subject"
VOLUME = "volume path retired areas scanned size allocated capacity level findings"
EXEMPTION = "user area policy until reason granted_at told_at"


def shown(place: Place, command: str, *more: str) -> Any:
    """What a command prints as JSON."""
    ran = run(*command.split(), *more, "--json", "--settings", place.settings)
    assert (ran.code, ran.err) == (0, "")
    return ran.json


def keys(row: dict[str, Any]) -> str:
    """The keys in their order."""
    return " ".join(row)


@pytest.fixture
def discovered(place: Place) -> Place:
    """A facility whose areas are known, and not scanned yet."""
    place.discover()
    return place


def test_status_has_a_row_per_area_with_its_findings(standing: Place) -> None:
    rows = shown(standing, "status")
    assert {keys(row) for row in rows} == {STANDING}
    assert {keys(found) for row in rows for found in row["findings"]} == {
        "policy level used limit unit due thresholds"
    }


def test_a_forecast_in_status_has_its_date_as_iso_8601(standing: Place) -> None:
    dates = [found["due"] for row in shown(standing, "status") for found in row["findings"] if found["due"]]
    assert dates
    assert all(datetime.fromisoformat(date).utcoffset() is not None for date in dates)


def test_history_has_a_row_per_scan(standing: Place) -> None:
    rows = shown(standing, "history dan")
    assert [keys(row) for row in rows] == [SCAN, SCAN]
    assert [(row["state"], row["level"], row["failure"]) for row in rows] == [("whole", "over", None)] * 2


def test_a_failed_scan_in_history_has_a_failure_and_nothing_measured(discovered: Place) -> None:
    ada = discovered.folder / "vol1/ada"
    ada.rename(discovered.folder / "vol1/elsewhere")
    ada.symlink_to("elsewhere")
    assert shown(discovered, "enqueue ada")["failed"] == 1
    (row,) = shown(discovered, "history ada")
    assert keys(row) == SCAN
    assert row["state"] == "failed"
    assert "links are not followed" in row["failure"]
    assert {row[key] for key in ("size", "allocated", "temporal_usage", "files", "complete", "level")} == {
        None
    }


def test_explain_has_areas_with_episodes_and_events_and_messages_with_reasons_and_deliveries(
    standing: Place,
) -> None:
    told = shown(standing, "explain dan")
    assert keys(told) == EXPLANATION
    (area,) = told["areas"]
    assert keys(area) == "path last_scanned episodes events"
    assert {keys(episode) for episode in area["episodes"]} == {EPISODE}
    assert {keys(event) for event in area["events"]} == {"at policy kind what"}
    (message,) = told["messages"]
    assert keys(message) == MESSAGE
    assert (message["mode"], message["audience"]) == ("live", "user")
    (reason,) = message["reasons"]
    assert keys(reason) == REASON
    assert reason == {"area": area["path"], "policy": "quota_temporal", "reason": "began", "level": "over"}
    assert [keys(delivery) for delivery in message["deliveries"]] == ["channel address state error"]


def test_users_list_has_a_row_per_user_show_has_areas_and_what_is_muted(standing: Place) -> None:
    assert {keys(user) for user in shown(standing, "users list")} == {USER}
    cleo = shown(standing, "users show cleo")
    assert keys(cleo) == f"{USER} areas muted"
    assert [keys(area) for area in cleo["areas"]] == [AREA]


def test_users_set_shows_the_user_with_areas(discovered: Place) -> None:
    ada = shown(discovered, "users set ada --digest weekly")
    assert keys(ada) == f"{USER} areas"
    assert [keys(area) for area in ada["areas"]] == [AREA]


def test_deliveries_list_has_a_row_per_delivery(standing: Place) -> None:
    assert {keys(row) for row in shown(standing, "deliveries list")} == {DELIVERY}


def test_messages_held_has_a_row_per_message_with_its_reasons(
    discovered: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XFC_NOTIFY_MESSAGES__BRAKE_COUNT", "1")
    shown(discovered, "enqueue --all")
    held = shown(discovered, "messages held")
    assert {keys(message) for message in held} == {"user subject reasons created_at message_id"}
    assert {keys(reason) for message in held for reason in message["reasons"]} == {REASON}


def test_volumes_has_a_row_per_volume_with_what_the_policies_say(discovered: Place) -> None:
    settings = discovered.settings.read_text()
    discovered.settings.write_text(settings.replace('path = "vol1"', 'path = "vol1"\ncapacity = "38 MB"'))
    discovered.fill()
    shown(discovered, "enqueue --all")
    (volume,) = shown(discovered, "volumes")
    assert keys(volume) == VOLUME
    assert (volume["path"], volume["capacity"], volume["level"]) == (
        str(discovered.folder / "vol1"),
        38 * MB,
        "warning",
    )
    assert {keys(found) for found in volume["findings"]} == {"policy level used limit unit facts"}
    (found,) = volume["findings"]
    assert all(isinstance(text, str) for text in found["facts"].values())


def test_exempt_shows_what_is_lifted_and_what_has_ended(discovered: Place) -> None:
    shown(discovered, "enqueue cleo")
    lift = ("--policy", "quota_hard", "--until", "2099-12-31", "--reason", "campaign")
    assert keys(shown(discovered, "exempt cleo", *lift)) == "user area policy until reason"
    (lifted,) = shown(discovered, "exempt list")
    (ended,) = shown(discovered, "exempt end cleo")
    assert [keys(row) for row in (lifted, ended)] == [EXEMPTION, EXEMPTION]
    assert lifted["until"] == "2099-12-31T23:59:59+00:00"
    assert datetime.fromisoformat(ended["until"]) <= datetime.now(UTC)
    assert ended | {"until": lifted["until"]} == lifted


def test_an_exemption_makes_its_finding_ok_and_leaves_the_others(discovered: Place) -> None:
    for number, days in enumerate((30, 40)):
        discovered.add(f"cleo/old{number}".encode(), 3 * MB, days)
    shown(discovered, "enqueue cleo")
    (before,) = shown(discovered, "status cleo")
    assert [(found["policy"], found["level"]) for found in before["findings"]][:2] == [
        ("quota_hard", "over"),
        ("quota_temporal", "over"),
    ]
    lift = ("--policy", "quota_hard", "--until", "2099-12-31", "--reason", "campaign")
    shown(discovered, "exempt cleo", *lift)
    (after,) = shown(discovered, "status cleo")
    hard, temporal, *_ = after["findings"]
    assert (hard["level"], hard["due"], temporal["level"], after["level"]) == ("ok", None, "over", "over")
    assert hard["used"] == before["findings"][0]["used"]


@dataclass(frozen=True, slots=True)
class Inner:
    """A view inside another one."""

    level: Level
    facts: MappingProxyType[str, object]


@dataclass(frozen=True, slots=True)
class Outer:
    """A view."""

    mode: Mode
    at: datetime | None
    size: int | None
    share: float
    inner: tuple[Inner, ...] = ()


def test_a_view_becomes_an_object_with_levels_by_name_and_times_as_iso_8601() -> None:
    inner = Inner(Level.OVER, MappingProxyType({"path": Path("/x")}))
    view = Outer(Mode.LIVE, datetime(2026, 3, 1, 12, tzinfo=UTC), 2**60 + 1, 0.1, (inner,))
    assert as_json([view, None, True]) == [
        {
            "mode": "live",
            "at": "2026-03-01T12:00:00+00:00",
            "size": 2**60 + 1,
            "share": 0.1,
            "inner": [{"level": "over", "facts": {"path": "/x"}}],
        },
        None,
        True,
    ]


def test_of_a_long_list_nothing_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    printed = []

    def rows() -> Iterator[Outer]:
        for number in range(3):
            yield Outer(Mode.HELD, None, number, 0)
            printed.append(capsys.readouterr().out)

    print_json_list(rows())
    assert [f'"size": {number}' in text for number, text in enumerate(printed)] == [True] * 3
    assert capsys.readouterr().out == "\n]\n"
