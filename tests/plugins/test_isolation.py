"""What the isolation of plugins holds, and what not: as docs/plugins.md and `check` say it."""

import os
import signal
from pathlib import Path

import pytest
from cli.console import Ran, call
from cli.place import Place
from facility import install_plugin

HELD = {
    "an error": "raise ValueError('no')",
    "a bare error": "raise RuntimeError",
    "an exit": "raise SystemExit(3)",
    "an interrupt": "raise KeyboardInterrupt",
    "sys.exit": "import sys; sys.exit(4)",
    "nonsense": "return ['over']",
    "deep recursion": "return evaluate()",
}

POLICY = """\
from xfc_notify import hookimpl

@hookimpl
def evaluate():
    {body}
"""

DIES = POLICY.format(body="import os; os._exit(7)")
CRASHES = POLICY.format(body="import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
HAS_CHILD = POLICY.format(
    body="import subprocess, pathlib, time; "
    "pathlib.Path('child').write_text(str(subprocess.Popen(['sleep', '60'], stdout=-3, stderr=-3).pid)); return []"
)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A facility with users, which has not been scanned yet."""
    place = Place.build(tmp_path / "place")
    place.discover()
    return place


def with_plugin(place: Place, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """From here on, commands in processes of their own find this plugin, called odd."""
    folder = place.folder / "plugin"
    folder.mkdir()
    install_plugin(folder, monkeypatch, "odd", source)
    monkeypatch.setenv("PYTHONPATH", f"{folder}:{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.chdir(place.folder)


def enqueue(place: Place) -> Ran:
    return call("enqueue", "--all", "--json", "--settings", place.settings)


@pytest.mark.parametrize("body", HELD.values(), ids=HELD.keys())
def test_what_a_policy_raises_or_returns_harms_nothing_else(
    place: Place, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    with_plugin(place, monkeypatch, POLICY.format(body=body))
    ran = enqueue(place)
    assert (ran.code, ran.json) == (0, {"opened": 5, "failed": 0, "messages": 4})


@pytest.mark.parametrize(("source", "code"), [(DIES, 7), (CRASHES, -signal.SIGSEGV)], ids=["_exit", "crash"])
def test_a_plugin_can_end_its_process_but_what_was_owed_is_done_without_it(
    place: Place, monkeypatch: pytest.MonkeyPatch, source: str, code: int
) -> None:
    with_plugin(place, monkeypatch, source)
    assert enqueue(place).code == code
    assert place.mails == []
    without = {"XFC_NOTIFY_PLUGINS__DISABLED": "odd"}
    assert call("tick", "--settings", place.settings, env=without).code == 0
    assert len(place.mails) == 4


def test_a_child_of_a_plugin_outlives_the_command(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with_plugin(place, monkeypatch, HAS_CHILD)
    assert enqueue(place).code == 0
    child = int((place.folder / "child").read_text())
    os.kill(child, 0)  # it is there
    os.kill(child, signal.SIGKILL)


def test_check_names_the_plugins_of_others_and_says_what_holds(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not [row for row in checked(place) if row["name"] == "plugins"]
    with_plugin(place, monkeypatch, POLICY.format(body="return []"))
    (row,) = (row for row in checked(place) if row["name"] == "plugins")
    assert row["state"] == "ok"
    assert row["what"] == (
        "odd: of others. What a plugin raises, returns or waits for harms nothing else; "
        "but it runs in our processes, has all their rights, and can end them"
    )


def checked(place: Place) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = call("check", "plugins", "--json", "--settings", place.settings).json
    return rows
