"""What `tick` does for datasets: commands whose workers are silent are finished or undone."""

from collections.abc import Mapping
from datetime import UTC, datetime

from xfc_notify.datasets import acting
from xfc_notify.datasets.stores import Stores
from xfc_notify.parts import Duty
from xfc_notify.plugins.service import Service


def finish(service: Service, now: datetime) -> Mapping[str, int]:
    """Finish or undo what was interrupted. What this user may not do, and what waits for a store, stays for later."""
    begun = datetime.now(UTC)
    acting.finish_silent(Stores.of(service.settings), lambda: now + (datetime.now(UTC) - begun))
    return {}


DUTIES = (Duty("interrupted commands of datasets", finish),)
