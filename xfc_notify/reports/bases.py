"""Base directories: where a group's data are said to lie. They come from a file, in one of two forms.

gid⇥path                 the group's base directories by name
PREFIX⇥SPLITS⇥MINDIRS    below PREFIX, each directory that lies MINDIRS deep is a level; a group's base directory is
                         the deepest one that holds all of its files there. SPLITS is read, and means nothing now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xfc_notify.errors import WrongInput
from xfc_notify.paths import harmless, show

_MOST_DEEP = 100


@dataclass(frozen=True, slots=True)
class Base:
    """A base directory of a group that was named, as text of `paths.show`, without a slash at its end."""

    gid: int
    path: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Below this prefix, the components of a path that make a level. The last component of the prefix may be cut."""

    prefix: str
    depth: int


@dataclass(frozen=True, slots=True)
class Bases:
    """The base directories that are named, or the rules that find them."""

    named: tuple[Base, ...] = ()
    rules: tuple[Rule, ...] = ()


DEFAULT = Bases(rules=(Rule("/", 2),))
"""As wrstat-ui without a file."""


def read(file: Path) -> Bases:
    """The base directories of a file; WrongInput with file and line if it is wrong."""
    try:
        text = file.read_bytes()
    except OSError as error:
        raise WrongInput(f"{harmless(str(file))}: {error.strerror}") from None
    named: list[Base] = []
    rules: list[Rule] = []
    for number, line in enumerate(text.split(b"\n"), 1):
        columns = line.rstrip(b"\r").split(b"\t")
        if columns == [b""] or line.startswith(b"#"):
            continue
        try:
            if len(columns) == 2 and not rules:
                named.append(Base(_number(columns[0], -(2**31), 2**32), _path(columns[1])))
            elif len(columns) == 3 and not named:
                _number(columns[1], 0, 2**31)
                rules.append(Rule(_prefix(columns[0]), _number(columns[2], 1, _MOST_DEEP)))
            else:
                what = f"{len(columns)} columns; all lines have two, gid and path, or all three"
                raise ValueError(what)  # noqa: TRY301 - one place names the line
        except ValueError as error:
            raise WrongInput(f"{harmless(str(file))}, line {number}: {harmless(str(error))}") from None
    if not named and not rules:
        raise WrongInput(f"{harmless(str(file))}: names no base directory")
    return Bases(tuple(dict.fromkeys(named)), ranked(rules))


def ranked(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules with the longest prefix first, by components: the first that fits is taken."""
    return tuple(sorted(rules, key=lambda rule: -rule.prefix.count("/")))


def common(first: str, last: str, level: str) -> str:
    """The deepest directory that holds these two, and so all that sort between them; `level` at the least.

    Of directories sorted as text, what the first and the last have in common, all have.
    """
    same: list[str] = []
    for left, right in zip(first.split("/"), last.split("/"), strict=False):
        if left != right:
            break
        same.append(left)
    found = "/".join(same).rstrip("/")
    return found if len(found) > len(level) else level


def _number(text: bytes, least: int, end: int) -> int:
    try:
        number = int(text)
    except ValueError:
        raise ValueError(f"{text.decode(errors='replace')!r} is not a whole number") from None
    if not least <= number < end:
        raise ValueError(f"{number} is out of range")
    return number


def _path(text: bytes) -> str:
    if not text.startswith(b"/") or b"\0" in text:
        raise ValueError(f"{text.decode(errors='replace')!r} is not an absolute path")
    return show(text.rstrip(b"/"))


def _prefix(text: bytes) -> str:
    return _path(text) or "/"
