"""A site with three stores, `one`, `two` and `three`, and files to be registered."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from facility import Facility

from xfc_notify.datasets import duties, marks
from xfc_notify.datasets.catalog import Catalog
from xfc_notify.datasets.journal import LEASE
from xfc_notify.datasets.stores import Stores
from xfc_notify.store import database

NAMES = ("one", "two", "three")
CONTENTS = {"run.h5": b"header", "scans/1.tif": b"first" * 1000, "scans/2.tif": b"second" * 1000}


@dataclass
class Site:
    """Stores below `folder`, each initialised."""

    folder: Path
    facility: Facility

    @classmethod
    def at(cls, folder: Path, **tables: Any) -> "Site":
        """A site with stores below this folder; the database is open."""
        for name in NAMES:
            (folder / name).mkdir()
        stores = [{"name": name, "url": (folder / name).as_uri()} for name in NAMES]
        site = cls(folder, Facility.at(folder, **({"stores": stores} | tables)))
        site.initialise()
        return site

    def initialise(self) -> None:
        """Give the stores their marks."""
        for store in self.stores.all:
            with self.stores.folder(store) as opened:
                marks.give(opened, datetime.now(UTC))

    @property
    def catalog(self) -> Catalog:
        return Catalog(self.facility.service)

    @property
    def stores(self) -> Stores:
        return Stores.of(self.facility.settings)

    def root(self, name: str) -> Path:
        return self.folder / name

    def fill(self, path: str = "one/exp/a", contents: dict[str, bytes] | None = None) -> None:
        """Files below a path."""
        for name, content in (CONTENTS if contents is None else contents).items():
            file = self.folder / path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    def registered(self, path: str = "exp/a", contents: dict[str, bytes] | None = None, uid: str = "") -> str:
        """The uid of a tree in store one."""
        self.fill(f"one/{path}", contents)
        return self.catalog.register("tree", "one:", path, uid=uid).uid

    def tree(self, name: str) -> dict[str, bytes]:
        """What lies in a store, but for its mark."""
        return tree(self.folder / name)

    def tick(self) -> None:
        """What the next tick does, after leases are over."""
        duties.finish(self.facility.service, datetime.now(UTC) + 2 * LEASE)


def tree(folder: Path) -> dict[str, bytes]:
    """Path → bytes of all files below a folder, but for marks; links as what they say."""
    found: dict[str, bytes] = {}
    for here, _, files in os.walk(folder):
        for name in files:
            file = Path(here, name)
            if name != ".xfc-store":
                text = os.readlink(file).encode() if file.is_symlink() else file.read_bytes()
                found[str(file.relative_to(folder))] = text
    return found


@pytest.fixture
def site(store: str, tmp_path: Path) -> Site:
    """A site with an open database; the test runs once on each kind."""
    return Site.at(tmp_path)


@pytest.fixture
def later() -> timedelta:
    """Long enough for a lease to be over."""
    return 2 * LEASE


@pytest.fixture
def sqlite(store_sqlite: Path, tmp_path: Path) -> Iterator[str]:
    """An open SQLite database with today's tables, and its URL, for what has nothing to do with the kind."""
    shutil.copy(store_sqlite, tmp_path / "xfc-notify.db")
    url = f"sqlite:///{tmp_path}/xfc-notify.db"
    database.prepare(url)
    with database.connected():
        yield url
