"""Who asks the data manager for what, and what it answers: plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.datasets.visible import visible


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a user, or somebody in a trusted network, who has no name. `all` may see and change everything."""

    name: str = ""
    all: bool = False

    def visible(self) -> Any:
        """A condition on datasets: those that they may see and change."""
        return DatasetRow.uid.is_null(False) if self.all else visible(self.name)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the uuid in its address, the query, the form, and the field `payload` of it as bytes."""

    caller: Caller
    id: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    payload: bytes | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file, of so many bytes, to be closed when they are sent."""

    file: IO[bytes]
    size: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent: a text, what JSON can hold, or `Content`. `kept`: what was changed, for the list of changes."""

    status: int
    body: Any
    kept: str = ""


class Refused(Exception):
    """What was asked is not done."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.answer = Answer(status, text)


def needed(form: Mapping[str, str], *names: str) -> tuple[str, ...]:
    """These fields; Refused with 400 if one is missing or empty."""
    for name in names:
        if not form.get(name):
            raise Refused(400, f"The field {name} is missing.")
    return tuple(form[name] for name in names)


def number(form: Mapping[str, str], name: str) -> int:
    """A whole number of at least 0; Refused with 400."""
    (text,) = needed(form, name)
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Refused(400, f"The field {name} is not a whole number.")
    return int(text)
