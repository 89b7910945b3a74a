"""xfc-notify check says what to do about each thing that is wrong, and is fit for a container's health check."""

import os
import re
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from disk import Disk
from servers.process import free_port
from servers.smtp import SmtpServer

from cli.console import assert_told, call, run
from cli.place import Place
from xfc_notify.areas.tables import AreaRow, ScanRow, SliceRow
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.store import database, marks
from xfc_notify.store.checks import check_clock
from xfc_notify.watch import host


def checked(place: Place, *parts: str) -> tuple[int, dict[str, dict[str, str]]]:
    ran = run("check", *parts, "--json", "--settings", place.settings)
    return ran.code, {row["name"]: row for row in ran.json}


def test_whatever_is_wrong_comes_with_what_to_do(
    place: Place, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = place.settings.read_text().replace('path = "vol1"', 'path = "gone"')
    place.settings.write_text(text + '[plugins]\ndisabled = ["email", "chat"]\n')
    rows = []
    for variable, value in (
        ("DATABASE__URL", postgres_url),
        ("DATABASE__URL", f"sqlite:///{place.folder}/no/such.db"),
        ("DATABASE__URL", f"postgresql://127.0.0.1:{free_port()}/xfc"),
        ("BROKER__URL", f"amqp://127.0.0.1:{free_port()}/xfc"),
        ("PLUGINS__QUOTA_HARD__NOTICE", "3"),
        ("MESSAGES__MODE", "shadow"),
    ):
        with monkeypatch.context() as here:
            here.setenv(f"XFC_NOTIFY_{variable}", value)
            code, found = checked(place)
        assert code == 1
        rows += found.values()
    wrong = [row for row in rows if row["state"] != "ok"]
    names = {row["name"] for row in wrong}
    assert names >= {"database", "broker", "plugins", "volume vol1", "messages", "ticks"}
    assert [row for row in wrong if not row["do"]] == []
    assert [row for row in rows if row["state"] == "ok" and row["do"]] == []
    table = run("check", "--settings", place.settings).out
    assert "gone: No such file or directory; is it mounted?" in table


def test_a_container_is_asked_for_what_it_needs(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XFC_NOTIFY_DATABASE__URL", f"postgresql://127.0.0.1:{free_port()}/xfc")
    code, found = checked(place, "broker", "scanner", "volumes")
    assert (code, list(found)) == (0, ["settings", "broker", "scanner", "volume vol1"])
    assert checked(place)[0] == 1
    code, found = checked(place, "ticks")
    assert (code, found["database"]["state"]) == (1, "failed")


def test_reading_makes_no_database_and_check_says_that_there_is_none(place: Place) -> None:
    for command in (["check"], ["check", "database"], ["metrics"], ["go-live"], ["status"]):
        run(*command, "--settings", place.settings)
        assert not list(place.folder.glob("xfc-notify.db*")), command
    _, found = checked(place)
    assert found["database"]["state"] == "ok"
    assert found["database"]["what"].endswith(": not there yet; the first command that writes makes it")
    assert run("go-live", "--yes", "--settings", place.settings).code == 0
    assert (place.folder / "xfc-notify.db").exists()
    assert checked(place, "database")[1]["database"]["what"].endswith("xfc-notify.db")


def test_a_database_that_nobody_here_can_make_has_failed(place: Place) -> None:
    shut = place.folder / "shut"
    shut.mkdir(mode=0o500)
    place.settings.write_text(place.settings.read_text() + '[database]\nurl = "sqlite:///shut/new.db"\n')
    is_mounted = False
    if os.geteuid() == 0:  # who may write everywhere but on what is read-only
        is_mounted = (
            subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "shut", shut], check=False).returncode == 0
        )
        if not is_mounted:
            pytest.skip("UNTESTED: nothing can be mounted here")
    try:
        code, found = checked(place, "database")
    finally:
        if is_mounted:
            subprocess.run(["umount", shut], check=True)
    assert (code, found["database"]["state"]) == (1, "failed")
    assert "cannot be made" in found["database"]["what"]


