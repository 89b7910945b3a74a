"""xfc-notify demo, in a process of its own, as `make demo` calls it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from itertools import pairwise
from pathlib import Path

import pytest

from cli.console import Ran, assert_harmless, assert_told, call, environment
from xfc_notify.cli.sample import build

DAY = timedelta(days=1)
SCRIPT = Path(sys.executable).with_name("xfc-notify")
"""As pip installs it."""


@dataclass(frozen=True)
class Demo:
    """A folder in which the demonstration ran for the first time."""

    folder: Path
    first: Ran

    def mails(self) -> set[str]:
        """Who got mail."""
        files = (self.folder / "mail" / "new").iterdir()
        return {str(message_from_bytes(file.read_bytes())["To"]) for file in files}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo") / "here"
    return Demo(folder, call("demo", folder, "--json"))


def test_it_shows_users_of_different_fortunes_and_writes_their_mails(demo: Demo) -> None:
    assert (demo.first.code, demo.first.err) == (0, "")
    levels = {row["user"]: (row["level"], row["complete"]) for row in demo.first.json["status"]}
    assert levels == {
        "ada": ("ok", True),
        "ben": ("warning", True),
        "cleo": ("over", True),
        "dan": ("over", True),
        "eve": ("ok", False),
        "finn": ("notice", True),
    }
    assert demo.mails() == {f"{user}@example.org" for user in ("ada", "ben", "cleo", "dan", "finn")}
    for _, _, html in demo.first.json["messages"]:
        assert Path(html).read_text().startswith("<!")
        assert Path(html).with_suffix(".txt").is_file()


def test_the_closed_directory_is_closed_for_root_too(demo: Demo) -> None:
    (eve,) = (row for row in demo.first.json["status"] if row["user"] == "eve")
    assert (eve["files"], eve["size"]) == (1, 2 * 10**12)


def test_what_it_built_can_be_deleted_by_whoever_built_it(tmp_path: Path) -> None:
    build(tmp_path / "here")
    (tmp_path / "here" / "volume" / "eve" / "private").rmdir()  # rm could not look into it for more


def test_groups_have_a_past_on_a_volume_of_wrstat_and_the_head_of_one_is_told(demo: Demo) -> None:
    ran = call("reports", "groups", "--json", "--settings", demo.folder / "settings.toml")
    found = {row["group"]: (row["head"], row["level"]) for row in ran.json}
    assert found == {"climate": ("ada", "over"), "oceans": ("cleo", "ok"), "archive": ("", "ok")}
    past = call("reports", "history", "climate", "--json", "--settings", demo.folder / "settings.toml").json
    assert len(past) == 9
    assert past[0]["bytes"] > past[1]["bytes"] > past[2]["bytes"]
    (letter,) = (html for user, _, html in demo.first.json["messages"] if user == "ada")
    assert "climate has used 105 % of its quota on scratch1" in Path(letter).with_suffix(".txt").read_text()
    kept = call("reports", "vaults", "--json", "--settings", demo.folder / "settings.toml").json
    assert [(row["group"], row["state"], row["path"]) for row in kept] == [
        ("archive", "Keep", "old/tapes.tar")
    ]


def test_it_takes_no_room_on_the_disk(demo: Demo) -> None:
    blocks = sum(path.lstat().st_blocks for path in (demo.folder / "volume").rglob("*") if path.is_file())
    assert blocks * 512 < 10_000_000


def test_a_second_run_writes_no_message(demo: Demo) -> None:
    before = demo.mails()
    again = call("demo", demo.folder)
    assert (again.code, again.err) == (0, "")
    assert "Found the sample volume" in again.out
    assert "Scanned 6 areas, wrote 0 messages." in again.out
    assert "nobody was told anything" in again.out
    assert demo.mails() == before
    assert len(list((demo.folder / "mail" / "new").iterdir())) == 5
    assert_harmless(again.raw)


def test_it_refuses_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    mine = tmp_path / "thesis.tex"
    mine.touch()
    assert_told(call("demo", tmp_path), 2, "is there already and was not made by this command")
    assert_told(call("demo", mine), 2, "is there already")
    assert_told(call("demo", mine / "below"), 2, "Not a directory", "Name a folder that you may write")
    assert list(tmp_path.iterdir()) == [mine]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be in somebody else's folder")
def test_root_can_run_it_in_a_folder_of_somebody_else(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    os.chown(folder, 65534, 65534)
    ran = subprocess.run(
        [sys.executable, "-m", "xfc_notify", "demo", "demo"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Scanned 6 areas, wrote 5 messages." in ran.stdout


@pytest.mark.skipif(not SCRIPT.exists(), reason="xfc-notify is not installed beside this Python")
def test_what_to_try_next_works_as_it_is_printed(tmp_path: Path) -> None:
    (tmp_path / "bin").symlink_to(SCRIPT.parent)
    (tmp_path / "a folder").mkdir()

    def shell(line: str) -> str:
        path = {"PATH": "/usr/bin:/bin"}  # as after `make demo`: what is called is not on the PATH
        done = subprocess.run(
            ["/bin/sh", "-c", line],
            cwd=tmp_path,
            env=environment(path),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    printed = shell("bin/xfc-notify demo 'a folder/demo'")
    tries = [line.strip() for line in printed.partition("Try next:\n")[2].splitlines()]
    preview, explain, remove, scan, groups, web = tries
    assert (
        web == "bin/xfc-notify web --sign-in cleo --sign-in operator --settings 'a folder/demo/settings.toml'"
    )
    assert preview.startswith("bin/xfc-notify ")
    assert "You have used 109 % of your space" in shell(preview)
    assert "quota_temporal: began" in shell(explain)
    assert "Areas scanned: 1. Messages written: 1." in shell(remove)
    assert "temporal usage" in shell(scan)
    assert "/lustre/scratch1/climate" in shell(groups)
    assert "Thank you" in shell("bin/xfc-notify explain cleo --settings 'a folder/demo/settings.toml'")


def test_what_it_shows_is_possible(demo: Demo) -> None:
    """No file is older than the time for which it has been there, and what stays gathers its size every day."""
    standing = {row["user"]: row for row in demo.first.json["status"]}
    history = {
        user: call("history", user, "--json", "--settings", demo.folder / "settings.toml").json
        for user in standing
    }
    for user, scans in history.items():
        ordered = sorted((scan for scan in scans if scan["size"] is not None), key=lambda scan: scan["as_of"])
        assert len(ordered) > 14
        now = datetime.fromisoformat(ordered[-1]["as_of"])
        for before, after in pairwise(ordered):
            days = (datetime.fromisoformat(after["as_of"]) - datetime.fromisoformat(before["as_of"])) / DAY
            assert after["temporal_usage"] <= before["temporal_usage"] + after["size"] * days * 1.0001 + 4e12
        if user in {"ada", "dan", "eve", "finn"}:  # they have deleted nothing
            for scan in ordered:
                days = (now - datetime.fromisoformat(scan["as_of"])) / DAY
                # On a busy machine a minute goes by from the first file to the scan.
                assert standing[user]["temporal_usage"] >= scan["size"] * (0.9999 * days - 60 / 86_400)


def test_nothing_is_called_fine_that_is_passed_within_a_week(demo: Demo) -> None:
    fine = {}
    for user, _, html in demo.first.json["messages"]:
        text = Path(html).with_suffix(".txt").read_text()
        fine[user] = [line.split()[0] for line in text.splitlines() if line.endswith(" fine")]
    soon = {
        (row["user"], {"quota_hard": "Hard", "quota_temporal": "Temporal"}.get(found["policy"], "Hard"))
        for row in demo.first.json["status"]
        for found in row["findings"]
        if found["due"] and datetime.fromisoformat(found["due"]) < datetime.now(UTC) + 7 * DAY
    }
    assert soon
    assert not [(user, title) for user, title in soon if title in fine.get(user, [])]
