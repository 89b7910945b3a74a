"""After a good tick somebody outside hears of it; what they answer is never the tick's failure."""

import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from facility import make_settings
from servers.http import HttpServer
from servers.process import free_port

from xfc_notify.errors import SettingsError
from xfc_notify.store import marks
from xfc_notify.watch import heartbeat
from xfc_notify.watch.heartbeat import beat


@pytest.fixture
def server() -> Iterator[HttpServer]:
    with HttpServer() as listening:
        yield listening


def at(folder: Path, url: str, now: datetime) -> bool:
    return beat(make_settings(folder, service={"heartbeat": url}), now)


def test_the_address_is_called_once(store: str, server: HttpServer, tmp_path: Path, now: datetime) -> None:
    assert at(tmp_path, f"{server.url}ping/s3cret?from=xfc", now)
    (request,) = server.requests
    assert (request.method, request.path, request.body) == ("GET", "/ping/s3cret?from=xfc", b"")
    assert marks.at(marks.TICKED) == now


def test_without_an_address_the_time_is_kept_all_the_same(store: str, tmp_path: Path, now: datetime) -> None:
    assert at(tmp_path, "", now)
    assert marks.at(marks.TICKED) == now


@pytest.mark.parametrize("status", [404, 500])
def test_a_refusal_is_one_warning_without_the_secret(
    store: str,
    server: HttpServer,
    tmp_path: Path,
    now: datetime,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    server.script = [(status, {})]
    assert not at(tmp_path, f"{server.url}s3cret", now)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.getMessage() == f"heartbeat: the call to 127.0.0.1 failed: it answers {status}"
    assert marks.at(marks.TICKED) == now


def test_a_server_that_is_away_is_one_warning(
    store: str, tmp_path: Path, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    assert not at(tmp_path, f"http://me:s3cret@127.0.0.1:{free_port()}/s3cret", now)
    (record,) = caplog.records
    assert "heartbeat: the call to 127.0.0.1 failed" in record.getMessage()
    assert "s3cret" not in caplog.text


def test_a_mute_server_is_not_waited_for_for_long(
    store: str,
    tmp_path: Path,
    now: datetime,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import socket

    monkeypatch.setattr(heartbeat, "PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        assert not at(tmp_path, f"http://127.0.0.1:{mute.getsockname()[1]}/", now)
    assert "TimeoutError" in caplog.text


def test_the_address_is_shown_nowhere_and_must_be_one(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, service={"heartbeat": "https://hc.example.org/s3cret"})
    assert "s3cret" not in repr(settings)
    for wrong in ("file:///etc/passwd", "https://", "ftp://example.org/x", "https://example.org/a b"):
        with pytest.raises(SettingsError, match=r"service\.heartbeat: .*web address") as caught:
            make_settings(tmp_path, service={"heartbeat": wrong})
        assert wrong not in caught.value.what
