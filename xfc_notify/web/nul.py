"""A NUL is in nothing that anybody here is called or writes, and PostgreSQL takes none: it is refused at the door."""

from collections.abc import Mapping, Sequence
from typing import Any


def has_nul(sent: Any) -> bool:
    """Whether there is one in a text, or in any text of what was sent."""
    if isinstance(sent, str):
        return "\0" in sent
    if isinstance(sent, Mapping):
        return any(has_nul(name) or has_nul(value) for name, value in sent.items())
    return isinstance(sent, Sequence) and any(map(has_nul, sent))
