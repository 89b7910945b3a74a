"""Everything that a plugin may implement.

A plugin is a module with functions marked `@hookimpl`, found through the entry-point group `xfc_notify`.
It implements the hooks it needs, with the parameters it needs. `settings` is the plugin's own table
`[plugins.<name>]`, validated by its `settings_model`; None for a plugin without one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pluggy

from xfc_notify.domain import Area, Finding, Group, Message, PastScan, Person, Volume
from xfc_notify.usage import Usage

if TYPE_CHECKING:
    from pydantic import BaseModel

hookspec = pluggy.HookspecMarker("xfc_notify")
hookimpl = pluggy.HookimplMarker("xfc_notify")


@hookspec
def settings_model() -> "type[BaseModel]":  # type: ignore[empty-body]
    """The pydantic model of the plugin's own settings table; forbid extra keys to catch typos."""


@hookspec
def find_person(username: str, settings: Any) -> Person | None:
    """The person behind a username, or None if this plugin does not know them; the first that knows wins.

    Raises ServerAway if the server that knows them does not answer.
    """


@hookspec
def find_group(group: int | str, settings: Any) -> Group | None:
    """The group with this gid or of this name, or None if this plugin does not know it; the first that knows wins.

    Raises ServerAway if the server that knows it does not answer.
    """


@hookspec
def evaluate(  # type: ignore[empty-body]
    area: Area, usage: Usage, history: Sequence[PastScan], now: datetime, settings: Any
) -> Iterable[Finding]:
    """What this policy says of an area after a scan. Pure: no clock, no database, no network.

    `history` holds the earlier scans, oldest first. Findings at level ok are welcome: `status` shows them.
    """


@hookspec
def evaluate_volume(  # type: ignore[empty-body]
    volume: Volume, scans: Sequence[tuple[Area, PastScan | None]], now: datetime, settings: Any
) -> Iterable[Finding]:
    """What this policy says of a whole volume; the operators are told. Pure, like `evaluate`.

    `scans` holds every area on the volume with its last whole scan, None before the first.
    """


@hookspec
def dataset_files(
    spec: str,
    path: bytes,
    arguments: Mapping[str, Any],
    points: Sequence[Mapping[str, Any]],
    tree: Callable[[bytes], Iterable[bytes]],
    settings: Any,
) -> Iterable[bytes] | None:
    """The files of a dataset of this spec, or None if this plugin does not know it; the first that knows wins.

    All paths are below the dataset's root. `path` is its own, `arguments` are those of its handler, `points` those of
    each datum. `tree` lists the files below a path; nothing else need be read. Each file that is returned has to exist.
    """


@hookspec
def addresses(message: Message, person: Person, settings: Any) -> Iterable[str]:  # type: ignore[empty-body]
    """Where this plugin would send the message: addresses in a form of its own, none if it has none."""


@hookspec
def objection(person: Person, settings: Any) -> str | None:
    """Why this plugin could not reach the person at the address they gave, or None.

    Asked before an address that somebody typed is stored; the answer is shown to them. Nothing is sent.
    """


@hookspec
def outage(settings: Any) -> str | None:
    """Why this plugin could deliver nothing now, or find nobody, or None.

    `check` asks it; it may ask a server, and sends nothing.
    """


@hookspec
def deliver(message: Message, address: str, settings: Any) -> None:
    """Send the message to exactly one address.

    Raises DeliveryError if another try may succeed (`retry_after` if the server named a time) and
    PermanentDeliveryError if none will. Any other exception counts as a DeliveryError. May be called again
    with the same message after a crash; the message_id is then the same.
    """
