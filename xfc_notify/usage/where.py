"""Where it lies, ready to be shown: directories in an order, and what else lies in each. Standard library only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property

from xfc_notify.paths import show
from xfc_notify.usage import Usage
from xfc_notify.usage.directories import Figure, Subtotal, depth, figures, parent
from xfc_notify.usage.tally import Tally

DAY = 86_400


class By(StrEnum):
    """What directories are put in order by, the most first."""

    SIZE = "size"
    BYTE_DAYS = "byte-days"
    FILES = "files"
    AGE = "age"
    """How long nothing has arrived."""


@dataclass(frozen=True, slots=True)
class DirectoryView:
    """A directory with all that lies below it: bytes, byte-days; `path` is relative to the area, "" the area itself.

    exact  False: the figures are lower bounds
    """

    path: str
    size: int
    temporal_usage: float
    files: int
    oldest: str | None
    newest: str | None
    exact: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A line of what is shown of a directory: one in it, or with path None what else lies there.

    share  of the directory's bytes, byte-days or files, from 0 to 1
    age    seconds since anything arrived
    """

    path: bytes | None
    total: Subtotal
    share: float
    age: int
    exact: bool
    opens: bool

    @property
    def tally(self) -> Tally:
        return self.total.tally


@dataclass(frozen=True)
class Where:
    """The directory summary of a whole scan, to be walked through."""

    usage: Usage

    @cached_property
    def named(self) -> Mapping[bytes, Figure]:
        """The directories that have figures of their own; b"" is the area."""
        return {figure.path: figure for figure in figures(self.usage.tree)} or {b"": Figure(b"", Subtotal())}

    @cached_property
    def _below(self) -> Mapping[bytes, list[bytes]]:
        below: dict[bytes, list[bytes]] = {path: [] for path in self.named}
        for path in self.named:
            if path:
                below[parent(path)].append(path)
        return below

    def views(self, inside: bytes = b"", levels: int | None = None) -> list[DirectoryView]:
        """This directory and those below it, down to so many levels, the largest first."""
        found = [figure for figure in self.named.values() if _is_inside(figure.path, inside)]
        if levels is not None:
            found = [figure for figure in found if depth(figure.path) <= depth(inside) + levels]
        found.sort(key=lambda figure: (-figure.tally.size, figure.path))
        return [self._view(figure) for figure in found]

    def items(self, path: bytes, by: By, most: int | None = None) -> list[Item]:
        """What lies in a directory: those in it that are named, at most so many, then the rest, if there is one."""
        whole = self.named[path].total
        inside = sorted(
            (self._item(self.named[child], whole, by) for child in self._below[path]),
            key=lambda item: (-self._rank(item, by), item.path),
        )[:most]
        rest = whole.tally - sum((item.tally for item in inside), Tally())
        if rest == Tally():
            return inside
        here = self.usage.tree[path].here if most is None or len(self._below[path]) <= most else whole
        return [*inside, self._rest(Subtotal(rest, here.oldest, here.newest), whole, by)]

    def walk(self, path: bytes, by: By, levels: int, most: int) -> Iterator[tuple[int, Item]]:
        """The lines of a directory and of those in it, down to so many levels, each with its level from 1 on."""
        for item in self.items(path, by, most):
            yield 1, item
            if item.path is not None and levels > 1 and item.opens:
                for level, inner in self.walk(item.path, by, levels - 1, most):
                    yield level + 1, inner

    def _view(self, figure: Figure) -> DirectoryView:
        total = figure.total
        return DirectoryView(
            path=show(figure.path),
            size=total.tally.size,
            temporal_usage=total.tally.byte_seconds / DAY,
            files=total.tally.files,
            oldest=moment(total.oldest),
            newest=moment(total.newest),
            exact=self._is_exact(figure),
        )

    def _is_exact(self, figure: Figure) -> bool:
        return self.usage.complete and figure.missing == Tally()

    def _item(self, figure: Figure, whole: Subtotal, by: By) -> Item:
        return Item(
            path=figure.path,
            total=figure.total,
            share=_share(figure.total, whole, by),
            age=self._age(figure.total),
            exact=self._is_exact(figure),
            opens=bool(self._below[figure.path]),
        )

    def _rest(self, rest: Subtotal, whole: Subtotal, by: By) -> Item:
        return Item(None, rest, _share(rest, whole, by), self._age(rest), self.usage.complete, opens=False)

    def _age(self, total: Subtotal) -> int:
        now = int(self.usage.as_of.timestamp())
        return 0 if total.newest is None else max(0, now - total.newest)

    def _rank(self, item: Item, by: By) -> int:
        return item.age if by is By.AGE else _amount(item.total, by)


def moment(seconds: int | None) -> str | None:
    """Seconds since the epoch as ISO 8601; as they are where no calendar holds them."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return str(seconds)


def _amount(total: Subtotal, by: By) -> int:
    match by:
        case By.BYTE_DAYS:
            return total.tally.byte_seconds
        case By.FILES:
            return total.tally.files
        case _:
            return total.tally.size


def _share(part: Subtotal, whole: Subtotal, by: By) -> float:
    of = _amount(whole, by)
    return min(1.0, _amount(part, by) / of) if of else 0.0


def _is_inside(path: bytes, outer: bytes) -> bool:
    return not outer or path == outer or path.startswith(outer + b"/")