def test_links_that_nobody_could_sign_are_noticed_where_they_are_written(place: Place) -> None:
    text = place.settings.read_text()
    place.settings.write_text(text + '[web]\nurl = "https://storage.example.org"\n')
    code, found = checked(place, "links")
    assert (code, found["links"]["state"]) == (1, "failed")
    assert "web.url needs service.secret" in found["links"]["what"]
    assert "service.secret_file" in found["links"]["do"]
    assert checked(place, "broker", "scanner", "volumes")[0] == 0
    assert_told(run("tick", "--settings", place.settings), 2, "web.url needs service.secret")
    place.settings.write_text(text)
    assert checked(place, "links")[1]["links"]["what"] == "none: there is no web.url"
    place.settings.write_text(text + '[web]\nurl = "https://storage.example.org"\n')
    (place.folder / "secret").write_text("correct horse battery staple\n")
    place.settings.write_text(
        place.settings.read_text().replace("[service]", '[service]\nsecret_file = "secret"', 1)
    )
    code, found = checked(place, "links")
    assert (code, found["links"]["what"]) == (0, "signed, to https://storage.example.org")
    assert run("tick", "--settings", place.settings).code == 0


def test_a_service_without_the_volumes_is_well(place: Place) -> None:
    (place.folder / "vol1").rename(place.folder / "away")
    assert call("check", "--settings", place.settings).code == 1
    assert call("check", "database", "broker", "plugins", "--settings", place.settings).code == 0


def test_a_part_that_there_is_not_is_a_mistake(place: Place) -> None:
    ran = run("check", "\x1b[31mdatabase", "--settings", place.settings)
    assert_told(ran, 2, "is none of settings, files, database, clock, broker, workers")


def test_a_tick_that_was_long_ago_is_noticed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.discover()
    assert checked(place, "ticks")[1]["ticks"]["what"] == "none has done everything due yet"
    assert run("tick", "--settings", place.settings).code == 0
    assert checked(place, "ticks")[1]["ticks"]["state"] == "ok"
    database.prepare(f"sqlite:///{place.folder}/xfc-notify.db")
    with database.connected():
        marks.put(marks.TICKED, datetime.now(UTC) - timedelta(minutes=31))
    code, found = checked(place, "ticks")
    assert (code, found["ticks"]["state"]) == (0, "notice")
    assert "xfc-notify-tick.timer" in found["ticks"]["do"]


@pytest.mark.parametrize(
    ("migration", "state", "what", "do"),
    [
        (
            "0098_more",
            "notice",
            "newer than this program, which still works with it (0098_more)",
            "upgrade this program",
        ),
        ("0099_less_needs_0098", "failed", "too new for this program", "Upgrade this program."),
    ],
)
def test_tables_that_a_newer_version_has_made_are_noticed(
    place: Place, migration: str, state: str, what: str, do: str
) -> None:
    place.discover()
    database.prepare(f"sqlite:///{place.folder}/xfc-notify.db")
    with database.connected():
        applied = "INSERT INTO schema_migration (name, applied) VALUES (?, '2026-03-02 08:00:00')"
        database.db.execute_sql(applied, (migration,))
    code, found = checked(place, "database")
    assert (code, found["database"]["state"]) == (int(state == "failed"), state)
    assert what in found["database"]["what"]
    assert found["database"]["do"] == do


def test_it_is_noticed_that_nothing_would_send_a_mail(place: Place) -> None:
    assert checked(place)[1]["mail"]["state"] == "ok"
    place.settings.write_text(place.settings.read_text().replace('url = "maildir:mail"', 'url = ""'))
    code, found = checked(place, "mail")
    assert (code, found["mail"]["state"]) == (0, "notice")
    assert "[plugins.email]" in found["mail"]["do"]


