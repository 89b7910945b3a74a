"""What the commands of datasets share."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.output import progress
from xfc_notify.cli.session import session

if TYPE_CHECKING:
    from rich.progress import Progress

    from xfc_notify.datasets import Catalog
    from xfc_notify.datasets.hashes import Tell, Watch

Uid = Annotated[str, typer.Argument(metavar="UID", help="Of the dataset.")]
Wait = Annotated[
    bool,
    typer.Option(
        "--wait/--no-wait", help="Do it here and now, or let workers do it and print the id of the command."
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
ROOT = "An absolute path in a store, or STORE:path."


@contextmanager
def catalog(settings: Path | None, *, reads: bool = False) -> "Iterator[Catalog]":
    """The catalogue, with its progress on a terminal."""
    from xfc_notify.datasets import Catalog

    with session(settings, reads=reads) as opened, progress("datasets") as shown:
        yield Catalog(opened.service, watch=_watch(shown))


@contextmanager
def ordering(settings: Path | None) -> "Iterator[Catalog]":
    """The catalogue; what was ordered is sent to the workers afterwards, or by the next tick."""
    from xfc_notify.datasets import Catalog
    from xfc_notify.errors import BrokerError

    with session(settings) as opened:
        yield Catalog(opened.service)
        if not opened.pipeline.embedded:
            with suppress(BrokerError):
                opened.pipeline.send_what_is_owed()


def _watch(shown: "Progress | None") -> "Watch":
    def begin(what: str, total: int) -> "Tell":
        if shown is None:
            return lambda _: None
        task = shown.add_task("", total=total, what=what)
        return lambda count: shown.advance(task, count)

    return begin
