"""The commands that do something: discover, enqueue, tick, users set, deliveries retry, send-test, scan, migrate."""

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from servers.http import HttpServer
from servers.rabbitmq import queue_lengths

from cli.console import Ran, assert_harmless, assert_told, call, on_terminal, run
from cli.place import HOSTILE, MB, Place

NO_SERVER = "127.0.0.1:1"


def do(place: Place, *arguments: str) -> str:
    """The output of a command that has to work without a complaint."""
    ran = run(*arguments, "--settings", place.settings)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def do_json(place: Place, *arguments: str) -> Any:
    """The same as JSON."""
    ran = run(*arguments, "--json", "--settings", place.settings)
    assert (ran.code, ran.err) == (0, "")
    return ran.json


@pytest.fixture
def discovered(place: Place) -> Place:
    """A facility whose areas are known, and not scanned yet."""
    place.discover()
    return place


def scanned(place: Place) -> set[str]:
    """Whose areas have been scanned."""
    return {row["user"] for row in do_json(place, "status") if row["last_scanned"]}


def test_discover_says_that_no_volume_is_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").touch()
    ran = run("discover", "--settings", tmp_path / "settings.toml")
    assert (ran.code, ran.out) == (0, "No volume is in the settings; add a [[volumes]] block.\n")


def test_discover_finds_users_once_and_passes_over_what_is_none(place: Place) -> None:
    odd = place.folder / "vol1" / os.fsdecode(HOSTILE[1])
    odd.mkdir()
    (place.folder / "vol1/link").symlink_to("ada")
    found = do_json(place, "discover")
    assert found["new_users"] == ["ada", "ben", "cleo", "dan", "finn"]
    assert found["new_areas"] == [str(place.folder / "vol1" / name) for name in found["new_users"]]
    assert len(found["refused"]) == 2
    again = do(place, "discover", "vol1")
    assert again.startswith("0 new users, 0 new areas, 5 known areas.\n")
    assert f"passed over: {place.folder}/vol1/link: a link" in again
    assert r"\x1b[31mred\x1b]0;owned\x07: cannot be the name of a user" in again
    assert_harmless(again.encode())


def test_discover_tells_what_vanished_and_keeps_it(discovered: Place) -> None:
    (discovered.folder / "vol1/ben").rename(discovered.folder / "elsewhere")
    assert f"gone: {discovered.folder}/vol1/ben (nothing was deleted" in do(discovered, "discover")
    assert "ben" in [row["name"] for row in do_json(discovered, "users", "list")]


def test_discover_tells_who_has_no_address(place: Place) -> None:
    place.settings.write_text(place.settings.read_text().replace("{username}@example.org", ""))
    said = do(place, "discover")
    assert (
        "no address: ada, ben, cleo, dan, finn\n  give one with: xfc-notify users set USER --email ADDRESS"
        in said
    )


def test_enqueue_alone_scans_the_area_scanned_longest_ago(discovered: Place) -> None:
    for number in range(1, 6):
        assert do_json(discovered, "enqueue") == {
            "opened": 1, "failed": 0, "messages": 1 if number > 1 else 0,
        }  # fmt: skip
        assert len(scanned(discovered)) == number


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        (["--all"], {"ada", "ben", "cleo", "dan", "finn"}),
        (["ben", "dan"], {"ben", "dan"}),
        (["--volume", "vol1"], {"ada", "ben", "cleo", "dan", "finn"}),
        (["--count", "2"], {"ada", "ben"}),
        (["--all", "--count", "3"], {"ada", "ben", "cleo"}),
        (["--older-than", "24h"], {"ada", "ben", "cleo", "dan", "finn"}),
    ],
)
def test_enqueue_scans_what_is_chosen(discovered: Place, options: list[str], chosen: set[str]) -> None:
    assert f"Areas scanned: {len(chosen)}." in do(discovered, "enqueue", *options)
    assert scanned(discovered) == chosen


