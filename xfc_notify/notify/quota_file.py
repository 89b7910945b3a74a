"""Where people look already: the quota file of Open OnDemand's dashboard, and a line for the login message.

The file is `{"version": 1, "timestamp": …, "quotas": […]}` with blocks of 1 KiB, whole numbers and all six keys in
every entry. A limit of 0 means none there, so no other limit may be rounded to 0.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from xfc_notify.areas.settings import Limits
from xfc_notify.areas.views import Standing
from xfc_notify.domain import Level
from xfc_notify.files import replacing
from xfc_notify.notify.settings import Around
from xfc_notify.notify.views import standings
from xfc_notify.paths import harmless
from xfc_notify.plugins.service import Service
from xfc_notify.units import at, format_size, percent

BLOCK = 1024
log = logging.getLogger(__name__)


def write_files(service: Service, now: datetime) -> Mapping[str, int]:
    """Write the files that the settings name; what cannot be written is logged, and the tick goes on."""
    around = service.settings.of(Around)
    if around.quota_file is None and around.login_lines is None:
        return {}
    counts = service.settings.of(Limits).counts
    try:
        if around.quota_file is not None:
            with replacing(around.quota_file) as text:
                text.writelines(_quotas(standings(now, counts), now))
        if around.login_lines is not None:
            old = now - 3 * service.settings.scan.every
            lines = (login_line(standing, old) for standing in standings(now, counts, least=Level.NOTICE))
            with replacing(around.login_lines) as text:
                text.writelines(f"{line}\n" for line in lines if line)
    except OSError as error:
        log.error("%s cannot be written: %s", error.filename, error.strerror)  # noqa: TRY400
    return {}


def entry(standing: Standing) -> dict[str, Any] | None:
    """The entry of an area; None before its first scan. Its own `timestamp` is when it was measured."""
    if standing.last_scanned is None or standing.counted is None or standing.files is None:
        return None
    return {
        "user": standing.user,
        "path": standing.area,
        "total_block_usage": -(-standing.counted // BLOCK),
        "block_limit": max(1, standing.hard_quota // BLOCK) if standing.hard_quota else 0,
        "total_file_usage": standing.files,
        "file_limit": 0,
        "timestamp": int(standing.last_scanned.timestamp()),
    }


def login_line(standing: Standing, old: datetime) -> str:
    """user, TAB, a sentence for the login message; empty where nothing was measured. Older than `old` is called old."""
    if standing.last_scanned is None or standing.counted is None:
        return ""
    share = percent(standing.counted, standing.hard_quota)
    age = "old: " if standing.last_scanned < old else ""
    used, limit = format_size(standing.counted), format_size(standing.hard_quota)
    what = (
        f"{standing.level}: {used} of {limit} used ({share} %), measured {age}{at(standing.last_scanned)} UTC"
    )
    return f"{harmless(standing.user)}\t{harmless(standing.area)}: {what}"


def _quotas(found: Iterator[Standing], now: datetime) -> Iterator[str]:
    yield json.dumps({"version": 1, "timestamp": int(now.timestamp())})[:-1] + ', "quotas": ['
    before = ""
    for standing in found:
        written = entry(standing)
        if written is not None:
            yield f"{before}\n{json.dumps(written)}"
            before = ","
    yield "\n]}\n"
