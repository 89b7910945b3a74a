"""The commands that show something: status, explain, preview, users, deliveries, check, plugins."""

import re
from pathlib import Path
from typing import Any

import pytest

from cli.console import assert_harmless, on_terminal, run
from cli.place import HOSTILE, MB, Place
from xfc_notify.paths import address

LOOKS = [
    "status",
    "status cleo",
    "history finn",
    "explain cleo",
    "explain finn",
    "preview finn",
    "preview finn --html",
    "users list",
    "users show finn",
    "deliveries list",
    "check",
    "plugins",
    "discover",
]


def look(place: Place, command: str, *more: str) -> str:
    """The output of a command that has to work."""
    ran = run(*command.split(), *more, "--settings", place.settings)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def look_json(place: Place, command: str) -> Any:
    """The same as JSON."""
    ran = run(*command.split(), "--json", "--settings", place.settings)
    assert (ran.code, ran.err) == (0, "")
    return ran.json


def test_status_shows_everybody_with_shares_levels_and_times(standing: Place) -> None:
    lines = look(standing, "status").splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["dan", "cleo", "ben", "finn", "ada"], (
        "by level, then by share"
    )
    cells = re.split(r"  +", lines[3].strip())
    assert cells[:7] == [
        "cleo", "vol1", "██████ 120 %", "12 of 10 MB", "▊", "12 %", "12 of 100 MB·days",
    ]  # fmt: skip
    assert cells[7:9] == ["over", "quota_hard"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", cells[9]), "the day on which the temporal quota is passed"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", cells[-1])


def test_status_as_json_has_exact_numbers(standing: Place) -> None:
    (row,) = look_json(standing, "status dan")
    assert {
        key: row[key] for key in row.keys() - {"last_scanned", "allocated", "temporal_usage", "findings"}
    } == {
        "user": "dan",
        "area": str(standing.folder / "vol1/dan"),
        "volume": "vol1",
        "size": 5 * MB,
        "hard_quota": 10 * MB,
        "counts": "apparent",
        "temporal_quota": 100.0 * MB,
        "files": 1,
        "level": "over",
        "complete": True,
        "left_out": {},
        "source": "scan",
    }
    assert row["temporal_usage"] == pytest.approx(150 * MB, rel=1e-3)
    findings = {finding["policy"]: finding for finding in row["findings"]}
    assert findings["quota_hard"] == {
        "policy": "quota_hard", "level": "ok", "used": 5 * MB, "limit": 10 * MB, "unit": "bytes", "due": None,
        "thresholds": [0.8, 0.9, 1.0],
    }  # fmt: skip
    temporal = findings["quota_temporal"]
    assert (temporal["level"], temporal["used"]) == ("over", row["temporal_usage"])


def test_status_shows_a_level_and_what_is_worse(standing: Place) -> None:
    assert [row["user"] for row in look_json(standing, "status --level warning")] == ["dan", "cleo", "ben"]
    assert [line.split()[0] for line in look(standing, "status --level over").splitlines()[2:]] == [
        "dan",
        "cleo",
    ]
    assert look(standing, "status ada --level notice") == "No area is at the level notice or worse.\n"


def test_status_of_many_shows_the_worst_and_says_how_many_it_leaves_out(place: Place) -> None:
    look(place, "discover")
    look(place, "enqueue --all")
    for number in range(60):
        (place.folder / "vol1" / f"guest{number:02}").mkdir()
    look(place, "discover")
    lines = look(place, "status").splitlines()
    assert [line.split()[0] for line in lines[2:9]] == [
        "dan", "cleo", "ben", "finn", "ada", "guest00", "guest01",
    ]  # fmt: skip
    assert len(lines) == 2 + 50 + 2
    assert lines[-2:] == [
        "65 areas: 2 over, 1 warning, 1 notice, 1 ok, 60 never scanned.",
        "15 more are not shown; --level, USER, --all or --json show them.",
    ]
    assert len(look(place, "status --all").splitlines()) == 2 + 65
    assert len(look_json(place, "status")) == 65
    assert "not shown" not in look(place, "status --level ok")


