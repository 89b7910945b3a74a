"""Where it lies, as a table with bars."""

from xfc_notify.cli.bars import bar
from xfc_notify.cli.output import Column, print_table, say
from xfc_notify.paths import show
from xfc_notify.usage.where import DAY, By, Item, Where

LEVELS = 2
"""How many levels are shown unless somebody says otherwise."""
MOST_IN_ONE = 10
"""Of one directory, so many of those in it."""
BAR = 10
_REST = "(files here and smaller directories)"

_COLUMNS = (
    Column("", spare=1),
    Column("%", right=True),
    Column("size", right=True),
    Column("byte-days", right=True, spare=3),
    Column("files", right=True, spare=4),
    Column("newest file", right=True, spare=2),
    Column("directory"),
)


def print_where(where: Where, path: bytes = b"", by: By = By.SIZE, levels: int = LEVELS) -> None:
    """A directory and what lies in it, down to so many levels."""
    lines = list(where.walk(path, by, levels, MOST_IN_ONE))
    if not lines:
        say("No files.")
        return
    print_table(_COLUMNS, [_cells(item, level) for level, item in lines])
    if any(not item.exact for _, item in lines):
        say("* a lower bound: not everything could be counted")


def age(seconds: int) -> str:
    """How long ago, for people."""
    days = seconds // DAY
    if days < 1:
        return "today"
    if days < 60:
        return f"{days} d ago"
    return f"{days // 30} months ago" if days < 730 else f"{days // 365} years ago"


def name(item: Item) -> str:
    """What a line is called: a directory by its last name."""
    return _REST if item.path is None else show(item.path.rpartition(b"/")[2])


def _cells(item: Item, level: int) -> tuple[str, ...]:
    from xfc_notify.units import format_byte_days, format_size

    tally = item.tally
    return (
        bar(100 * item.share, BAR),
        f"{item.share:.0%}".removesuffix("%"),
        format_size(tally.size) + ("" if item.exact else "*"),
        format_byte_days(tally.byte_seconds / DAY),
        f"{tally.files:,}",
        age(item.age),
        "  " * (level - 1) + name(item),
    )
