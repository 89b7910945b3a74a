"""What `tick` does for datasets: what is silent is finished or undone, what is due is ordered."""

from collections.abc import Mapping
from datetime import UTC, datetime

from xfc_notify.datasets import acting, rules, upkeep
from xfc_notify.datasets.settings import Datasets
from xfc_notify.datasets.stores import Stores
from xfc_notify.parts import Duty
from xfc_notify.plugins.service import Service


def finish(service: Service, now: datetime) -> Mapping[str, int]:
    """Finish or undo what was interrupted. What this user may not do, and what waits for a store, stays for later."""
    begun = datetime.now(UTC)
    acting.finish_silent(Stores.of(service.settings), lambda: now + (datetime.now(UTC) - begun))
    return {}


def verify(service: Service, now: datetime) -> Mapping[str, int]:
    """Order the verification of copies that were verified long ago."""
    every = service.settings.of(Datasets).verify_every
    if every and service.settings.stores:
        upkeep.verify_due(Stores.of(service.settings), every, now)
    return {}


def make_copies(service: Service, now: datetime) -> Mapping[str, int]:
    """Order the copies that rules miss."""
    found = service.settings.of(Datasets).rules
    if found:
        rules.make_short(Stores.of(service.settings), found, now)
    return {}


DUTIES = (
    Duty("interrupted commands of datasets", finish),
    Duty("copies of datasets", make_copies),
    Duty("verification of datasets", verify),
)
