"""Values read from JSON, checked one by one."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from xfc_notify.errors import BadMessage
from xfc_notify.paths import parse

Json = dict[str, Any]

K = TypeVar("K")
V = TypeVar("V")

COUNT = 2**63
SUM = 2**127


def checked(what: str, data: object, read: Callable[[Json], V]) -> V:
    try:
        if not isinstance(data, dict):
            raise TypeError("not an object")  # noqa: TRY301 - one place makes the BadMessage
        return read(data)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadMessage(f"not a {what} of ours: {type(error).__name__}: {error!s:.200}") from None


def table(data: Any, key: Callable[[str], K], value: Callable[[Any], V]) -> Mapping[K, V]:
    if not isinstance(data, dict):
        raise TypeError("not a table")
    return {key(name): value(item) for name, item in data.items()}


def items(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise TypeError("not a list")
    return data


def text(data: Any) -> str:
    if not isinstance(data, str) or "\0" in data:
        raise TypeError("not a text")
    data.encode()  # JSON can hold half a surrogate pair, which no database takes
    return data


def path(data: Any) -> bytes:
    path = parse(text(data))
    if b"\0" in path:
        raise ValueError(f"{data!r} is not a path")
    return path


def inside(data: Any) -> bytes:
    """A path below the area: relative, without `..`, so that no order leads out of it."""
    inner = path(data)
    if inner and any(part in (b"", b".", b"..") for part in inner.split(b"/")):
        raise ValueError(f"{data!r} is not a path inside an area")
    return inner


def name(data: Any) -> bytes:
    """A first-level directory, or b"." for loose files, or b"" for what is pooled."""
    single = path(data)
    if b"/" in single or single == b"..":
        raise ValueError(f"{data!r} is not a directory's name")
    return single


def identifier(data: Any) -> str:
    return str(UUID(text(data)))


def boolean(data: Any) -> bool:
    if not isinstance(data, bool):
        raise TypeError("neither true nor false")
    return data


def integer(data: Any) -> int:
    if not isinstance(data, int) or isinstance(data, bool) or abs(data) >= COUNT:
        raise TypeError("not a whole number in range")
    return data


def number(key: str) -> int:
    number = count(int(key))
    if str(number) != key:
        raise ValueError(f"{key!r} is not a plain number")
    return number


def count(data: Any, limit: int = COUNT, least: int = 0) -> int:
    if not isinstance(data, int) or isinstance(data, bool) or not least <= data < limit:
        raise TypeError("not a whole number in range")
    return data


def seconds(data: Any) -> float:
    if not isinstance(data, int | float) or isinstance(data, bool) or not 0 <= data < 1e9:
        raise TypeError("not a number of seconds")
    return float(data)


def time(data: Any) -> datetime:
    time = datetime.fromisoformat(text(data))
    if time.tzinfo is None:
        raise ValueError("a time without a zone")
    return time.astimezone(UTC)