def test_enqueue_older_than_leaves_out_what_was_just_scanned(discovered: Place) -> None:
    do(discovered, "enqueue", "ada")
    assert do_json(discovered, "enqueue", "--older-than", "1h")["opened"] == 4
    assert do_json(discovered, "enqueue", "--older-than", "1h")["opened"] == 0


def test_everybody_hears_once_however_often_it_is_scanned(discovered: Place) -> None:
    assert do(discovered, "enqueue", "--all").endswith("Messages written: 4.\n")
    assert "Messages written: 0." in do(discovered, "enqueue", "--all")
    assert len(discovered.mails) == 4


def test_tick_does_what_is_due_once(discovered: Place) -> None:
    assert do_json(discovered, "tick") == {"given_up": 0, "opened": 5, "messages": 4, "failed": 0}
    assert do(discovered, "tick") == "Areas scanned: 0. Messages written: 0.\n"
    assert len(discovered.mails) == 4


def test_users_set_changes_address_switch_and_limits(discovered: Place) -> None:
    do(discovered, "users", "set", "cleo", "--email", "c@example.net", "--no-notify")
    shown = do_json(
        discovered, "users", "set", "cleo", "--hard-quota", "20 MB", "--temporal-quota", "1 GB days"
    )
    assert (shown["email"], shown["notify"]) == ("c@example.net", False)
    assert (shown["areas"][0]["hard_quota"], shown["areas"][0]["temporal_quota"]) == (20 * MB, 1000 * MB)
    assert "email: -    notify: on" in do(discovered, "users", "set", "cleo", "--email", "", "--notify")


def test_users_set_keeps_a_chat_whose_url_is_shown_nowhere(discovered: Place) -> None:
    with HttpServer() as server:
        url = f"json://127.0.0.1:{server.port}/S3CRET-0123456789-last"
        shown = do_json(discovered, "users", "set", "cleo", "--chat", url)
        do(discovered, "enqueue", "cleo")
    assert [json.loads(request.body)["type"] for request in server.requests] == ["failure"]
    assert shown["chat"] == "json://…last"
    deliveries = do_json(discovered, "deliveries", "list")
    assert {row["channel"]: row["address"] for row in deliveries if row["user"] == "cleo"} == {
        "chat": "json://…last",
        "email": "cleo@example.org",
    }
    for looked in (
        ["users", "show", "cleo"],
        ["deliveries", "list"],
        ["explain", "cleo"],
        ["users", "list", "--json"],
    ):
        assert "S3CRET" not in do(discovered, *looked)
    assert "chat: -" in do(discovered, "users", "set", "cleo", "--chat", "")


def test_send_test_reaches_a_chat_and_masks_its_url(place: Place) -> None:
    with HttpServer(script=[(200, {}), (404, {})]) as server:
        url = f"json://127.0.0.1:{server.port}/S3CRET-0123456789-last"
        assert do(place, "send-test", url, "--channel", "chat").startswith("Sent by chat to json://…last;")
        ran = run("send-test", url, "--channel", "chat", "--settings", place.settings)
    assert (ran.code, ran.err.splitlines()) == (
        1,
        ["xfc-notify: chat could not deliver to json://…last: JSON answered 404"],
    )


def test_a_user_whose_notify_is_off_gets_no_mail_and_explain_says_why(discovered: Place) -> None:
    do(discovered, "users", "set", "cleo", "--no-notify")
    assert do_json(discovered, "enqueue", "cleo")["messages"] == 0
    assert discovered.mails == []
    assert "silent because: began, but notify is off for this user" in do(discovered, "explain", "cleo")