def test_status_says_by_what_a_level_is_that_neither_quota_explains(place: Place) -> None:
    more = '\n[plugins.persistence.owners]\nada = "2d"\nben = "2d"\n'
    place.settings.write_text(place.settings.read_text() + more)
    place.discover()
    assert run("enqueue", "--all", "--settings", place.settings).code == 0
    told = look(place, "status")
    assert f"\nover: persistence of {place.folder}/vol1/ada: 3 days of 2 days\n" in told
    assert "over: quota_hard" not in told


def test_status_of_one_user_leaves_out_the_others(standing: Place) -> None:
    assert [row["user"] for row in look_json(standing, "status ben")] == ["ben"]


def test_an_area_that_was_never_scanned_has_dashes(place: Place) -> None:
    look(place, "discover")
    assert re.search(
        r"ada +vol1 +- +of 10 MB +- +of 100 MB·days +- +- +- +- +never", look(place, "status ada")
    )
    (row,) = look_json(place, "status ada")
    assert (row["last_scanned"], row["size"], row["level"], row["findings"]) == (None, None, None, [])


@pytest.mark.parametrize("command", ["status", "users list", "deliveries list"])
def test_an_empty_database_says_so(place: Place, command: str) -> None:
    assert look(place, command).startswith("No ")
    assert look_json(place, command) == []


def test_a_failed_scan_is_named_under_the_table(place: Place) -> None:
    look(place, "discover")
    ada = place.folder / "vol1/ada"
    ada.rename(place.folder / "vol1/elsewhere")
    ada.symlink_to("elsewhere")
    assert "1 scan failed; see: xfc-notify status" in look(place, "enqueue ada")
    assert f"{ada}: {ada} is a link, and links are not followed" in look(place, "status ada")


def test_explain_tells_what_was_said_and_why_it_is_silent_now(standing: Place) -> None:
    told = look(standing, "explain cleo")
    assert "cleo: notify is on, messages are live." in told
    assert "quota_hard began: 12 MB of 10 MB" in told
    assert "silent because: told at" in told
    assert "a reminder is due from" in told
    assert "[XFC] You have used 120 % of your space" in told
    assert "because: quota_hard began (over)" in told
    assert "email to cleo@example.org: sent" in told


def test_explain_says_when_there_is_nothing_to_say(standing: Place) -> None:
    told = look(standing, "explain ada")
    assert "No policy has found anything above ok" in told
    assert "No message was written to this user yet." in told


def test_explain_as_json_has_episodes_events_and_messages(standing: Place) -> None:
    told = look_json(standing, "explain dan")
    assert isinstance(told, dict)
    assert (told["user"], told["notify"], told["mode"]) == ("dan", True, "live")
    (area,) = told["areas"]
    (episode,) = area["episodes"]
    assert (episode["policy"], episode["level"], episode["told_level"]) == ("quota_temporal", "over", "over")
    assert {event["kind"] for event in area["events"]} == {"began", "told"}
    (message,) = told["messages"]
    assert [item["reason"] for item in message["reasons"]] == ["began"]
    (delivery,) = message["deliveries"]
    assert (delivery["channel"], delivery["address"], delivery["state"]) == (
        "email", "dan@example.org", "sent",
    )  # fmt: skip


def test_preview_is_the_message_as_text_html_and_json(standing: Place) -> None:
    text = look(standing, "preview cleo")
    assert text.startswith("Subject: [XFC] You have used 120 % of your space on vol1\n\nDear cleo,\n")
    assert "This service never deletes anything." in text
    html = look(standing, "preview cleo", "--html")
    assert html.startswith("<!")
    assert "You have used 120 % of your space" in html
    message = look_json(standing, "preview cleo")
    assert isinstance(message, dict)
    assert message.keys() == {"subject", "text", "html", "level"}
    assert text == f"Subject: {message['subject']}\n\n{message['text']}\n"
    assert (message["level"], message["html"] + "\n") == ("over", html)