def test_a_plugin_that_is_disabled_and_not_there_is_noticed(place: Place) -> None:
    place.settings.write_text(place.settings.read_text() + '[plugins]\ndisabled = ["volume", "quota_hrad"]\n')
    code, found = checked(place, "plugins")
    assert (code, found["plugins"]["state"]) == (0, "notice")
    assert found["plugins"]["what"] == "quota_hrad in plugins.disabled, but not installed"
    assert "quota_hard" in found["plugins"]["do"]


def test_a_language_that_nobody_has_translated_is_named(place: Place) -> None:
    text = place.settings.read_text()
    place.settings.write_text(text.replace("[service]\n", '[service]\nlanguage = "xx"\n'))
    code, found = checked(place, "language")
    assert (code, found["language"]["do"]) == (1, "known: de, en")


def test_a_clock_that_is_not_the_databases_is_noticed(postgres_url: str) -> None:
    database.prepare(postgres_url)
    assert check_clock(lambda: datetime.now(UTC)).state == "ok"
    for off in (timedelta(minutes=6), -timedelta(minutes=6)):
        found = check_clock(lambda off=off: datetime.now(UTC) + off)
        assert (found.state, found.what[:-6]) == ("notice", "this host and the database differ by")
        assert found.do


def test_sqlite_has_the_clock_of_its_host(sqlite_url: str) -> None:
    database.prepare(sqlite_url)
    assert check_clock(lambda: datetime(2020, 1, 1, tzinfo=UTC)).state == "ok"


def test_every_name_that_the_table_shows_can_be_asked_for(place: Place) -> None:
    place.discover()
    _, found = checked(place)
    assert len(found) > 20
    for name, row in found.items():
        _, alone = checked(place, name)
        assert [alone[name][key] for key in ("state", "do")] == [row[key] for key in ("state", "do")]
        assert alone.keys() <= {name, "settings", "plugins"}
    assert_told(
        run("check", "volume vol9", "--settings", place.settings),
        2,
        "There is no volume vol9",
        "check volumes",
    )


def test_files_that_others_may_write_and_secrets_that_others_may_read(place: Place) -> None:
    assert checked(place, "files")[1]["files"]["state"] == "ok"
    secret, words = place.folder / "secret", place.folder / "words"
    secret.write_text("swordfish" * 4)
    words.mkdir()
    text = place.settings.read_text().replace("[service]\n", '[service]\nsecret_file = "secret"\n')
    place.settings.write_text(text + '[messages]\ntemplates = "words"\n')
    secret.chmod(0o600)
    place.settings.chmod(0o644)
    assert checked(place, "files")[1]["files"]["state"] == "ok"

    secret.chmod(0o644)
    code, found = checked(place, "files")
    assert (code, found["files"]["state"], found["files"]["do"]) == (0, "notice", f"chmod o= {secret}")

    secret.chmod(0o600)
    for file, mode in ((words, 0o777), (place.settings, 0o666), (secret, 0o620)):
        before = file.stat().st_mode
        file.chmod(mode)
        code, found = checked(place, "files")
        assert (code, found["files"]["state"], found["files"]["what"]) == (
            1,
            "failed",
            f"others may write {file}",
        )
        file.chmod(before)

    place.settings.write_text(text.replace('secret_file = "secret"', 'secret = "swordfish-swordfish"'))
    assert (
        checked(place, "files")[1]["files"]["what"]
        == f"everybody may read {place.settings}, which holds a secret"
    )


def test_a_mail_server_is_greeted(place: Place) -> None:
    with SmtpServer() as server:
        place.settings.write_text(place.settings.read_text().replace("maildir:mail", server.url))
        assert checked(place, "mail")[1]["mail"]["state"] == "ok"
        assert server.messages == []
    code, found = checked(place, "mail")
    assert (code, found["mail"]["state"]) == (1, "failed")
    assert found["mail"]["what"] == f"127.0.0.1:{server.port}: Connection refused"
    assert "[plugins.email]" in found["mail"]["do"]