def test_shadow_mode_records_what_would_be_sent_and_sends_nothing(
    discovered: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XFC_NOTIFY_MESSAGES__MODE", "shadow")
    assert do_json(discovered, "enqueue", "cleo")["messages"] == 1
    assert discovered.mails == []
    explained = do(discovered, "explain", "cleo")
    assert "(shadow): [XFC] You have used 120 % of your space" in explained
    assert ", over now; only recorded 20" in explained
    assert do_json(discovered, "deliveries", "list") == []


def test_go_live_shows_what_would_be_sent_and_with_yes_sends_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(place, "discover")
    assert "not live yet: messages are recorded, none is sent; to send them: xfc-notify go-live" in do(
        place, "check"
    )
    said = do(place, "enqueue", "cleo", "ben", "ada")
    assert "Messages written: 2.\nNothing is sent yet, only recorded; see: xfc-notify check messages" in said
    shown = do(place, "go-live")
    assert "[XFC] You have used 120 % of your space" in shown
    assert "Messages that would be sent now: 2. Nothing has changed yet: add --yes to do it." in shown
    assert do_json(place, "go-live")["live_since"] is None
    monkeypatch.setenv("XFC_NOTIFY_MESSAGES__MODE", "shadow")
    refused = run("go-live", "--yes", "--settings", place.settings)
    assert_told(refused, 2, 'messages.mode is "shadow", which always wins')
    monkeypatch.delenv("XFC_NOTIFY_MESSAGES__MODE")
    assert place.mails == []
    gone_live = do_json(place, "go-live", "--yes")
    assert [it["user"] for it in gone_live["messages"]] == ["ben", "cleo"]
    assert gone_live["written"] == len(place.mails) == 2
    assert do(place, "go-live", "--yes").startswith("Messages have been sent since ")
    assert len(place.mails) == 2


def test_a_storm_of_messages_is_held_until_it_is_released_or_dropped(
    discovered: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XFC_NOTIFY_MESSAGES__BRAKE_COUNT", "1")
    assert do(discovered, "messages", "held") == "No messages are held.\n"
    assert do_json(discovered, "enqueue", "--all")["messages"] == 5  # four users, and the operators
    held = do_json(discovered, "messages", "held")
    assert held
    assert len(held) + len(discovered.mails) == 4
    shown = do(discovered, "messages", "held")
    assert held[0]["subject"] in shown
    assert "quota_" in shown
    assert f"{len(held)} are held; look at them" in do(discovered, "check")
    assert "  held: one of too many" in do(discovered, "explain", held[0]["user"])
    assert "Messages to 2 of 5 users are held" in do(discovered, "explain", ":operators")
    missing = run("messages", "release", "ada", "--settings", discovered.settings)
    assert_told(missing, 2, "No message to ada is held.")
    assert_told(run("messages", "drop", "--settings", discovered.settings), 2, "Name users, or --all.")
    before = len(discovered.mails)
    assert do(discovered, "messages", "release", held[0]["user"]) == "1 message released.\n"
    assert len(discovered.mails) == before + 1
    assert do_json(discovered, "messages", "drop", "--all") == {"dropped": len(held) - 1}
    assert len(discovered.mails) == before + 1
    dropped = do_json(discovered, "deliveries", "list", "--state", "dropped")
    assert len(dropped) == len(held) - 1


def test_an_exemption_is_shown_as_lifted_and_told(discovered: Place) -> None:
    do(discovered, "enqueue", "--all")
    before = len(discovered.mails)
    lift = ("--policy", "quota_hard", "--until", "2099-12-31", "--reason", "the big\ncampaign")
    lifted = do(discovered, "exempt", "cleo", *lift)
    path = f"{discovered.folder}/vol1/cleo"
    assert lifted == f"quota_hard of {path} is lifted until 2099-12-31 23:59 UTC: the big campaign\n"
    assert len(discovered.mails) == before + 1
    table = do(discovered, "status", "cleo")
    assert f"lifted until 2099-12-31 23:59 UTC: quota_hard of {path}: the big campaign" in table
    assert " lifted " in table.splitlines()[2]
    (row,) = do_json(discovered, "status", "cleo")
    assert (row["level"], row["findings"][0]["level"], row["size"]) == ("ok", "ok", 12 * MB)
    assert row["findings"][0].keys() == {"policy", "level", "used", "limit", "unit", "due", "thresholds"}
    (listed,) = do_json(discovered, "exempt", "list")
    assert (listed["user"], listed["policy"], listed["reason"]) == ("cleo", "quota_hard", "the big campaign")
    assert "quota_hard exempt: lifted until 2099-12-31 23:59 UTC" in do(discovered, "explain", "cleo")
    assert do_json(discovered, "enqueue", "cleo")["messages"] == 0
    assert do(discovered, "exempt", "end", "cleo") == f"quota_hard of {path} holds again.\n"
    assert do_json(discovered, "status", "cleo")[0]["level"] == "over"
    assert do(discovered, "exempt", "list") == "No limit is lifted.\n"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ["nobody", "--policy", "quota_hard", "--until", "2099-12-31", "--reason", "x"],
            "There is no user nobody.",
        ),
        (
            ["cleo", "--policy", "quota_hard", "--until", "tomorrow", "--reason", "x"],
            "'tomorrow' is not a date",
        ),
        (["cleo", "--policy", "quota_hard", "--until", "2001-01-01", "--reason", "x"], "2001-01-01 is over"),
        (
            ["cleo", "--policy", "quota_hard", "--until", "9999-12-31", "--reason", "x"],
            "'9999-12-31' is not a date",
        ),
        (["cleo", "--policy", "quota_hard", "--until", "2099-12-31", "--reason", " "], "--reason:"),
        (
            ["cleo", "--policy", "quota_hard", "--until", "2099-12-31", "--reason", "x", "--area", "/x"],
            "--area:",
        ),
        (
            ["cleo", "--policy", "quota_hard", "--until", "2099-12-31", "--reason", "x"],
            "has not been scanned yet",
        ),
        (["end", "cleo"], "No such limit of cleo is lifted."),
    ],
)
def test_a_mistake_in_an_exemption_is_one_line(
    discovered: Place, arguments: list[str], complaint: str
) -> None:
    assert_told(run("exempt", *arguments, "--settings", discovered.settings), 2, complaint)


