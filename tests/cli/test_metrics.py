"""xfc-notify metrics, as Prometheus and the node exporter meet it."""

import re
from pathlib import Path

import pytest
from servers.http import HttpServer
from servers.process import free_port

from cli.console import assert_harmless, assert_told, call, run
from cli.place import Place


@pytest.fixture
def discovered(place: Place) -> Place:
    """The place with its users found, and live."""
    place.discover()
    return place


def test_metrics_are_printed_and_name_no_user(discovered: Place) -> None:
    run("enqueue", "--all", "--settings", discovered.settings)
    ran = run("metrics", "--settings", discovered.settings)
    assert (ran.code, ran.err) == (0, "")
    assert_harmless(ran.raw)
    assert 'xfc_notify_areas{level="over",volume="vol1"} 2.0\n' in ran.out
    assert "cleo" not in ran.out
    values = run("metrics", "--json", "--settings", discovered.settings).json
    over = {"name": "xfc_notify_areas", "labels": {"volume": "vol1", "level": "over"}, "value": 2}
    assert over in values


def test_a_file_for_the_node_exporter_is_replaced_whole(discovered: Place, tmp_path: Path) -> None:
    folder = tmp_path / "textfile"
    folder.mkdir()
    file = folder / "xfc.prom"
    file.write_text("before")
    before = file.stat().st_ino
    assert run("metrics", "--textfile", file, "--settings", discovered.settings).code == 0
    assert file.read_text().startswith("# HELP xfc_notify_")
    assert file.stat().st_ino != before
    assert list(folder.iterdir()) == [file]


def test_a_file_that_cannot_be_written_is_one_line(discovered: Place, tmp_path: Path) -> None:
    ran = run("metrics", "--textfile", tmp_path / "none" / "xfc.prom", "--settings", discovered.settings)
    assert_told(ran, 2, "--textfile: ", "none/xfc.prom: No such file or directory")


def test_one_way_of_showing_them_at_a_time(discovered: Place) -> None:
    ran = run("metrics", "--json", "--textfile", "x.prom", "--settings", discovered.settings)
    assert_told(ran, 2, "Only one of --textfile and --json")


def test_a_good_tick_is_told_to_the_outside_and_a_failed_one_is_not(
    discovered: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ("--settings", discovered.settings)
    with HttpServer() as server:
        monkeypatch.setenv("XFC_NOTIFY_SERVICE__HEARTBEAT", f"{server.url}s3cret")
        monkeypatch.setenv("XFC_NOTIFY_BROKER__URL", f"amqp://127.0.0.1:{free_port()}/xfc")
        assert run("tick", *settings).code == 1
        assert server.requests == []
        assert "\nxfc_notify_last_tick_timestamp_seconds 0.0\n" in run("metrics", *settings).out
        monkeypatch.delenv("XFC_NOTIFY_BROKER__URL")
        assert run("tick", *settings).code == 0
        assert [request.path for request in server.requests] == ["/s3cret"]
        server.script = [(500, {})]
        ran = call("tick", *settings, env={"XFC_NOTIFY_SERVICE__HEARTBEAT": f"{server.url}s3cret"})
        assert ran.code == 0
        assert ran.err == "xfc-notify: heartbeat: the call to 127.0.0.1 failed: it answers 500\n"
    told = run("metrics", "--settings", discovered.settings).out
    assert re.search(r"\nxfc_notify_last_tick_timestamp_seconds 1\.\d+e\+09\n", told)
