"""The native reader takes no line that the careful one would refuse, whatever is in it."""

from hypothesis import given, settings
from hypothesis import strategies as some

from reports import wrstat
from reports.wrstat import AS_OF, Entry
from xfc_notify.reports.cells import AGES_IN_SECONDS
from xfc_notify.reports.mistake import first_mistake
from xfc_notify.reports.native import fold, is_built

GOOD = wrstat.lines(
    [
        Entry(b"/v/a/b.bam", 7),
        Entry(b"/", type="d"),
        Entry(b"/v/tmp/x.vcf.gz", nlink=3),
        Entry(b"/v/.gz", mtime=-5),
    ]
)
ODD = (b"", b"\t", b"\n", b'"', b"/", b"\\", b".", b"-", b"0", b"9" * 20, b"\0", b"\xff", b"\r", b" ", b"f")
changes = some.tuples(some.integers(0, len(GOOD) - 1), some.integers(0, 3), some.sampled_from(ODD))


def test_it_is_built_here() -> None:
    assert is_built()


@settings(max_examples=300)
@given(made=some.lists(changes, max_size=6), columns=some.sampled_from((11, 12)))
def test_what_it_takes_has_no_mistake(made: list[tuple[int, int, bytes]], columns: int) -> None:
    text = GOOD
    for place, removed, added in made:
        text = text[:place] + added + text[place + removed :]
    native = fold(text, columns, AS_OF, AGES_IN_SECONDS)
    assert native is not None
    cells, odd, blank = native
    lines = text.split(b"\n")[:-1]
    refused = odd.split(b"\n")[:-1]
    taken = list(lines)
    for line in (*refused, *[b""] * blank):
        taken.remove(line)
    assert sum(cells["lines"].to_pylist()) == len(taken)
    for line in taken:
        assert first_mistake(line + b"\n", "plain", columns) == (0, ""), line
