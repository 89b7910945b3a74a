"""xfc-notify check says what to do about each thing that is wrong, and is fit for a container's health check."""

from datetime import UTC, datetime, timedelta

import pytest
from servers.process import free_port

from cli.console import assert_told, call, run
from cli.place import Place
from xfc_notify.store import database, marks
from xfc_notify.store.checks import check_clock


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


def test_a_service_without_the_volumes_is_well(place: Place) -> None:
    (place.folder / "vol1").rename(place.folder / "away")
    assert call("check", "--settings", place.settings).code == 1
    assert call("check", "database", "broker", "plugins", "--settings", place.settings).code == 0


def test_a_part_that_there_is_not_is_a_mistake(place: Place) -> None:
    ran = run("check", "\x1b[31mdatabase", "--settings", place.settings)
    assert_told(ran, 2, "is none of database, broker, workers, plugins, scanner, volumes")


def test_a_tick_that_was_long_ago_is_noticed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.discover()
    assert checked(place, "ticks")[1]["ticks"]["what"] == "none has done all that was due yet"
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
            "newer than this program, which can work with it (0098_more)",
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
    assert "mail" not in checked(place)[1]
    place.settings.write_text(place.settings.read_text().replace('url = "maildir:mail"', 'url = ""'))
    code, found = checked(place, "messages")
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
    code, found = checked(place, "messages")
    assert (code, found["language"]["do"]) == (1, "known: de, en")


def test_a_clock_that_is_not_the_databases_is_noticed(postgres_url: str) -> None:
    database.prepare(postgres_url)
    assert list(check_clock(lambda: datetime.now(UTC))) == []
    for off in (timedelta(minutes=6), -timedelta(minutes=6)):
        (found,) = check_clock(lambda off=off: datetime.now(UTC) + off)
        assert (found.state, found.what[:-6]) == ("notice", "this host and the database differ by")
        assert found.do


def test_sqlite_has_the_clock_of_its_host(sqlite_url: str) -> None:
    database.prepare(sqlite_url)
    assert list(check_clock(lambda: datetime(2020, 1, 1, tzinfo=UTC))) == []