def test_users_can_be_listed_and_shown(standing: Place) -> None:
    assert re.search(r"cleo +cleo@example.org +on", look(standing, "users list"))
    listed = look_json(standing, "users list")
    (cleo,) = (user for user in listed if user["name"] == "cleo")
    assert (cleo["email"], cleo["notify"], cleo["digest"]) == ("cleo@example.org", True, "off")
    shown = look_json(standing, "users show cleo")
    assert isinstance(shown, dict)
    (area,) = shown["areas"]
    assert (area["hard_quota"], area["temporal_quota"]) == (10 * MB, 100 * MB)
    assert "100 MB·days" in look(standing, "users show cleo")


def test_deliveries_are_listed_newest_first_and_by_state(standing: Place) -> None:
    listed = look_json(standing, "deliveries list")
    assert isinstance(listed, list)
    numbers = [row["number"] for row in listed]
    assert numbers == sorted(numbers, reverse=True)
    assert {row["user"] for row in listed} == {"ben", "cleo", "dan", "finn"}
    assert listed[0].keys() == {
        "number", "user", "channel", "address", "state", "attempts", "created_at", "due_at", "sent_at", "error",
        "message_id", "subject",
    }  # fmt: skip
    assert look(standing, "deliveries list", "--state", "dead") == "No deliveries are dead.\n"
    assert look_json(standing, "deliveries list --count 1 --state sent") == listed[:1]


def test_check_looks_at_everything_and_names_it(standing: Place) -> None:
    looked = look_json(standing, "check")
    assert isinstance(looked, list)
    assert {row["name"]: row["state"] for row in looked} == {
        "settings": "ok", "database": "ok", "broker": "ok", "plugin email": "ok", "plugin growth": "ok",
        "plugin passwd": "ok", "plugin persistence": "ok", "areas": "ok",
        "plugin quota_hard": "ok", "plugin quota_temporal": "ok", "scanner": "ok", "volume vol1": "notice",
        "messages": "ok", "operators": "notice", "ticks": "notice", "files": "ok", "clock": "ok", "scans": "ok",
        "deliveries": "ok", "templates": "ok", "language": "ok", "links": "ok", "mail": "ok", "versions": "ok",
        "disk": "ok",
    } | {row["name"]: "ok" for row in looked if row["name"].startswith("plugin ")}  # fmt: skip
    assert f"sqlite:///{standing.folder}/xfc-notify.db" in look(standing, "check")


def test_check_fails_where_a_volume_is_missing_and_notices_shadow_mode(place: Place) -> None:
    more = '[[volumes]]\nname = "gone"\npath = "gone"\n[messages]\nmode = "shadow"\n'
    place.settings.write_text(place.settings.read_text() + more)
    ran = run("check", "--json", "--settings", place.settings)
    states = {row["name"]: (row["state"], row["what"], row["do"]) for row in ran.json}
    assert ran.code == 1
    assert states["volume vol1"][0] == "notice"
    assert states["volume gone"] == (
        "failed", f"{place.folder}/gone: No such file or directory", "is it mounted?",
    )  # fmt: skip
    assert states["messages"][0] == "notice"


def test_plugins_need_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    listed = {row["name"]: row for row in run("plugins", "--json").json}
    assert listed["quota_hard"].keys() == {"name", "version", "hooks", "origin"}
    assert listed["quota_hard"]["hooks"] == ["evaluate", "settings_model"]
    assert listed["email"]["hooks"] == ["addresses", "deliver", "outage", "settings_model"]
    assert re.search(r"passwd +\S+ +find_group, find_person +xfc-notify", run("plugins").out)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", LOOKS)
def test_hostile_names_never_reach_the_terminal_raw(standing: Place, command: str) -> None:
    for name in HOSTILE:
        (standing.folder / "vol1" / ("z" + name.decode("utf-8", "surrogateescape"))).mkdir(exist_ok=True)
    ran = run(*command.split(), "--settings", standing.settings)
    assert ran.code == 0
    assert_harmless(ran.raw)
    assert "--html" not in command or "<b>bold" not in ran.out
    as_json = run(*command.replace("--html", "").split(), "--json", "--settings", standing.settings)
    assert_harmless(as_json.raw)