def test_a_full_volume_is_shown_and_told_to_the_operators(
    discovered: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "ok" not in do(discovered, "volumes"), "nobody knows how large it is"
    discovered.fill()
    settings = discovered.settings.read_text()
    discovered.settings.write_text(settings.replace('path = "vol1"', 'path = "vol1"\ncapacity = "38 MB"'))
    monkeypatch.setenv("XFC_NOTIFY_SERVICE__OPERATORS", "ops@example.org")
    assert do_json(discovered, "tick")["messages"] == 3, "dan's file is new now"
    (volume,) = do_json(discovered, "volumes")
    assert (volume["volume"], volume["areas"], volume["scanned"], volume["level"]) == (
        "vol1",
        5,
        5,
        "warning",
    )
    assert volume["size"] == sum(row["size"] for row in do_json(discovered, "status"))
    assert "38 MB" in do(discovered, "volumes")
    assert do_json(discovered, "tick")["messages"] == 1
    assert any("To: ops@example.org" in mail.read_text() for mail in discovered.mails)
    assert "volume vol1: warning: 35.9 of 38 MB used" in do(discovered, "status")
    assert "[XFC] Volume vol1 has used 95 % of its capacity\n  to the operators" in do(
        discovered, "explain", ":operators"
    )


def test_a_delivery_that_failed_is_shown_and_can_be_sent_again(
    discovered: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XFC_NOTIFY_PLUGINS__EMAIL__URL", f"smtp://robot:hunter2@{NO_SERVER}")
    outputs = [run("enqueue", "cleo", "ben", "--settings", discovered.settings)]
    waiting = do_json(discovered, "deliveries", "list", "--state", "retry", "--state", "dead")
    assert [row["state"] for row in waiting] == ["retry", "retry"]
    assert NO_SERVER in waiting[0]["error"]
    outputs += [
        run(*command.split(), "--settings", discovered.settings)
        for command in ("deliveries list", "explain cleo", "deliveries list --json")
    ]
    assert all(ran.code == 0 for ran in outputs)
    checked = run("check", "--settings", discovered.settings)
    assert checked.code == 1, "the mail server does not answer"
    assert all("hunter2" not in ran.out + ran.err for ran in (*outputs, checked))
    monkeypatch.delenv("XFC_NOTIFY_PLUGINS__EMAIL__URL")
    number = str(waiting[0]["number"])
    assert do(discovered, "deliveries", "retry", number) == "1 delivery queued again.\n"
    assert len(discovered.mails) == 1
    assert do_json(discovered, "deliveries", "retry", "--all") == {"retried": 1}
    assert len(discovered.mails) == 2
    assert do_json(discovered, "deliveries", "list", "--state", "retry") == []
    assert_told(run("deliveries", "retry", number, "--settings", discovered.settings), 2, "neither dead nor")


def test_send_test_sends_one_mail_that_says_that_it_is_a_test(place: Place) -> None:
    assert do(place, "send-test", "ada@example.org").startswith("Sent by email to ada@example.org;")
    sent = do_json(place, "send-test", "ada@example.org", "--channel", "email")
    assert sent.keys() == {"channel", "address", "message_id"}
    mails = [mail.read_text() for mail in place.mails]
    assert len(mails) == 2
    assert all("this is a test message of XFC" in mail for mail in mails)
    assert any(sent["message_id"] in mail for mail in mails)
    assert not (place.folder / "xfc-notify.db").exists()


def test_send_test_shows_no_password_when_it_fails(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XFC_NOTIFY_PLUGINS__EMAIL__URL", f"smtp://robot:hunter2@{NO_SERVER}")
    ran = run("send-test", "ada@example.org", "--settings", place.settings)
    assert_told(ran, 1, "email could not deliver to ada@example.org", NO_SERVER)
    assert "hunter2" not in ran.err


def test_scan_measures_any_directory_without_settings_or_database(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    usage = run("scan", place.folder / "vol1/cleo", "--clock", "mtime", "--json").json
    assert (usage["files"], usage["size"], usage["directories"]) == (2, 12 * MB, 1)
    assert usage["temporal_usage"] == pytest.approx(12 * MB, rel=1e-3)
    assert usage["clock"] == "mtime"
    assert usage["by_directory"]["ensemble"]["size"] == 10 * MB
    assert usage.keys() >= {
        "as_of", "files", "directories", "symlinks", "others", "size", "allocated", "byte_seconds", "oldest",
        "newest", "clock", "by_age", "by_owner", "by_directory", "oldest_by_directory", "by_type", "largest", "errors",
        "complete",
    }  # fmt: skip
    table = run("scan", place.folder / "vol1/cleo").out
    assert "12 MB  (12,000,000 bytes)" in table
    assert list(elsewhere.iterdir()) == []


def test_scan_shows_hostile_names_harmlessly(place: Place) -> None:
    for more in ([], ["--json"]):
        ran = run("scan", place.folder / "vol1/finn", *more)
        assert (ran.code, ran.err) == (0, "")
        assert_harmless(ran.raw)
        assert r"caf\xe9" in ran.out.replace(r"\\", "\\")


def test_scan_takes_a_path_that_is_no_text(place: Place) -> None:
    ran = call("scan", place.folder / "vol1/finn" / os.fsdecode(b"caf\xe9"), "--json")
    assert (ran.code, ran.json["files"]) == (0, 1)


@pytest.mark.parametrize("command", ["scan vol1", "enqueue --all --settings settings.toml"])
def test_progress_is_shown_on_a_terminal_only(
    discovered: Place, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(discovered.folder)
    shown = on_terminal(*command.split(), stream="stderr")
    assert shown.code == 0
    assert b"measuring" in shown.terminal or b"scanning" in shown.terminal
    assert_harmless(shown.pipe)
    piped = call(*command.split())
    assert (piped.code, piped.err) == (0, "")
    assert_harmless(piped.raw)


def test_migrate_makes_the_tables_of_sqlite_and_again_does_nothing(place: Place) -> None:
    assert do(place, "migrate").startswith("Applied: 0001")
    assert do(place, "migrate") == "The tables are up to date.\n"
    assert do_json(place, "migrate") == {"applied": []}
    with sqlite3.connect(place.folder / "xfc-notify.db") as database:
        assert database.execute("SELECT COUNT(*) FROM users").fetchone() == (0,)


def test_postgresql_is_migrated_by_hand_and_says_so(
    place: Place, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XFC_NOTIFY_DATABASE__URL", postgres_url)
    with_settings = ("--settings", place.settings)
    assert_told(run("status", *with_settings), 1, "older than this program", "Run: xfc-notify migrate")
    checked = run("check", *with_settings)
    assert (checked.code, "run: xfc-notify migrate" in checked.out) == (1, True)
    assert do(place, "migrate").startswith("Applied: 0001")
    assert do(place, "migrate") == "The tables are up to date.\n"
    place.discover()
    assert "Messages written: 4." in do(place, "enqueue", "--all")
    assert {row["user"]: row["level"] for row in do_json(place, "status")} == {
        "ada": "ok", "ben": "warning", "cleo": "over", "dan": "over", "finn": "notice",
    }  # fmt: skip


def test_a_database_that_may_only_be_read_is_one_line(
    place: Place, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_only = f"{postgres_url}?options=-c%20default_transaction_read_only%3Don"
    monkeypatch.setenv("XFC_NOTIFY_DATABASE__URL", read_only)
    ran = run("migrate", "--settings", place.settings)
    assert_told(ran, 1, "read-only transaction")
    assert "postgres-secret" not in ran.err


def test_with_rabbitmq_orders_are_sent_and_what_could_not_be_sent_is_sent_by_tick(
    discovered: Place, amqp_url: str
) -> None:
    settings = ("--settings", discovered.settings)
    down: Ran = call(
        "enqueue", "--all", *settings, env={"XFC_NOTIFY_BROKER__URL": f"amqp://robot:hunter2@{NO_SERVER}/xfc"}
    )
    assert_told(down, 1, f"amqp://robot:***@{NO_SERVER}/xfc does not answer", "`xfc-notify tick`")
    assert "hunter2" not in down.err
    up = {"XFC_NOTIFY_BROKER__URL": amqp_url}
    checked = call("check", *settings, env=up)
    assert checked.code == 0
    assert "rabbitmq-secret" not in checked.out + checked.err
    assert call("tick", "--json", *settings, env=up).code == 0
    assert queue_lengths(amqp_url)["scan"] == 5
    assert call("enqueue", "--all", *settings, env=up).out == "Scans ordered: 0.\n"
    assert queue_lengths(amqp_url)["scan"] == 5


def test_what_the_database_refuses_ends_the_command_with_one_line_and_is_done_by_the_next(
    discovered: Place,
) -> None:
    file = discovered.folder / "xfc-notify.db"
    with sqlite3.connect(file) as database:
        refusal = "RAISE(ABORT, 'no room for it')"
        database.execute(f"CREATE TRIGGER refuse BEFORE UPDATE OF state ON scan BEGIN SELECT {refusal}; END")
    ran = run("tick", "--settings", discovered.settings)
    assert_told(ran, 1, str(file), "failed: no room for it")
    assert scanned(discovered) == set()
    with sqlite3.connect(file) as database:
        database.execute("DROP TRIGGER refuse")
    do(discovered, "tick")
    assert scanned(discovered) == {"ada", "ben", "cleo", "dan", "finn"}
