"""The stores of the settings: which one holds a path, and how it is opened. Each step opens it anew."""

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Self

from xfc_notify.datasets import local, marks, mounts, names, remote
from xfc_notify.datasets.errors import DatasetError, StoreAway
from xfc_notify.datasets.folder import Folder
from xfc_notify.errors import WrongInput
from xfc_notify.paths import show
from xfc_notify.settings import Settings, StoreTable


@dataclass(frozen=True)
class Stores:
    """All stores, and the volumes, in which nothing is ever written or removed."""

    all: Sequence[StoreTable]
    volumes: Sequence[bytes]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those of the settings."""
        return cls(settings.stores, [volume.path for volume in settings.volumes])

    def named(self, name: str) -> StoreTable:
        """The store of that name; WrongInput if there is none."""
        for store in self.all:
            if store.name == name:
                return store
        known = ", ".join(store.name for store in self.all)
        raise WrongInput(f"There is no store {name}.", f"Known: {known or 'none; add a [[stores]] block'}.")

    def holding(self, root: names.AnyPath) -> tuple[StoreTable, bytes]:
        """The store in which a root lies, and the root's path in it.

        A root is an absolute path, a URL, or `STORE:path`. WrongInput if it lies in no store.
        """
        text = names.as_bytes(root)
        if b"://" in text:
            return self._holding_url(text)
        name, colon, path = text.partition(b":")
        if colon and b"/" not in name:
            return self.named(os.fsdecode(name)), names.checked(path)
        if text.startswith(b"/"):
            for store in filter(lambda it: it.is_local, self.all):
                inside = names.below(store.path.rstrip(b"/"), b"/" + b"/".join(_parts(text)))
                if inside is not None:
                    return store, names.checked(inside)
        raise _nowhere(text)

    def _holding_url(self, text: bytes) -> tuple[StoreTable, bytes]:
        """The same of a URL; its path is as it is, nothing in it is escaped."""
        path = text.partition(b"://")[2].partition(b"/")[2]
        base = text[: len(text) - len(path)]
        found = [
            (store, inside)
            for store in self.all
            if (inside := names.below(store.path.rstrip(b"/"), b"/" + b"/".join(_parts(path)))) is not None
            and store.address.is_at(show(base))
        ]
        if len(found) != 1:  # none, or two that their URLs do not tell apart
            raise _nowhere(text)
        return found[0][0], names.checked(found[0][1])

    def root(self, store: str, root: bytes) -> bytes:
        """A root as an absolute path; of a store behind a network, as a URL in which nothing is escaped."""
        where = self.named(store).address
        path = where.path.rstrip(b"/") + b"/" + root if root else where.path
        return where.server.encode() + path

    @contextmanager
    def opened(self, name: str) -> Iterator[Folder]:
        """A store, for one step; StoreAway if it is not there, not what its mark should say, or in no settings."""
        try:
            store = self.named(name)
        except WrongInput as error:
            raise StoreAway(f"store {name} is away: {error.what}", error.hint) from None
        with self.folder(store) as folder:
            marks.check(folder)
            yield folder

    @contextmanager
    def folder(self, store: StoreTable) -> Iterator[Folder]:
        """A store, whatever its mark. StoreAway if it is not there; DatasetError if it is a place of somebody
        else's."""
        if not store.is_local:
            with remote.opened(store) as opened:
                yield opened
            return
        with self._root(store) as root:
            folder = local.Folder(store.name, root, self._refuse_volume)
            try:
                yield folder
            finally:
                folder.close()

    @contextmanager
    def _root(self, store: StoreTable) -> Iterator[int]:
        try:
            root = os.open(store.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise StoreAway(
                f"store {store.name} is away: {show(store.path)}: {error.strerror}", "Is it mounted?"
            ) from None
        try:
            self._refuse_overlap(store, root)
            yield root
        finally:
            os.close(root)

    def _refuse_overlap(self, store: StoreTable, root: int) -> None:
        """By device and inode: what a link or a bind mount hides from the settings."""
        self._refuse_volume(root, f"store {store.name}")
        above = {_identity(folder) for folder in _above(root)}
        others = [(f"the volume {show(path)}", path) for path in self.volumes]
        others += [
            (f"the store {other.name}", other.path)
            for other in self.all
            if other is not store and other.is_local
        ]
        for what, path in others:
            try:
                found = os.stat(path)  # noqa: PTH116
            except OSError:
                continue
            if (found.st_dev, found.st_ino) in above:
                raise DatasetError(f"store {store.name} lies in {what}", "Correct [[stores]] or the mounts.")
        if any(_is_marked(folder) for folder in _above(root) if _identity(folder) != _identity(root)):
            raise DatasetError(
                f"store {store.name} lies in another store: there is a mark above it", "Correct [[stores]]."
            )

    def _refuse_volume(self, folder: int, what: str) -> None:
        """By the place in the file system: what a mount of a part of a volume hides."""
        here = mounts.place(folder)
        for path in self.volumes:
            try:
                volume = os.open(path, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
            except OSError:
                continue
            try:
                if mounts.is_inside(here, mounts.place(volume)):
                    raise DatasetError(
                        f"{what} lies in the volume {show(path)}", "Correct [[stores]] or the mounts."
                    )
            finally:
                os.close(volume)


def by_nearness(stores: Sequence[StoreTable], host: str = "") -> list[StoreTable]:
    """The stores in the order in which a host reads from them: those that name it, those that name nobody, the rest;
    of these, disks before archives."""
    asking = host or socket.gethostname()

    def rank(store: StoreTable) -> tuple[int, bool]:
        named = any(fnmatchcase(asking, pattern) for pattern in store.hosts)
        return (0 if named else 2 if store.hosts else 1), store.kind == "archive"

    return sorted(stores, key=rank)


def _above(root: int) -> Iterator[int]:
    """A folder and all that are above it, as descriptors that are good until the next is asked for."""
    seen: set[tuple[int, int]] = set()
    here = os.dup(root)
    try:
        while (found := _identity(here)) not in seen:
            seen.add(found)
            yield here
            above = os.open("..", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=here)
            os.close(here)
            here = above
    finally:
        os.close(here)


def _identity(folder: int) -> tuple[int, int]:
    found = os.fstat(folder)
    return found.st_dev, found.st_ino


def _is_marked(folder: int) -> bool:
    try:
        os.stat(names.MARK, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return False
    return True


def _nowhere(text: bytes) -> WrongInput:
    return WrongInput(
        f"{show(text)} lies in no store.", "Write an absolute path in one, or STORE:path. See: stores list"
    )


def _parts(path: bytes) -> list[bytes]:
    return [part for part in path.split(b"/") if part not in (b"", b".")]
