"""The data that `wrstat` has written of a volume, under the names of all its versions.

    YYYYMMDD-hhmmss_／mnt／foo/stats.gz         since 6.1.1; the time of its folder is the time of capture
    YYYYMMDD_foo.<unique>.<unique>.stats.gz    before; `foo` is the last part of the directory's name

What begins with a dot is still being written.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from xfc_notify.errors import WrongInput
from xfc_notify.paths import harmless, parse, show
from xfc_notify.reports.settings import Reports, ReportVolume
from xfc_notify.reports.stream import Identity, identity

DAYS = 10
"""Old names are looked at if they are of today or of the nine days before."""
_OFF = timedelta(days=DAYS)
"""A time of capture that is further from the name's was changed by a copy."""
_FOLDER = re.compile(r"(\d{8}-\d{6})_(／.*)", re.DOTALL)
_FLAT = re.compile(r"(\d{8})_(.+?)\.[^.]+\.[^.]+\.stats\.gz", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Capture:
    """One survey of a volume: its file, which one that is, and when it was captured."""

    volume: str
    file: Path
    identity: Identity
    as_of: datetime


def captures(volume: ReportVolume, reports: Reports, now: datetime) -> list[Capture]:
    """What there is of a volume, oldest first. WrongInput if the folder cannot be read, or names fit two volumes."""
    folder = reports.folder_of(volume) or Path()
    try:
        names = [entry.name for entry in folder.iterdir()]
    except OSError as error:
        raise WrongInput(
            f"{volume.name}: {harmless(str(folder))}: {error.strerror}", "See [reports] data."
        ) from None
    found = [*_in_folders(volume, folder, names), *_flat(volume, reports, folder, names, now)]
    return sorted(found, key=lambda capture: (capture.as_of, capture.identity.mtime))


def wanted(found: Sequence[Capture], known: Sequence[Identity]) -> list[Capture]:
    """The newest capture, if it is not known; and those older ones that came late, after one before them was loaded."""
    loaded = [place for place, capture in enumerate(found) if capture.identity in known]
    first = loaded[0] if loaded else len(found) - 1
    return [capture for capture in found[max(first, 0) :] if capture.identity not in known]


def _in_folders(volume: ReportVolume, folder: Path, names: Sequence[str]) -> Iterator[Capture]:
    key = parse(volume.mount).decode("utf-8", "surrogateescape").replace("/", "／")
    for name in names:
        match = _FOLDER.fullmatch(name)
        if match is None or match[2].rstrip("／") != key:
            continue
        file = folder / name / "stats.gz"
        try:
            taken = (folder / name).stat().st_mtime
            yield Capture(
                volume.name, file, identity(file, _shown(f"{name}/stats.gz")), _time(taken, match[1])
            )
        except (OSError, ValueError):  # not there yet, or no more; or no date
            continue


def _flat(
    volume: ReportVolume, reports: Reports, folder: Path, names: Sequence[str], now: datetime
) -> Iterator[Capture]:
    for name in names:
        match = _FLAT.fullmatch(name)
        if match is None or match[2] != volume.basename:
            continue
        try:
            age = now.date() - datetime.strptime(match[1], "%Y%m%d").replace(tzinfo=UTC).date()
            if not -1 <= age.days < DAYS:
                continue
            found = identity(folder / name, _shown(name))
        except (OSError, ValueError):
            continue
        _refuse_namesakes(volume, reports, folder)
        yield Capture(volume.name, folder / name, found, _time(found.mtime / 1e9, match[1]))


def _refuse_namesakes(volume: ReportVolume, reports: Reports, folder: Path) -> None:
    for other in reports.volumes:
        if other != volume and other.basename == volume.basename and reports.folder_of(other) == folder:
            raise WrongInput(
                f"{volume.name}: the files of {other.mount} have the same names, in {harmless(str(folder))}",
                "Let wrstat write each into a folder of its own, and name it: data, in [[reports.volumes]].",
            )


def _time(seconds: float, name: str) -> datetime:
    """The time of capture, without fractions of a second: that of the file, unless a copy has changed it."""
    own = datetime.fromtimestamp(int(seconds), UTC)
    by_name = datetime.strptime(name, "%Y%m%d-%H%M%S" if "-" in name else "%Y%m%d").replace(tzinfo=UTC)
    return own if abs(own - by_name) <= _OFF else by_name


def _shown(name: str) -> str:
    return show(name.encode("utf-8", "surrogateescape"))
