"""What `dramatiq xfc_notify.actors` does before its first message."""

import os
import subprocess
import sys
from pathlib import Path

from servers.process import until

READY = "Worker process is ready for action."
NOWHERE = "amqp://user:sesame@127.0.0.1:1/vhost"


def start(folder: Path, settings: str, *options: str) -> tuple[int | None, str]:
    """Exit code (None: it runs and was stopped) and the log of a worker with these settings."""
    file = folder / "settings.toml"
    file.write_text(f'[broker]\nurl = "{NOWHERE}"\n{settings}')
    log = folder / "log"
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "dramatiq", "xfc_notify.actors", "-p", "1", "-t", "1", *options],
            env=os.environ | {"XFC_NOTIFY_SETTINGS": str(file)},
            stderr=output,
        )
    with worker:
        until(
            lambda: worker.poll() is not None or READY in log.read_text(), "a worker that runs or has ended"
        )
        code = worker.poll()
        worker.terminate()
    return code, log.read_text()


def test_a_worker_with_a_wrong_setting_does_not_start_and_says_why(tmp_path: Path) -> None:
    code, log = start(tmp_path, "[scan]\nclok = 1\n")
    assert code not in {0, None}
    assert "scan.clok: unknown key" in log
    assert "Traceback" not in log


def test_a_worker_with_a_plugin_that_does_not_fit_does_not_start_and_says_why(tmp_path: Path) -> None:
    code, log = start(tmp_path, "[plugins.quota_hard]\nnotice = 3\n")
    assert code not in {0, None}
    assert "plugins.quota_hard.notice" in log
    assert "Traceback" not in log


def test_a_scanner_has_no_plugins_and_starts_all_the_same(tmp_path: Path) -> None:
    code, log = start(tmp_path, "[plugins.quota_hard]\nnotice = 3\n", "-Q", "scan")
    assert code is None
    assert "quota_hard" not in log
    assert "sesame" not in log


def test_only_who_writes_no_messages_starts_without_the_secret_of_the_links(tmp_path: Path) -> None:
    settings = '[web]\nurl = "https://storage.example.org"\n'
    for queue in ("scan", "transfers"):
        code, log = start(tmp_path, settings, "-Q", queue)
        assert (code, "web.url" in log) == (None, False)
    for queue in ("results", "delivery", "reports"):
        code, log = start(tmp_path, settings, "-Q", queue)
        assert code not in {0, None}
        assert "web.url needs service.secret" in log
        assert "Traceback" not in log


def test_a_worker_starts_while_the_database_is_away(tmp_path: Path) -> None:
    code, log = start(tmp_path, '[database]\nurl = "postgresql://user:sesame@127.0.0.1:1/xfc"\n')
    assert code is None
    assert "The database postgresql://user:***@127.0.0.1:1/xfc does not answer" in log
    assert "sesame" not in log