def test_hostile_names_are_shown_with_escapes(standing: Place) -> None:
    text = look(standing, "preview finn")
    assert r"new\x0aline" in text
    assert r"caf\xe9" in text
    assert r"\x1b[31mred\x1b]0;owned\x07" in text
    assert r"\u202eexe.txt" in text
    assert "&lt;b&gt;bold &amp; co" in look(standing, "preview finn", "--html")


def test_a_hostile_volume_is_shown_harmlessly_by_check(place: Place) -> None:
    odd = '[[volumes]]\nname = "\\u001b[31mred"\npath = "\\u001b[31m\\nvol"\n'
    place.settings.write_text(place.settings.read_text() + odd)
    ran = run("check", "--settings", place.settings)
    assert ran.code == 1
    assert r"\x1b[31mred" in ran.out
    assert_harmless(ran.raw)


@pytest.mark.parametrize(
    ("command", "columns"),
    [
        ("status", 60),
        ("status", 80),
        ("status", 120),
        ("check", 60),
        ("deliveries list", 60),
        ("users show cleo", 60),
        ("plugins", 60),
    ],
)
def test_tables_fit_the_terminal(standing: Place, command: str, columns: int) -> None:
    shown = on_terminal(*command.split(), "--settings", standing.settings, columns=columns)
    assert shown.code == 0
    assert max(map(len, shown.lines)) <= columns


def test_a_narrow_status_keeps_shares_and_levels_and_says_what_it_leaves_out(standing: Place) -> None:
    shown = on_terminal("status", "--settings", standing.settings, columns=80)
    (cleo,) = (line for line in shown.lines if line.startswith("cleo"))
    assert re.fullmatch(r"cleo +██████ 120 % +▊ +12 % +over +quota_hard +\d{4}-\d\d-\d\d", cleo)
    assert "(no room here for: volume, used, used, files, last scan (UTC))" in shown.lines
    wide = on_terminal("status", "--settings", standing.settings, columns=140)
    assert not any("no room" in line for line in wide.lines)
    assert b"\x1b[" in shown.terminal, "levels have colours on a terminal"


def test_history_shows_what_every_scan_found(standing: Place) -> None:
    place, *_, row = look(standing, "history cleo").splitlines()
    assert place == str(standing.folder / "vol1/cleo")
    assert re.split(r"  +", row.strip())[1:] == [
        "12 MB", "██████ 120 %", "12 MB·days", "▊", "12 %", "2", "over",
    ]  # fmt: skip
    scan, *_ = look_json(standing, "history cleo")
    assert (scan["size"], scan["files"], scan["state"], scan["level"]) == (12 * MB, 2, "whole", "over")


def test_history_of_nobody_is_a_mistake(standing: Place) -> None:
    ran = run("history", "nobody", "--settings", standing.settings)
    assert (ran.code, ran.out) == (2, "")
    assert "There is no user nobody" in ran.err


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("ada@example.org", "ada@example.org"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7", "slack://…evi7"),
        ("json://xfc:password@example.org/hook/?token=abc", "json://…hook"),
        ("matrixs://short", "matrixs://…"),
        ("slack://", "slack://…"),
    ],
)
def test_of_an_address_that_is_a_url_little_is_shown(stored: str, shown: str) -> None:
    assert address(stored) == shown


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("status", 0),
        ("volumes", 0),
        ("history cleo", 2),
        ("explain cleo", 2),
        ("preview cleo", 2),
        ("users list", 0),
        ("users show cleo", 2),
        ("messages held", 0),
        ("deliveries list", 0),
        ("exempt list", 0),
        ("simulate", 0),
    ],
)
def test_whoever_only_looks_creates_no_database(place: Place, command: str, code: int) -> None:
    before = sorted(place.folder.iterdir())
    ran = run(*command.split(), "--settings", place.settings)
    assert ran.code == code, ran.err
    assert sorted(place.folder.iterdir()) == before
