"""Opens what is to be measured: an area of a volume for a worker, any directory for a person."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from stat import S_ISLNK
from typing import TYPE_CHECKING

from xfc_notify.errors import AreaGone, ScanRefused, WrongInput
from xfc_notify.paths import show
from xfc_notify.scan import guard
from xfc_notify.scan.trail import OPEN_DIRECTORY, components

if TYPE_CHECKING:
    from xfc_notify.domain import Volume

_PASS_THROUGH = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC  # needs no right to list the directory


def open_area(root: bytes, volumes: Sequence["Volume"]) -> int:
    """A descriptor of the area `root`, which has to lie inside one of the volumes.

    The volume's own path is opened as the operator wrote it, and its guard asked; below it no link is followed.
    Raises ScanRefused with the reason: outside the volumes, a link, not a directory, not to be read, a volume that is
    not mounted; AreaGone if the volume is there and the area is not.
    """
    volume, names = _below(root, volumes)
    with ExitStack() as passed:
        here = _open_volume(volume)
        try:
            guard.check(volume, here)
        except ScanRefused:
            os.close(here)
            raise
        for depth, name in enumerate(names, start=1):
            passed.callback(os.close, here)
            last = depth == len(names)
            flags = OPEN_DIRECTORY if last else _PASS_THROUGH | os.O_NOFOLLOW
            path = os.path.join(volume.path, *names[:depth])  # noqa: PTH118
            try:
                here = _open(name, flags, here, path)
            except AreaGone:
                _check_not_empty(volume)
                raise
        return here


def check_still_mounted(root: bytes, volumes: Sequence["Volume"]) -> None:
    """Raise ScanRefused if, by its guard, the volume of the area is no longer mounted."""
    volume, _ = _below(root, volumes)
    if volume.guarded:
        here = _open_volume(volume)
        try:
            guard.check(volume, here)
        finally:
            os.close(here)


def open_directory(path: bytes) -> int:
    """A descriptor of any directory that a person names; WrongInput where it is none or cannot be opened."""
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise WrongInput(f"{show(path)} does not exist", "name a directory that is there") from None
    except NotADirectoryError:
        raise WrongInput(f"{show(path)} is not a directory", "name the directory that holds it") from None
    except PermissionError:
        raise WrongInput(f"{show(path)} may not be read", "run as a user who may read it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise WrongInput(f"{show(path)} cannot be opened: {reason}", "name another directory") from None


def _below(root: bytes, volumes: Sequence["Volume"]) -> tuple["Volume", tuple[bytes, ...]]:
    """The innermost volume that holds the area, and the components from there to it."""
    if not root.startswith(b"/"):
        raise ScanRefused(f"{show(root)} is not an absolute path")
    names = components(root[1:])
    for volume in sorted(volumes, key=lambda volume: len(volume.path), reverse=True):
        above = components(os.path.normpath(volume.path).lstrip(b"/"))
        if len(above) < len(names) and names[: len(above)] == above:
            return volume, names[len(above) :]
    raise ScanRefused(f"{show(root)} lies outside the volumes of this scanner")


def _open_volume(volume: "Volume") -> int:
    try:
        return _open(volume.path, _PASS_THROUGH, None, volume.path)
    except AreaGone as gone:
        raise ScanRefused(str(gone)) from None


def _check_not_empty(volume: "Volume") -> None:
    """Raise ScanRefused for a folder without a guard that holds nothing: most likely nothing is mounted there."""
    if volume.guarded:
        return
    try:
        with os.scandir(volume.path) as entries:
            is_empty = next(entries, None) is None
    except OSError as error:
        raise ScanRefused(f"{show(volume.path)} cannot be listed: {error.strerror}") from None
    if is_empty:
        raise ScanRefused(f"{show(volume.path)} is empty; is the volume mounted?")


def _open(name: bytes, flags: int, parent: int | None, path: bytes) -> int:
    try:
        return os.open(name, flags, dir_fd=parent)
    except FileNotFoundError:
        raise AreaGone(f"{show(path)} does not exist") from None
    except PermissionError:
        reason = "may not be read"
    except OSError as error:
        reason = f"cannot be opened: {error.strerror}"
        if isinstance(error, NotADirectoryError):
            reason = (
                "is a link, and links are not followed" if _is_link(name, parent) else "is not a directory"
            )
    raise ScanRefused(f"{show(path)} {reason}")


def _is_link(name: bytes, parent: int | None) -> bool:
    try:
        return S_ISLNK(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)
    except OSError:
        return False