def test_a_database_that_may_not_be_written_has_failed(
    place: Place, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XFC_NOTIFY_DATABASE__URL", postgres_url)
    assert run("migrate", "--settings", place.settings).code == 0
    assert checked(place, "database")[1]["database"]["state"] == "ok"
    monkeypatch.setenv(
        "XFC_NOTIFY_DATABASE__URL", f"{postgres_url}?options=-c%20default_transaction_read_only%3Don"
    )
    code, found = checked(place, "database")
    assert (code, found["database"]["state"]) == (1, "failed")
    assert "read-only transaction" in found["database"]["what"]
    assert "may its user write" in found["database"]["do"]


def test_to_try_whether_the_database_can_be_written_leaves_nothing_there(place: Place) -> None:
    place.discover()
    before = (place.folder / "xfc-notify.db").read_bytes()
    assert checked(place, "database")[0] == 0
    assert (place.folder / "xfc-notify.db").read_bytes() == before


def test_orders_and_deliveries_that_nobody_takes_are_noticed(place: Place) -> None:
    place.discover()
    assert run("enqueue", "--all", "--settings", place.settings).code == 0
    assert [checked(place, part)[1][part]["state"] for part in ("scans", "deliveries")] == ["ok", "ok"]
    long_ago = datetime.now(UTC) - timedelta(hours=3)
    database.prepare(f"sqlite:///{place.folder}/xfc-notify.db")
    with database.connected():
        (area, *_) = AreaRow.select()
        scan = ScanRow.create(
            id="s", area=area, state="open", clock="mtime", as_of=long_ago, progress_at=long_ago
        )
        SliceRow.create(id="a", scan=scan, directories=[""], ordered_at=long_ago, attempts=1)
        (first, *_) = DeliveryRow.select()
        DeliveryRow.update(state="queued", attempts=0).where(DeliveryRow.id == first.id).execute()
        MessageRow.update(created_at=long_ago).where(MessageRow.id == first.message_id).execute()
    for part in ("scans", "deliveries"):
        code, found = checked(place, part)
        assert (code, found[part]["state"], found[part]["what"].split()[0]) == (0, "notice", "1")
        assert f"{long_ago:%Y-%m-%d %H:%M}" in found[part]["what"]
        assert "check workers" in found[part]["do"]


def test_the_versions_of_the_servers_are_told(
    place: Place, postgres_url: str, amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XFC_NOTIFY_DATABASE__URL", postgres_url)
    monkeypatch.setenv("XFC_NOTIFY_BROKER__URL", amqp_url)
    assert run("migrate", "--settings", place.settings).code == 0
    row = checked(place, "versions")[1]["versions"]
    told = re.fullmatch(r"Python 3\.\d+\.\S+, PostgreSQL (\d+)\..*, RabbitMQ (\d+)\.\d+\.\d+\S*", row["what"])
    assert told is not None
    assert row["state"] == "ok"
    monkeypatch.setattr(host, "LEAST_POSTGRESQL", (int(told[1]) + 1,))
    monkeypatch.setattr(host, "LEAST_RABBITMQ", (int(told[2]) + 1, 0))
    row = checked(place, "versions")[1]["versions"]
    assert row["state"] == "notice"
    assert (
        row["do"]
        == f"nothing older was tried than PostgreSQL {int(told[1]) + 1}, RabbitMQ {int(told[2]) + 1}.0"
    )


@pytest.mark.parametrize(("left", "state", "code"), [(500, "notice", 0), (50, "failed", 1)])
def test_a_full_disk_is_noticed_before_it_is_full(
    place: Place, disk: Disk, left: int, state: str, code: int
) -> None:
    subprocess.run(["mount", "-o", "remount,size=600m", disk.root], check=True)
    with (disk.root / "big").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, 600 * 2**20 - left * 10**6)
    text = place.settings.read_text()
    place.settings.write_text(f'{text}[database]\nurl = "sqlite:///{disk.root}/xfc-notify.db"\n')
    found_code, found = checked(place, "disk")
    assert (found_code, found["disk"]["state"], found["disk"]["do"]) == (code, state, "make room there")
    assert f"MB are free in {disk.root}" in found["disk"]["what"]
