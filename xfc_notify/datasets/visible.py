"""Who may see and change which datasets: their own, and those of groups that they answer for; an operator all."""

from typing import Any

from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.pages import NO_SUCH, Absent, Visit
from xfc_notify.people import groups
from xfc_notify.store.database import among


def visible(name: str) -> Any:
    """A condition on datasets: those that this user may see."""
    headed = [group.name for group in groups.headed_by(name)]
    return (DatasetRow.owner == name) | among(DatasetRow.group, headed)


def seen(visit: Visit) -> Any:
    """The same of a visitor; None: all."""
    return None if visit.who.operator else visible(visit.who.name)


def sees_any(visit: Visit) -> bool:
    """Whether there is something to be seen: what every page asks, for its navigation."""
    if not visit.service.settings.stores:
        return False
    return visit.who.operator or DatasetRow.select().where(visible(visit.who.name)).exists()


def dataset_of(visit: Visit, uid: str) -> DatasetRow:
    """The dataset with this uid. Absent if there is none, or if it is not for this visitor."""
    query = DatasetRow.select().where(DatasetRow.uid == uid)
    if (condition := seen(visit)) is not None:
        query = query.where(condition)
    row = query.first()
    if row is None:
        raise Absent(visit.say(NO_SUCH))
    found: DatasetRow = row
    return found
