"""Every error is one line and a hint, with the right exit code: no traceback, no password."""

import os
import pty
import signal
import subprocess
from pathlib import Path

import pytest

from cli.console import XFC, assert_harmless, assert_told, call, environment, rest_of, run
from cli.place import Place

PASSWORD = "hunter2"
NO_SERVER = "127.0.0.1:1"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["stats"], "Did you mean 'status'?"),
        (["users", "nonsense"], "No such command 'nonsense'"),
        (["--bogus"], "No such option: --bogus"),
        (["status", "--jsn"], "No such option: --jsn (Possible options: --json)"),
        (["status", "ada", "ben"], "unexpected extra argument"),
        (["explain"], "Missing argument 'USER'"),
        (["scan"], "Missing argument 'PATH'"),
        (["status", "--settings"], "--settings"),
        (["enqueue", "--count", "0"], "'--count'"),
        (["enqueue", "--count", "many"], "'--count'"),
        (["deliveries", "list", "--count", "-1"], "'--count'"),
        (["deliveries", "list", "--count", "9" * 30], "'--count'"),
        (["deliveries", "retry", "first"], "NUMBER"),
        (["deliveries", "retry", "9" * 30], "NUMBER"),
        (["scan", ".", "--clock", "atime"], "'arrival', 'ctime', 'mtime'"),
    ],
)
def test_wrong_usage_is_one_line_with_a_hint(arguments: list[str], told: str) -> None:
    assert_told(run(*arguments), 2, told, "--help")


