"""What the tests of the command line share."""

import os
from pathlib import Path

import pytest

from cli.console import run
from cli.place import Place


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of the person who runs the tests."""
    for name in list(os.environ):
        if name.startswith("XFC_NOTIFY_"):
            monkeypatch.delenv(name)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A facility that has not been looked at yet."""
    return Place.build(tmp_path)


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A facility in which all areas were scanned and everybody was told, twice the former; only to be looked at."""
    place = Place.build(tmp_path_factory.mktemp("standing"))
    place.discover()
    for _ in range(2):
        assert run("enqueue", "--all", "--settings", place.settings).code == 0
    return place
