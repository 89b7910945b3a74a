"""Where it lies in the areas of a user, by their last whole scans."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from xfc_notify.areas import areas, history
from xfc_notify.errors import WrongInput
from xfc_notify.paths import parse, show
from xfc_notify.people.tables import UserRow
from xfc_notify.store.usage_json import load_usage
from xfc_notify.usage.directories import Tree
from xfc_notify.usage.where import DirectoryView, Where

MONTH = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class WhereView:
    """The directories of an area that are named, the largest first."""

    user: str
    area: str
    as_of: datetime
    directories: tuple[DirectoryView, ...]


@dataclass(frozen=True, slots=True)
class AreaWhere:
    """An area with its directory summary; `area` is its path. `before` is a summary of about a month ago, if one is
    kept, with its time.
    """

    user: str
    area: str
    where: Where
    before: tuple[datetime, Tree] | None

    @property
    def as_of(self) -> datetime:
        return self.where.usage.as_of

    def view(self, inside: bytes, levels: int | None) -> WhereView:
        """A directory of it and those below, down to so many levels."""
        return WhereView(self.user, self.area, self.as_of, tuple(self.where.views(inside, levels)))

    def shown(self, inside: bytes) -> str:
        """The path of a directory of it."""
        return f"{self.area}/{show(inside)}" if inside else self.area


def areas_where(user: UserRow, path: str) -> tuple[list[AreaWhere], bytes]:
    """The scanned areas of a user that have a directory of this path, and its path below them; "" is the area itself.

    The path is written as it is shown, and relative to the area, or absolute. Raises WrongInput where it has no
    figures of its own.
    """
    scanned = list(_scanned(user))
    wanted = _parsed(path)
    for area in scanned:
        above = parse(area.area)
        if wanted == above or wanted.startswith(above + b"/"):
            scanned, wanted = [area], wanted[len(above) + 1 :]
            break
    else:
        if wanted.startswith(b"/"):
            raise WrongInput(
                f"{show(wanted)} lies in no area of {user.name}", f"See: xfc-notify where {user.name}"
            )
    found = [area for area in scanned if wanted in area.where.named]
    if not found and scanned:
        raise WrongInput(
            f"{show(wanted)} has no figures of its own: it holds too little, or is not there",
            "look at the directory above it",
        )
    return found, wanted


def _parsed(path: str) -> bytes:
    try:
        wanted = parse(path)
    except ValueError:
        raise WrongInput(
            f"{path!r} is not a path as it is shown", "write a backslash in a name as \\\\"
        ) from None
    return wanted.rstrip(b"/").removeprefix(b"./")


def _scanned(user: UserRow) -> Iterator[AreaWhere]:
    for row in areas.areas_of(user):
        scan = areas.last_whole_scan(row)
        if scan is not None:
            usage = load_usage(scan.usage)
            before = history.summary_before(row, usage.as_of - MONTH)
            yield AreaWhere(user.name, row.path, Where(usage), before)
