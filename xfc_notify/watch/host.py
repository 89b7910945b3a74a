"""Looks at this host, and at the versions of the servers."""

import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from xfc_notify.errors import XfcNotifyError
from xfc_notify.parts import Checked, Inspection
from xfc_notify.paths import show
from xfc_notify.store import database
from xfc_notify.units import format_size

LITTLE, NOTHING = 10**9, 10**8
"""Bytes free below which one should make room, and below which the next transaction or log may fail."""

LEAST_POSTGRESQL, LEAST_RABBITMQ = (15,), (3, 10)
"""The oldest that the tests have run on."""


def look_at_disk(asked: Inspection) -> Iterator[Checked]:
    """Whether there is room where we write: beside an SQLite database, and for temporary files."""
    url = asked.settings.database.url
    folders = [Path(tempfile.gettempdir())]
    if url.startswith(database.SQLITE):
        folders.append(Path(url.removeprefix(database.SQLITE)).parent)
    free = {folder: shutil.disk_usage(folder).free for folder in folders if folder.is_dir()}
    for folder, room in free.items():
        if room < LITTLE:
            state = "failed" if room < NOTHING else "notice"
            what = f"only {format_size(room)} are free in {show(os.fsencode(folder))}"
            yield Checked("disk", state, what, "make room there")
    if all(room >= LITTLE for room in free.values()):
        least = min(free, key=lambda folder: free[folder])
        yield Checked("disk", "ok", f"{format_size(free[least])} are free in {show(os.fsencode(least))}")


def look_at_versions(asked: Inspection) -> Iterator[Checked]:
    """Of Python, the database and the broker, as far as these answer; older ones than were tried are noticed."""
    found = [f"Python {platform.python_version()}"]
    old = []
    if asked.has_database:
        with database.connected():
            name, version = database.version()
        found.append(f"{name} {version}")
        if name == "PostgreSQL" and _numbers(version) < LEAST_POSTGRESQL:
            old.append(f"{name} {_dotted(LEAST_POSTGRESQL)}")
    if (of_broker := _of_broker(asked)) is not None:
        found.append(f"RabbitMQ {of_broker}")
        if _numbers(of_broker) < LEAST_RABBITMQ:
            old.append(f"RabbitMQ {_dotted(LEAST_RABBITMQ)}")
    if old:
        yield Checked(
            "versions", "notice", ", ".join(found), f"nothing older was tried than {', '.join(old)}"
        )
    else:
        yield Checked("versions", "ok", ", ".join(found))


def _of_broker(asked: Inspection) -> str | None:
    """The version of RabbitMQ; None without it, or where it does not answer, which is told under broker."""
    from xfc_notify.queues.embedded import EMBEDDED
    from xfc_notify.queues.rabbitmq import version

    url = asked.settings.broker.url
    if url == EMBEDDED:
        return None
    try:
        return version(url)
    except XfcNotifyError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    """ "15.4 (Debian 15.4-1)" as (15, 4)."""
    return tuple(int(part) for part in version.split(maxsplit=1)[0].split(".") if part.isdecimal())


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))