@pytest.mark.parametrize(
    "command",
    [
        ["users", "show"], ["users", "list", "--search"], ["explain"], ["status"], ["history"], ["where"], ["rescan"],
        ["groups", "show"], ["areas", "forget", "vol1"], ["mute", "ada"], ["preview"], ["datasets", "show"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("word", [b"ad\xffa", "\N{CROISSANT}".encode() + b"\xff"])
def test_a_word_that_is_not_utf_8_is_refused_in_one_line(
    place: Place, command: list[str], word: bytes
) -> None:
    ran = run(*command, os.fsdecode(word), "--settings", place.settings)
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert len(ran.err.splitlines()) <= 2
    assert "\udcff" not in ran.err


@pytest.mark.parametrize(
    ("arguments", "see"),
    [
        (["nonsense"], "See: xfc-notify --help"),
        (["explain"], "See: xfc-notify explain --help"),
        (["users", "nonsense"], "See: xfc-notify users --help"),
        (["exempt", "ada"], "See: xfc-notify exempt grant --help"),
    ],
)
def test_the_hint_is_the_help_of_that_command(arguments: list[str], see: str) -> None:
    assert see in run(*arguments).err.splitlines()[-1].strip()


@pytest.mark.parametrize(
    ("group", "command"),
    [
        ("", "enqueue"),
        ("areas", "forget"),
        ("deliveries", "retry"),
        ("exempt", "grant"),
        ("groups", "show"),
        ("messages", "drop"),
        ("reports", "types"),
        ("tokens", "revoke"),
        ("users", "import"),
    ],
)
def test_no_command_is_described_by_half_a_sentence(
    group: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    commands = run(*group.split(), "--help").out.partition("Commands:")[2]
    assert command in commands
    assert "..." not in commands


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["status", "nobody"], "There is no user nobody."),
        (["explain", "nobody"], "See: xfc-notify users list"),
        (["preview", "nobody"], "There is no user nobody."),
        (["users", "show", "nobody"], "There is no user nobody."),
        (["users", "set", "nobody", "--notify"], "There is no user nobody."),
        (["enqueue", "ada", "nobody"], "There is no user nobody."),
        (["enqueue", "ada", "--all"], "Name users, or --all."),
        (["enqueue", "--volume", "vol9"], "Known: vol1"),
        (["discover", "vol9"], "Known: vol1"),
        (["enqueue", "--older-than", "soon"], "'soon' is not a duration"),
        (["enqueue", "--older-than", "99999999999d"], "hundred years"),
        (["users", "set", "ada"], "Nothing to change."),
        (["users", "set", "ada", "--email", "ada"], "'ada' is not an address"),
        (["users", "set", "ada", "--email", "ada@@example.org"], "'ada@@example.org' is not an address"),
        (["users", "set", "ada", "--email", "a@b.org,c@d.org"], "'a@b.org,c@d.org' is not an address"),
        (["users", "set", "ada", "--email", "a@b\nBcc: c@d"], r"a@b\nBcc: c@d"),
        (
            ["users", "set", "ada", "--chat", "pigeon://S3CRET-0123456789"],
            "--chat: Apprise cannot use this URL",
        ),
        (["users", "set", "ada", "--chat", "ada"], "--chat: not an Apprise URL; write it like"),
        (["users", "set", "ada", "--hard-quota", "40 XB"], "'40 XB' is not a size"),
        (["users", "set", "ada", "--hard-quota", "0"], "more than 0"),
        (["users", "set", "ada", "--hard-quota", "-1 TB"], "is not a size"),
        (["users", "set", "ada", "--hard-quota", "10 EB"], "larger than"),
        (["users", "set", "ada", "--hard-quota", "9" * 50], "larger than"),
        (["users", "set", "ada", "--temporal-quota", "3 TB"], "300 TB days"),
        (["deliveries", "list", "--state", "lost"], "none of queued, sending, retry, sent, dead"),
        (["deliveries", "retry"], "Name one delivery by its number, or --all."),
        (["deliveries", "retry", "1", "--all"], "Name one delivery by its number, or --all."),
        (["deliveries", "retry", "99999"], "Delivery 99999 is neither dead nor waiting"),
        (["send-test", "ada@example.org", "--channel", "pigeon"], "Known: chat, email"),
    ],
)
def test_a_wrong_word_is_one_line_that_says_what_is_right(
    standing: Place, arguments: list[str], told: str
) -> None:
    ran = run(*arguments, "--settings", standing.settings)
    assert_told(ran, 2, told)
    assert "S3CRET" not in ran.out + ran.err


def test_a_chat_that_no_plugin_takes_is_not_stored(standing: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XFC_NOTIFY_PLUGINS__DISABLED", "chat")
    ran = run("users", "set", "ada", "--chat", "json://example.org/x", "--settings", standing.settings)
    assert_told(ran, 2, "--chat: no plugin for chats is in use.")


def test_an_address_that_is_none_fails_and_is_not_sent(place: Place) -> None:
    ran = run("send-test", "not-an-address", "--settings", place.settings)
    assert_told(ran, 1, "email could not deliver to not-an-address")
    assert place.mails == []


def test_what_was_typed_is_repeated_harmlessly() -> None:
    for arguments in (["\x1b[31mred\x07"], ["status", "--\x1b[31m"], ["scan", "\x1b]0;x\x07\n/nope"]):
        ran = run(*arguments)
        assert ran.code == 2
        assert_harmless(ran.err.encode())
        assert r"\x1b" in ran.err


@pytest.mark.parametrize("group", [[], ["users"], ["deliveries"]])
def test_a_command_without_arguments_shows_its_help_and_counts_as_wrong_usage(group: list[str]) -> None:
    ran = run(*group)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: xfc-notify")
    assert "Commands:" in ran.err


def test_without_settings_it_says_where_it_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert_told(call("status"), 2, "No settings.toml here", "--settings FILE or XFC_NOTIFY_SETTINGS")
    assert_told(run("status", "--settings", "gone.toml"), 2, "gone.toml: No such file or directory")
    monkeypatch.setenv("XFC_NOTIFY_SETTINGS", "gone.toml")
    assert_told(run("plugins"), 2, "gone.toml: No such file or directory")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[scan\n", "not valid TOML"),
        ('[scan]\nclok = "mtime"\n', "scan.clok: unknown key; known here: clock"),
        ("[scann]\nx = 1\n", "scann: unknown key; known here: service"),
        ('[scan]\nevery = "soon"\n', "scan.every: 'soon' is not a duration"),
        ('[limits]\nhard_quota = "40 XB"\n', "limits.hard_quota: '40 XB' is not a size"),
        ('[messages]\nmode = "loud"\n', "messages.mode:"),
        (f'[database]\nurl = "mysql://u:{PASSWORD}@h/x"\n', "database.url: allowed are"),
        (f'[broker]\nurl = "http://u:{PASSWORD}@h/x"\n', "broker.url: allowed are"),
        ('[database]\nurl_file = "gone"\n', "database.url_file:"),
        ('[database]\nurl = "sqlite:///gone/x.db"\n', "database.url: there is no folder"),
        ("[plugins.pigeon]\nspeed = 1\n", "plugins.pigeon: no such plugin; installed: chat, email"),
        ("[plugins.quota_hard]\nnotice = 2\n", "plugins.quota_hard.notice:"),
        (
            f'[plugins.chat]\noperators = ["slack://{PASSWORD}"]\n',
            "plugins.chat.operators: URL 1: Apprise cannot use this URL",
        ),
        (
            f'[plugins.email]\nurl = "smtp://u:{PASSWORD}@h:x"\nsender = "a@b.c"\n',
            "plugins.email.url: allowed are",
        ),
        ('"\\u001b[31m" = 1\n', r"\x1b[31m: unknown key"),
    ],
)
def test_wrong_settings_are_one_line_that_names_file_and_key(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    ran = run("tick", "--settings", file)
    assert_told(ran, 2, str(file), told)
    assert_harmless(ran.err.encode())
    assert PASSWORD not in ran.err


def test_wrong_settings_in_the_environment_are_named(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XFC_NOTIFY_SKAN__EVERY", "1h")
    assert_told(run("status", "--settings", place.settings), 2, "XFC_NOTIFY_SKAN__EVERY")


@pytest.mark.parametrize("command", ["status", "tick", "migrate", "users list", "enqueue --all"])
def test_a_database_that_is_down_is_one_line_without_the_password(
    place: Place, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XFC_NOTIFY_DATABASE__URL", f"postgresql://xfc:{PASSWORD}@{NO_SERVER}/xfc")
    ran = run(*command.split(), "--settings", place.settings)
    assert_told(ran, 1, f"postgresql://xfc:***@{NO_SERVER}/xfc does not answer", "Connection refused")
    assert PASSWORD not in ran.err


def test_check_goes_on_after_a_failure_and_shows_no_password(place: Place) -> None:
    servers = {
        "XFC_NOTIFY_DATABASE__URL": f"postgresql://xfc:{PASSWORD}@{NO_SERVER}/xfc",
        "XFC_NOTIFY_BROKER__URL": f"amqp://xfc:{PASSWORD}@{NO_SERVER}/xfc",
    }
    ran = call("check", "--settings", place.settings, env=servers)
    assert (ran.code, ran.err) == (1, "")
    failed = {line.split()[0] for line in ran.out.splitlines() if " failed " in line}
    assert failed == {"database", "broker"}
    assert "volume vol1" in ran.out
    assert PASSWORD not in ran.out


def test_a_file_that_is_no_database_is_one_line(place: Place) -> None:
    (place.folder / "xfc-notify.db").write_bytes(b"a letter to my aunt\n" * 100)
    for command in ("status", "migrate"):
        assert_told(run(command, "--settings", place.settings), 1, "xfc-notify.db", "not a database")
    checked = run("check", "--json", "--settings", place.settings)
    (what,) = (row["what"] for row in checked.json if row["state"] == "failed")
    assert (checked.code, "not a database" in what) == (1, True)


def test_a_volume_that_is_not_mounted_stops_discover(place: Place) -> None:
    (place.folder / "vol1").rename(place.folder / "away")
    ran = run("discover", "--settings", place.settings)
    assert_told(ran, 2, "vol1 cannot be read: No such file or directory", "Is it mounted?")


# Root is let into every directory. Without these powers it is let into its own alone, as everybody is, wherever the
# checkout lies; another user could be kept out of that.
NO_OVERRIDE = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


def test_scan_says_what_cannot_be_measured(tmp_path: Path) -> None:
    assert_told(run("scan", tmp_path / "gone"), 2, "does not exist")
    (tmp_path / "file").touch()
    assert_told(run("scan", tmp_path / "file"), 2, "is not a directory")


def test_scan_of_a_closed_directory_is_one_line(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    program = [*NO_OVERRIDE, *XFC] if os.geteuid() == 0 else [*XFC]
    if call("--version", program=program).code:
        pytest.skip("root may not give up its powers here, or needs them to read this checkout")
    assert_told(call("scan", closed, program=program), 2, str(closed))


def test_a_pipe_that_nobody_reads_is_no_traceback(standing: Place) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*XFC, "status", "--settings", str(standing.settings)],
        env=environment(),
        stdout=writer,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_full_disk_is_one_line(standing: Place) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*XFC, "explain", "cleo", "--settings", str(standing.settings)],
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == b"xfc-notify: No space left on device"
    assert b"Traceback" not in done.stderr


def test_a_terminal_that_knows_few_characters_gets_escapes(standing: Place) -> None:
    ran = call("status", "--settings", standing.settings, env={"PYTHONIOENCODING": "iso8859-5"})
    assert (ran.code, ran.err) == (0, "")
    assert r"12 of 100 MB\xb7days" in ran.raw.decode("iso8859-5")


def test_ctrl_c_ends_it_without_a_traceback() -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*XFC, "scan", "/"], env=environment() | {"TERM": "xterm"}, stdout=subprocess.PIPE, stderr=theirs
    )
    shown = b""
    while b"measuring" not in shown:
        shown += os.read(ours, 65536)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    os.close(theirs)
    shown += rest_of(ours)
    os.close(ours)
    assert (process.returncode, out) == (130, b"")
    assert b"\x1b[?25h" in shown, "the cursor is there again"
    assert b"Traceback" not in shown
