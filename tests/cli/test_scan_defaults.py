"""How `scan` walks: read from [scan] alone where that is plain, and by all the rules of the settings elsewhere."""

from pathlib import Path

import pytest

from xfc_notify.cli.scan_defaults import how_to_scan
from xfc_notify.components import load_settings as load
from xfc_notify.errors import SettingsError
from xfc_notify.usage import Clock, ScanDefaults


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[scan]\n",
        '[scan]\nclock = "ctime"\nthreads = 256\none_file_system = false\nslice_seconds = 10\nevery = "1d"\n',
        '[scan]\nthreads = "7"\n',
        '[scan]\none_file_system = "no"\n',
        "[scan]\nthreads = true\n",
        "[scan]\nthreads = 257\n",
        '[scan]\nclock = "atime"\n',
        "[scan]\nslices = 3\n",
        "scan = 3\n",
        "[scan\n",
    ],
)
def test_it_is_what_the_settings_say(text: str, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)

    def said(read: object) -> object:
        try:
            return read(file) if callable(read) else None
        except SettingsError as wrong:
            return wrong.what

    assert said(how_to_scan) == said(lambda file: load(file).scan.how())


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings.toml").write_text('[scan]\nclock = "ctime"\n')
    monkeypatch.chdir(tmp_path)
    assert how_to_scan(None) == ScanDefaults(clock=Clock.CTIME)
    monkeypatch.setenv("XFC_NOTIFY_SCAN__CLOCK", "mtime")
    assert how_to_scan(None) == ScanDefaults(clock=Clock.MTIME)


def test_without_settings_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert how_to_scan(None) == ScanDefaults()
