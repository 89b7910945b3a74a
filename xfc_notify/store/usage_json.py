"""A Usage as JSON, exactly, and back with every value checked."""

from typing import Any

from xfc_notify.paths import show
from xfc_notify.store import json_values as read
from xfc_notify.store.json_values import Json
from xfc_notify.usage import Clock, Entry, Errors, Sums, Tally, Usage


def dump_usage(usage: Usage) -> Json:
    """A Usage as JSON, exactly."""
    return {
        "as_of": usage.as_of.isoformat(),
        "clock": usage.clock.value,
        "total": _dump_tally(usage.total),
        "directories": usage.directories,
        "symlinks": usage.symlinks,
        "others": usage.others,
        "birth_times": usage.birth_times,
        "oldest": usage.oldest,
        "newest": usage.newest,
        "by_age": {str(key): _dump_tally(tally) for key, tally in usage.by_age.items()},
        "by_owner": {str(key): _dump_tally(tally) for key, tally in usage.by_owner.items()},
        "by_directory": {show(key): _dump_tally(tally) for key, tally in usage.by_directory.items()},
        "oldest_by_directory": {show(key): seconds for key, seconds in usage.oldest_by_directory.items()},
        "by_type": {key: _dump_tally(tally) for key, tally in usage.by_type.items()},
        "largest": [[entry.byte_seconds, entry.size, show(entry.path)] for entry in usage.largest],
        "errors": {kind: [e.count, [show(path) for path in e.samples]] for kind, e in usage.errors.items()},
    }


def load_usage(data: object) -> Usage:
    """The Usage that `dump_usage` wrote; BadMessage if it did not."""
    return read.checked("usage", data, usage_of)


def usage_of(data: Json) -> Usage:
    return Usage(
        as_of=read.time(data["as_of"]),
        clock=Clock(read.text(data["clock"])),
        total=_tally(data["total"]),
        directories=read.count(data["directories"]),
        symlinks=read.count(data["symlinks"]),
        others=read.count(data["others"]),
        birth_times=read.count(data["birth_times"]),
        oldest=None if data["oldest"] is None else read.integer(data["oldest"]),
        newest=None if data["newest"] is None else read.integer(data["newest"]),
        by_age=read.table(data["by_age"], read.number, _tally),
        by_owner=read.table(data["by_owner"], read.number, _tally),
        by_directory=read.table(data["by_directory"], read.name, _tally),
        # A scanner of an earlier version sends none.
        oldest_by_directory=read.table(data.get("oldest_by_directory", {}), read.name, read.integer),
        by_type=read.table(data["by_type"], read.text, _tally),
        largest=tuple(
            Entry(read.count(b, read.SUM), read.count(s), read.inside(p))
            for b, s, p in read.items(data["largest"])
        ),
        errors=read.table(data["errors"], read.text, _errors),
    )


def _dump_tally(tally: Tally) -> list[Any]:
    return [tally.files, {str(links): list(sums) for links, sums in tally.by_links.items()}]


def _tally(data: Any) -> Tally:
    files, by_links = read.items(data)
    return Tally(
        read.count(files), read.table(by_links, lambda key: read.count(read.number(key), least=1), _sums)
    )


def _sums(data: Any) -> Sums:
    size, allocated, byte_seconds = read.items(data)
    return Sums(
        read.count(size, read.SUM), read.count(allocated, read.SUM), read.count(byte_seconds, read.SUM)
    )


def _errors(data: Any) -> Errors:
    count, samples = read.items(data)
    return Errors(read.count(count), tuple(read.path(path) for path in read.items(samples)))
