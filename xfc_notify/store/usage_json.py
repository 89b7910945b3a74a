"""A Usage as JSON, exactly, and back with every value checked."""

from typing import Any

from xfc_notify.paths import show
from xfc_notify.store import json_values as read
from xfc_notify.store.json_values import Json
from xfc_notify.store.tree_json import dump_tally, dump_tree, tally_of, tree_of
from xfc_notify.usage import Clock, Entry, Errors, Usage
from xfc_notify.usage.links import Inode, Link, Links


def dump_usage(usage: Usage) -> Json:
    """A Usage as JSON, exactly."""
    return {
        "as_of": usage.as_of.isoformat(),
        "clock": usage.clock.value,
        "total": dump_tally(usage.total),
        "directories": usage.directories,
        "symlinks": usage.symlinks,
        "others": usage.others,
        "birth_times": usage.birth_times,
        "oldest": usage.oldest,
        "newest": usage.newest,
        "by_age": {str(key): dump_tally(tally) for key, tally in usage.by_age.items()},
        "by_owner": {str(key): dump_tally(tally) for key, tally in usage.by_owner.items()},
        "by_directory": {show(key): dump_tally(tally) for key, tally in usage.by_directory.items()},
        "oldest_by_directory": {show(key): seconds for key, seconds in usage.oldest_by_directory.items()},
        "by_type": {key: dump_tally(tally) for key, tally in usage.by_type.items()},
        "largest": [[entry.byte_seconds, entry.size, show(entry.path)] for entry in usage.largest],
        "errors": {kind: [e.count, [show(path) for path in e.samples]] for kind, e in usage.errors.items()},
        "tree": dump_tree(usage.tree),
        "links": [_dump_link(inode, link) for inode, link in usage.links.items()],
    }


def load_usage(data: object) -> Usage:
    """The Usage that `dump_usage` wrote; BadMessage if it did not."""
    return read.checked("usage", data, usage_of)


def usage_of(data: Json) -> Usage:
    return Usage(
        as_of=read.time(data["as_of"]),
        clock=Clock(read.text(data["clock"])),
        total=tally_of(data["total"]),
        directories=read.count(data["directories"]),
        symlinks=read.count(data["symlinks"]),
        others=read.count(data["others"]),
        birth_times=read.count(data["birth_times"]),
        oldest=None if data["oldest"] is None else read.integer(data["oldest"]),
        newest=None if data["newest"] is None else read.integer(data["newest"]),
        by_age=read.table(data["by_age"], read.number, tally_of),
        by_owner=read.table(data["by_owner"], read.number, tally_of),
        by_directory=read.table(data["by_directory"], read.name, tally_of),
        # A scanner of an earlier version sends none.
        oldest_by_directory=read.table(data.get("oldest_by_directory", {}), read.name, read.integer),
        by_type=read.table(data["by_type"], read.text, tally_of),
        largest=tuple(
            Entry(read.count(b, read.SUM), read.count(s), read.inside(p))
            for b, s, p in read.items(data["largest"])
        ),
        errors=read.table(data["errors"], read.text, _errors),
        tree=tree_of(data["tree"]),
        links=_links(data["links"]),
    )


def _dump_link(inode: Inode, link: Link) -> list[Any]:
    counted = (link.size, link.allocated, link.arrival, link.owner)
    return [*inode, show(link.path), link.kind, link.links, link.met, *counted]


def _links(data: Any) -> Links:
    return dict(_link(*read.items(link)) for link in read.items(data))


def _link(
    device: Any,
    inode: Any,
    path: Any,
    kind: Any,
    links: Any,
    met: Any,
    size: Any,
    allocated: Any,
    arrival: Any,
    owner: Any,
) -> tuple[Inode, Link]:
    names = read.count(links, least=2)
    return (read.count(device, read.SUM), read.count(inode, read.SUM)), Link(
        path=read.inside(path),
        kind=read.text(kind),
        links=names,
        met=read.count(met, names, least=1),
        size=read.count(size),
        allocated=read.count(allocated),
        arrival=read.integer(arrival),
        owner=read.count(owner),
    )


def _errors(data: Any) -> Errors:
    count, samples = read.items(data)
    return Errors(read.count(count), tuple(read.path(path) for path in read.items(samples)))
