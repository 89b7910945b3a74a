"""Whether hard quotas count the lengths of files or what these take on disk; all files of the place are sparse."""

from pathlib import Path

import pytest

from cli.console import Ran, run
from cli.place import MB, SETTINGS, Place

ON_DISK = "Sizes are the room that files take on disk."
LENGTH = "Sizes are the lengths of files."


def scanned(place: Place, counts: str) -> None:
    text = SETTINGS.replace("[limits]", f'[limits]\ncounts = "{counts}"')
    place.settings.write_text(text.replace('path = "vol1"', 'path = "vol1"\ncapacity = "20 MB"'))
    with (place.folder / "vol1" / "ben" / "real").open("wb") as file:
        file.write(b"x" * 9_300_000)
    place.discover()
    assert run("enqueue", "--all", "--settings", place.settings).code == 0


def shown(place: Place, *command: str) -> Ran:
    return run(*command, "--settings", place.settings)


@pytest.fixture(params=["apparent", "allocated"])
def counts(request: pytest.FixtureRequest, place: Place) -> str:
    """Which bytes the quotas of the place count; it has been scanned."""
    scanned(place, request.param)
    return str(request.param)


def test_quotas_count_the_bytes_that_the_site_chose(place: Place, counts: str) -> None:
    rows = {row["user"]: row for row in shown(place, "status", "--json").json}
    assert {row["counts"] for row in rows.values()} == {counts}
    (cleo,) = (found for found in rows["cleo"]["findings"] if found["policy"] == "quota_hard")
    (ben,) = (found for found in rows["ben"]["findings"] if found["policy"] == "quota_hard")
    assert rows["cleo"]["size"] == 12 * MB
    assert rows["ben"]["allocated"] >= 9_300_000
    if counts == "apparent":
        assert (cleo["level"], cleo["used"]) == ("over", 12 * MB)
        assert (ben["level"], ben["used"]) == ("over", 18_500_000)
    else:
        assert (cleo["level"], cleo["used"]) == ("ok", rows["cleo"]["allocated"])
        assert (ben["level"], ben["used"]) == ("warning", rows["ben"]["allocated"])


def test_status_and_mails_say_which_bytes_count(place: Place, counts: str) -> None:
    table, mail = shown(place, "status").out, " ".join(shown(place, "preview", "ben").out.split())
    if counts == "apparent":
        assert "on disk" not in table
        assert LENGTH in mail
    else:
        assert "hard quotas count what files take on disk, not their lengths" in table
        assert ON_DISK in mail
        assert "9.2 MB" not in mail, "the length of the sparse file beside it"


def test_a_volume_is_filled_by_what_is_on_disk_whatever_quotas_count(place: Place, counts: str) -> None:
    (volume,) = shown(place, "volumes", "--json").json
    assert volume["size"] > 35 * MB
    assert 9_300_000 <= volume["allocated"] < 10 * MB
    assert (volume["level"], volume["findings"][0]["used"]) == ("ok", volume["allocated"])
    assert " 47 % " in shown(place, "volumes").out


def test_a_simulation_counts_as_the_service_does(place: Place, counts: str) -> None:
    told = shown(place, "simulate", "--json").out.count('"cleo"')
    assert told == (1 if counts == "apparent" else 0)


def test_an_invented_history_may_tell_what_is_on_disk(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[limits]\nhard_quota = "100 B"\ncounts = "allocated"\n')
    line = '{"user": "ada", "as_of": "2026-03-02T08:00:00Z", "size": 360, %s"byte_days": 1, "files": 1, '
    line += '"complete": true}'
    for allocated, told in (('"allocated": 5, ', 0), ('"allocated": 400, ', 1), ("", 1)):
        (tmp_path / "history").write_text(line % allocated)
        ran = run(
            "simulate", "--history", tmp_path / "history", "--json", "--settings", tmp_path / "settings.toml"
        )
        assert (ran.code, ran.out.count("quota_hard")) == (0, told)
