"""What would be left without some directories, in what the quotas count: the site says which bytes, and by what."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.console import run
from cli.place import Place
from servers.web import Web

from web.client import Browser
from web.conftest import OPERATORS

MB = 1_000_000


def page_of(tmp_path: Path, counts: str = "apparent", method: str = "stat") -> Iterator[str]:
    """cleo has 15 MB, of which only 3 MB take room on disk, 2 of these in `full`: what is said without it."""
    place = Place.build(tmp_path / "place", f'\n[plugins.quota_temporal]\nmethod = "{method}"\n')
    text = place.settings.read_text()
    place.settings.write_text(text.replace("[limits]", f'[limits]\ncounts = "{counts}"', 1))
    for name, size in (("full/data", 2 * MB), ("other/data", MB)):
        file = place.folder / "vol1/cleo" / name
        file.parent.mkdir()
        file.write_bytes(b"x" * size)
    place.discover()
    assert run("enqueue", "--all", "--settings", place.settings).code == 0
    with Web(place.settings, web=OPERATORS) as server:
        page = Browser(server.url, {"X-Remote-User": "cleo"}).get("/areas/3?gone=full").text
    yield " ".join(re.sub(r"<[^>]+>", " ", page.partition('role="status"')[2].partition("</div>")[0]).split())


@pytest.fixture
def apparent(tmp_path: Path) -> Iterator[str]:
    yield from page_of(tmp_path)


@pytest.fixture
def allocated(tmp_path: Path) -> Iterator[str]:
    yield from page_of(tmp_path, counts="allocated")


@pytest.fixture
def by_history(tmp_path: Path) -> Iterator[str]:
    yield from page_of(tmp_path, method="history")


def test_lengths_and_ages_of_files(apparent: str) -> None:
    assert "13 MB would be left" in apparent
    assert "That is 130 % of your hard quota and" in apparent
    assert "On disk" not in apparent


def test_what_files_take_on_disk(allocated: str) -> None:
    assert "13 MB would be left" in allocated
    assert "On disk, 1 MB would be left, which is what your hard quota counts." in allocated
    assert "That is 10 % of your hard quota and" in allocated


def test_sizes_of_earlier_scans(by_history: str) -> None:
    assert "That is 130 % of your hard quota." in by_history
    assert "does not count by the ages of files" in by_history
    assert "would then be passed" not in by_history
