"""How a program comes to the catalogue: as the command line does."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xfc_notify.cli.session import session
from xfc_notify.plugins.service import Service


@contextmanager
def opened(settings: Path | None) -> Iterator[Service]:
    """Settings and plugins, with the database connected and its tables current."""
    with session(settings) as found:
        yield found.service
