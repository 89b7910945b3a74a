"""What `xfc-notify scan` does, without Typer and pydantic: measure, show progress, print."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from xfc_notify.cli.output import print_json, print_table, progress, say
from xfc_notify.cli.plain_args import Asked
from xfc_notify.cli.scan_defaults import how_to_scan
from xfc_notify.cli.where_table import print_where
from xfc_notify.paths import show
from xfc_notify.scan.engine import Measured
from xfc_notify.scan.progress import Progress
from xfc_notify.scan.slice import measure_whole
from xfc_notify.usage import Usage
from xfc_notify.usage.tally import Tally
from xfc_notify.usage.where import Where, moment


def measure(asked: Asked) -> int:
    """Measure and print; the exit code."""
    how = how_to_scan(asked.settings)
    with _report() as report:
        measured = measure_whole(
            os.fsencode(asked.path),
            as_of=datetime.now(UTC),
            clock=asked.clock or how.clock,
            one_file_system=how.one_file_system,
            exclude=how.exclude,
            scanner=asked.scanner,
            threads=how.threads if asked.threads is None else asked.threads,
            progress=report,
            export=Path(asked.export) if asked.export else None,
        )
    if asked.as_json:
        by = {"scanner": measured.scanner.value, "threads": measured.threads}
        print_json(usage_as_json(measured.usage) | by)
    elif not (asked.browse and _browse(asked.path, measured.usage)):
        _print(measured)
    return 0


def _browse(path: str, usage: Usage) -> bool:
    from xfc_notify.cli.browsing import browse
    from xfc_notify.usage.where import By

    return browse([(show(os.fsencode(path)), Where(usage))], b"", By.SIZE)


@contextmanager
def _report() -> Iterator[Callable[[Progress], None] | None]:
    """What shows how far the walk is, on a terminal only."""
    with progress("measuring") as shown:
        if shown is None:
            yield None
            return
        from xfc_notify.units import format_size

        task = shown.add_task("", total=None, what="")
        began = time.monotonic()

        def report(now: Progress) -> None:
            rate = now.files / (time.monotonic() - began)
            what = (
                f"{now.directories:,} directories  {now.files:,} files  {format_size(now.size)}"
                f"  {rate:,.0f} files a second"
            )
            shown.update(task, what=what)

        yield report


def usage_as_json(usage: Usage) -> dict[str, Any]:
    """The fields of Usage by their names, plus `temporal_usage` in byte-days; paths as shown text."""
    return {
        "as_of": usage.as_of,
        "clock": usage.clock.value,
        "files": usage.files,
        "directories": usage.directories,
        "symlinks": usage.symlinks,
        "others": usage.others,
        "size": usage.size,
        "allocated": usage.allocated,
        "byte_seconds": usage.byte_seconds,
        "temporal_usage": usage.temporal_usage,
        "birth_times": usage.birth_times,
        "oldest": moment(usage.oldest),
        "newest": moment(usage.newest),
        "complete": usage.complete,
        "by_age": {str(days): _tally(tally) for days, tally in sorted(usage.by_age.items())},
        "by_owner": {str(uid): _tally(tally) for uid, tally in sorted(usage.by_owner.items())},
        "by_directory": {show(name): _tally(tally) for name, tally in sorted(usage.by_directory.items())},
        "oldest_by_directory": {
            show(name): moment(seconds) for name, seconds in sorted(usage.oldest_by_directory.items())
        },
        "by_type": {name: _tally(tally) for name, tally in sorted(usage.by_type.items())},
        "largest": [
            {"path": show(entry.path), "size": entry.size, "byte_seconds": entry.byte_seconds}
            for entry in usage.largest
        ],
        "errors": {
            kind: {"count": errors.count, "samples": [show(path) for path in errors.samples]}
            for kind, errors in sorted(usage.errors.items())
        },
        "where": Where(usage).views(),
    }


def _print(measured: Measured) -> None:
    from xfc_notify.units import format_byte_days, format_size

    usage = measured.usage
    print_table(
        ["measured", "value"],
        [
            ("size", f"{format_size(usage.size)}  ({usage.size:,} bytes)"),
            ("on disk", format_size(usage.allocated)),
            ("temporal usage", f"{format_byte_days(usage.temporal_usage)}  (clock: {usage.clock})"),
            ("files", f"{usage.files:,}"),
            ("directories", f"{usage.directories:,}"),
            ("symlinks", f"{usage.symlinks:,}"),
            ("others", f"{usage.others:,}"),
            ("scanner", f"{measured.scanner}  (threads: {measured.threads})"),
        ],
    )
    say("")
    print_where(Where(usage))
    for kind, errors in sorted(usage.errors.items()):
        say(f"{kind}: {errors.count:,}, for example {', '.join(show(path) for path in errors.samples)}")
    if not usage.complete:
        say("Not everything could be read: the figures are a lower bound.")


def _tally(tally: Tally) -> dict[str, int]:
    return {
        "files": tally.files,
        "size": tally.size,
        "allocated": tally.allocated,
        "byte_seconds": tally.byte_seconds,
    }
