"""What `tick` does for datasets: commands whose workers are silent are finished or undone."""

from collections.abc import Mapping
from datetime import UTC, datetime

from xfc_notify.datasets import acting, journal
from xfc_notify.datasets.stores import Stores
from xfc_notify.parts import Duty
from xfc_notify.plugins.service import Service


def finish(service: Service, now: datetime) -> Mapping[str, int]:
    """Finish or undo what was interrupted. One whose store is away waits for the next tick."""
    begun = datetime.now(UTC)
    stores = Stores.of(service.settings)
    for work in journal.claim(lambda: now + (datetime.now(UTC) - begun)):
        acting.recover(work, stores)
    return {}


DUTIES = (Duty("interrupted commands of datasets", finish),)
