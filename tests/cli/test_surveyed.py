"""Areas that take their figures from wrstat's data, here an export of our own scan: from the settings to the mail."""

import os
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from cli.console import assert_told, run
from cli.place import MB, SETTINGS, Place

REPORTS = """
[reports]
data = "data"

[[reports.volumes]]
name = "vol1"
mount = "{mount}"
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A volume that was exported as of an hour ago; its data are loaded."""
    folder = tmp_path_factory.mktemp("surveyed").resolve()
    place = Place(folder)
    reports = REPORTS.format(mount=folder)
    place.settings.write_text(SETTINGS.replace('path = "vol1"', 'path = "vol1"\nsource = "wrstat"') + reports)
    place.add(b"ada/thesis/data.nc", MB, 3)
    place.add(b"cleo/ensemble/member1.nc", 12 * MB, 1)
    place.add(b"cleo/new\nline/x", 1, 1)
    place.discover()
    capture(folder, datetime.now(UTC) - timedelta(hours=1))
    return place


def capture(folder: Path, when: datetime) -> None:
    """What `wrstat` would write of the folder, as of a time."""
    data = folder / "data" / f"{when:%Y%m%d-%H%M%S}_{str(folder).replace('/', '／')}"
    data.mkdir(parents=True)
    assert run("scan", folder / "vol1", "--export", data / "stats.gz").code == 0
    os.utime(data, (when.timestamp(), when.timestamp()))
    assert run("reports", "load", "--settings", folder / "settings.toml").code == 0
    assert run("tick", "--settings", folder / "settings.toml").code == 0


def test_status_has_the_figures_and_says_where_they_come_from(place: Place) -> None:
    rows = {row["user"]: row for row in run("status", "--json", "--settings", place.settings).json}
    assert {user: (row["size"], row["level"], row["source"]) for user, row in rows.items()} == {
        "ada": (MB, "ok", "wrstat"), "cleo": (12 * MB + 1, "over", "wrstat")
    }  # fmt: skip
    as_of = datetime.fromisoformat(rows["ada"]["last_scanned"])
    assert timedelta(minutes=59) < datetime.now(UTC) - as_of < timedelta(hours=2)
    shown = run("status", "--settings", place.settings).out
    assert "by the data of wrstat, as of the times of its captures: vol1" in shown
    assert "ensemble" in run("where", "cleo", "--settings", place.settings).out


def test_who_is_over_got_a_mail_that_says_the_time_of_the_capture(place: Place) -> None:
    (mail,) = place.mails
    message = message_from_bytes(mail.read_bytes(), policy=policy.default)
    part = message.get_body(("plain",))
    assert part is not None
    text = " ".join(part.get_content().split())
    assert message["To"] == "cleo@example.org"
    assert "together with all that lies on vol1: 2 files." in text
    assert "measure again" not in text


def test_nobody_walks_there(place: Place) -> None:
    told = ("are not walked: their figures come from wrstat", "reports load")
    assert_told(run("enqueue", "--volume", "vol1", "--settings", place.settings), 2, *told)
    assert "Areas scanned: 0." in run("enqueue", "--all", "--settings", place.settings).out
    assert_told(run("rescan", "cleo", "--settings", place.settings), 2, "shows what you have cleaned up")
    checked = {
        row["name"]: row
        for row in run("check", "areas", "reports", "--json", "--settings", place.settings).json
    }
    assert checked["areas"]["state"] == checked["report vol1"]["state"] == "ok"


def test_the_next_capture_shows_what_was_cleaned_up(place: Place) -> None:
    (place.folder / "vol1/cleo/ensemble/member1.nc").unlink()
    place.add(b"cleo/ensemble/small.nc", 7 * MB, 0)
    capture(place.folder, datetime.now(UTC))
    rows = {row["user"]: row for row in run("status", "--json", "--settings", place.settings).json}
    assert (rows["cleo"]["size"], rows["cleo"]["level"]) == (7 * MB + 1, "ok")
