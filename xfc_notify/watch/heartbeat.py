"""Tells somebody outside that all is well, after every good tick: who hears nothing for long raises the alarm."""

import logging
from datetime import datetime
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from xfc_notify import __version__
from xfc_notify.paths import harmless
from xfc_notify.settings import Settings
from xfc_notify.store import marks

PATIENCE = 10.0
"""Seconds for which an answer is waited for."""
log = logging.getLogger(__name__)


def beat(settings: Settings, now: datetime) -> bool:
    """Keep that a tick did all that was due, and call [service] heartbeat; whether that went well.

    Where it did not, that is a warning and nothing else: what was due is done.
    """
    marks.put(marks.TICKED, now)
    url = settings.service.heartbeat
    if not url:
        return True
    request = Request(url, headers={"User-Agent": f"xfc-notify/{__version__}"})  # noqa: S310 - checked when read
    try:
        with urlopen(request, timeout=PATIENCE):  # noqa: S310
            return True
    except HTTPError as error:
        why = f"it answers {error.code}"
        error.close()
    except Exception as error:  # noqa: BLE001 - a server can answer anything, and none of it may fail a tick
        why = type(getattr(error, "reason", error)).__name__
    # Its path is a secret: whoever knows it can keep the alarm from being raised.
    log.warning("heartbeat: %s does not take it: %s", harmless(urlsplit(url).hostname or ""), why)
    return False
