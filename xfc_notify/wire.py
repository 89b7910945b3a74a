"""Orders, results and summaries as JSON, for queues and tables, and back with every value checked.

What comes from a queue may have been written by anybody: whatever lacks something that this module writes, or has
another value than it could write, is a BadMessage. Sums travel exactly, undivided per link count; paths as the text
of `paths.show`.

Every message has the number of its format. Keys that are not known are passed over, so that a newer version may add
what an older one can do without. Whatever it cannot do without, or would misread, takes the next number: an older
worker refuses it as a NewerMessage. The formats before are read for ever.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from xfc_notify.domain import Exemption, Finding, Level, ScanOrder, SliceResult
from xfc_notify.errors import BadMessage, NewerMessage
from xfc_notify.paths import parse, show
from xfc_notify.usage import Clock, Entry, Errors, Sums, Tally, Usage

Json = dict[str, Any]
K = TypeVar("K")
V = TypeVar("V")

ORDER_FORMAT = 1
RESULT_FORMAT = 1
DELIVERY_FORMAT = 1

LARGEST_NUMBER = 2**31 - 1
"""Of a delivery: what the column holds."""
_COUNT = 2**63
_SUM = 2**127


def dump_order(order: ScanOrder) -> Json:
    """A ScanOrder as JSON."""
    return {
        "format": ORDER_FORMAT,
        "scan_id": order.scan_id,
        "slice_id": order.slice_id,
        "root": show(order.root),
        "directories": [show(path) for path in order.directories],
        "as_of": order.as_of.isoformat(),
        "clock": order.clock.value,
        "budget": order.budget,
        "one_file_system": order.one_file_system,
    }


def load_order(data: object) -> ScanOrder:
    """The ScanOrder that `dump_order` wrote; BadMessage if it did not."""
    return _message("scan order", ORDER_FORMAT, data, _order)


def newer_order(data: object) -> NewerMessage | None:
    """What `load_order` would raise of an order in a format that came after this version; None for any other."""
    return _newer("scan order", ORDER_FORMAT, data)


def dump_result(result: SliceResult) -> Json:
    """A SliceResult as JSON."""
    return {
        "format": RESULT_FORMAT,
        "scan_id": result.scan_id,
        "slice_id": result.slice_id,
        "usage": dump_usage(result.usage),
        "remaining": [show(path) for path in result.remaining],
        "seconds": result.seconds,
        "host": result.host,
        "failure": result.failure,
    }


def load_result(data: object) -> SliceResult:
    """The SliceResult that `dump_result` wrote; BadMessage if it did not."""
    return _message("slice result", RESULT_FORMAT, data, _result)


def dump_delivery(number: int) -> Json:
    """The number of a delivery that is due, as JSON."""
    return {"format": DELIVERY_FORMAT, "number": number}


def load_delivery(data: object) -> int:
    """The number that `dump_delivery` wrote; BadMessage if it did not."""
    return _message(
        "delivery", DELIVERY_FORMAT, data, lambda it: _count(it["number"], LARGEST_NUMBER + 1, least=1)
    )


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
    return _checked("usage", data, _usage)


def dump_finding(finding: Finding) -> Json:
    """A Finding as JSON."""
    return {
        "level": str(finding.level),
        "used": finding.used,
        "limit": finding.limit,
        "unit": finding.unit,
        "title": finding.title,
        "due": finding.due.astimezone(UTC).isoformat() if finding.due else None,
        "facts": dict(finding.facts),
        "policy": finding.policy,
        "thresholds": list(finding.thresholds),
        "milestone": finding.milestone,
        "ahead": finding.ahead,
        "left_at": list(finding.left_at) if finding.left_at else None,
        "lifted": _dump_exemption(finding.lifted),
    }


def worst_level(findings: Iterable[Json]) -> Level:
    """The worst level of findings as JSON; ok if there are none."""
    return max((Level.named(finding["level"]) for finding in findings), default=Level.OK)


def load_finding(data: Json) -> Finding:
    """The Finding that `dump_finding` wrote into our own tables."""
    due = data["due"]
    return Finding(
        level=Level.named(data["level"]),
        used=data["used"],
        limit=data["limit"],
        unit=data["unit"],
        title=data["title"],
        due=datetime.fromisoformat(due) if due else None,
        facts=data["facts"],
        policy=data["policy"],
        thresholds=(data["thresholds"][0], data["thresholds"][1], data["thresholds"][2]),
        milestone=data.get("milestone"),  # findings stored before there were milestones have none
        ahead=data.get("ahead"),
        left_at=tuple(data["left_at"]) if data.get("left_at") else None,
        lifted=_load_exemption(data.get("lifted")),
    )


def _dump_exemption(exemption: Exemption | None) -> Json | None:
    if exemption is None:
        return None
    until = exemption.until.astimezone(UTC).isoformat()
    return {"policy": exemption.policy, "until": until, "reason": exemption.reason}


def _load_exemption(data: Json | None) -> Exemption | None:
    if data is None:
        return None
    return Exemption(data["policy"], datetime.fromisoformat(data["until"]), data["reason"])


def _message(what: str, known: int, data: object, read: Callable[[Json], V]) -> V:
    """A message in a format from 1 to that which is known."""
    if (newer := _newer(what, known, data)) is not None:
        raise newer

    def of_known_format(it: Json) -> V:
        _count(it["format"], known + 1, least=1)
        return read(it)

    return _checked(what, data, of_known_format)


def _newer(what: str, known: int, data: object) -> NewerMessage | None:
    number = data.get("format") if isinstance(data, dict) else None
    if not isinstance(number, int) or not known < number < _COUNT:
        return None
    return NewerMessage(
        f"a {what} of format {number}, of which this version knows formats up to {known}: upgrade this worker"
    )


def _checked(what: str, data: object, read: Callable[[Json], V]) -> V:
    try:
        if not isinstance(data, dict):
            raise TypeError("not an object")  # noqa: TRY301 - one place makes the BadMessage
        return read(data)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadMessage(f"not a {what} of ours: {type(error).__name__}: {error!s:.200}") from None


def _order(data: Json) -> ScanOrder:
    if not isinstance(data["one_file_system"], bool):
        raise TypeError("one_file_system")
    return ScanOrder(
        scan_id=_identifier(data["scan_id"]),
        slice_id=_identifier(data["slice_id"]),
        root=_path(data["root"]),
        directories=tuple(_inside(text) for text in _list(data["directories"])),
        as_of=_time(data["as_of"]),
        clock=Clock(_text(data["clock"])),
        budget=_seconds(data["budget"]),
        one_file_system=data["one_file_system"],
    )


def _result(data: Json) -> SliceResult:
    failure = data["failure"]
    return SliceResult(
        scan_id=_identifier(data["scan_id"]),
        slice_id=_identifier(data["slice_id"]),
        usage=_usage(data["usage"]),
        remaining=tuple(_inside(text) for text in _list(data["remaining"])),
        seconds=_seconds(data["seconds"]),
        host=_text(data["host"])[:255],
        failure=None if failure is None else _text(failure)[:1000],
    )


def _usage(data: Json) -> Usage:
    return Usage(
        as_of=_time(data["as_of"]),
        clock=Clock(_text(data["clock"])),
        total=_tally(data["total"]),
        directories=_count(data["directories"]),
        symlinks=_count(data["symlinks"]),
        others=_count(data["others"]),
        birth_times=_count(data["birth_times"]),
        oldest=None if data["oldest"] is None else _integer(data["oldest"]),
        newest=None if data["newest"] is None else _integer(data["newest"]),
        by_age=_table(data["by_age"], _number, _tally),
        by_owner=_table(data["by_owner"], _number, _tally),
        by_directory=_table(data["by_directory"], _name, _tally),
        # A scanner of an earlier version sends none.
        oldest_by_directory=_table(data.get("oldest_by_directory", {}), _name, _integer),
        by_type=_table(data["by_type"], _text, _tally),
        largest=tuple(Entry(_count(b, _SUM), _count(s), _inside(p)) for b, s, p in _list(data["largest"])),
        errors=_table(data["errors"], _text, _errors),
    )


def _dump_tally(tally: Tally) -> list[Any]:
    return [tally.files, {str(links): list(sums) for links, sums in tally.by_links.items()}]


def _tally(data: Any) -> Tally:
    files, by_links = _list(data)
    return Tally(_count(files), _table(by_links, lambda key: _count(_number(key), least=1), _sums))


def _sums(data: Any) -> Sums:
    size, allocated, byte_seconds = _list(data)
    return Sums(_count(size, _SUM), _count(allocated, _SUM), _count(byte_seconds, _SUM))


def _errors(data: Any) -> Errors:
    count, samples = _list(data)
    return Errors(_count(count), tuple(_path(path) for path in _list(samples)))


def _table(data: Any, key: Callable[[str], K], value: Callable[[Any], V]) -> Mapping[K, V]:
    if not isinstance(data, dict):
        raise TypeError("not a table")
    return {key(name): value(item) for name, item in data.items()}


def _list(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise TypeError("not a list")
    return data


def _text(data: Any) -> str:
    if not isinstance(data, str) or "\0" in data:
        raise TypeError("not a text")
    data.encode()  # JSON can hold half a surrogate pair, which no database takes
    return data


def _path(data: Any) -> bytes:
    path = parse(_text(data))
    if b"\0" in path:
        raise ValueError(f"{data!r} is not a path")
    return path


def _inside(data: Any) -> bytes:
    """A path below the area: relative, without `..`, so that no order leads out of it."""
    path = _path(data)
    if path and any(part in (b"", b".", b"..") for part in path.split(b"/")):
        raise ValueError(f"{data!r} is not a path inside an area")
    return path


def _name(data: Any) -> bytes:
    """A first-level directory, or b"." for loose files, or b"" for what is pooled."""
    path = _path(data)
    if b"/" in path or path == b"..":
        raise ValueError(f"{data!r} is not a directory's name")
    return path


def _identifier(data: Any) -> str:
    return str(UUID(_text(data)))


def _integer(data: Any) -> int:
    if not isinstance(data, int) or isinstance(data, bool) or abs(data) >= _COUNT:
        raise TypeError("not a whole number in range")
    return data


def _number(key: str) -> int:
    number = _count(int(key))
    if str(number) != key:
        raise ValueError(f"{key!r} is not a plain number")
    return number


def _count(data: Any, limit: int = _COUNT, least: int = 0) -> int:
    if not isinstance(data, int) or isinstance(data, bool) or not least <= data < limit:
        raise TypeError("not a whole number in range")
    return data


def _seconds(data: Any) -> float:
    if not isinstance(data, int | float) or isinstance(data, bool) or not 0 <= data < 1e9:
        raise TypeError("not a number of seconds")
    return float(data)


def _time(data: Any) -> datetime:
    time = datetime.fromisoformat(_text(data))
    if time.tzinfo is None:
        raise ValueError("a time without a zone")
    return time.astimezone(UTC)
