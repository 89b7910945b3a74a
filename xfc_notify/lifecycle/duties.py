"""What `tick` does for the lives of datasets."""

import grp
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from xfc_notify.datasets.states import DatasetState
from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.lifecycle import clock, going_on, judge, lives, people, removal, upkeep
from xfc_notify.lifecycle.notices import unsure_message
from xfc_notify.lifecycle.tables import LifeRow
from xfc_notify.notify.words.notices import shrunk_message
from xfc_notify.outbox.send import send_to_operators
from xfc_notify.parts import Duty
from xfc_notify.paths import harmless
from xfc_notify.people import groups
from xfc_notify.people.directory import Directory
from xfc_notify.people.tables import GroupRow
from xfc_notify.plugins.service import Service
from xfc_notify.store import marks
from xfc_notify.store.database import db, time_there
from xfc_notify.store.isolation import made_if_possible
from xfc_notify.store.tables import MarkRow

log = logging.getLogger(__name__)
UNSURE = "lifecycle directory"
"""Since when the directory does not tell who is in a group that matters."""


def live(service: Service, now: datetime) -> Mapping[str, int]:
    """Let all lives go on until now, by the clock of the database where it has one."""
    return let_live(service, now, time_there())


def let_live(service: Service, now: datetime, there: datetime | None = None) -> Mapping[str, int]:
    """Let all lives go on until now, and tell people what is due; `there` is the time of the database."""
    if not lives.are_any() or not clock.goes_on(service, now, there):
        return {}
    with db.atomic():
        going_on.begin_new(now)
    directory = Directory(service)
    for uid in dict.fromkeys([*lives.removed_by_commands(), *lives.due(now), *judge.with_other_copies()]):
        made_if_possible(lambda uid=uid: going_on.go_on_with(uid, service, directory, now), "life", uid)  # type: ignore[misc]
    removal.remove_all(service, now)
    upkeep.run(service, now)
    return {"messages": judge.speak(service, now)}


def ask_directory(service: Service, now: datetime) -> Mapping[str, int]:
    """Ask who is in the groups of datasets and in those above them; tell the operators once where nobody knows."""
    names = _groups_of_datasets()
    found = set(people.of_groups(names))
    unknown = [name for name in names if not GroupRow.select().where(GroupRow.name == name).exists()]
    found |= {gid for name in unknown if (gid := _gid(name)) is not None}
    if not found:
        return {}
    if doubted := groups.refresh(found, service.plugins, now):
        message = shrunk_message([harmless(name) for name in doubted], service.settings, now)
        send_to_operators(message, service)
    deciding = LifeRow.select(LifeRow.dataset).where(LifeRow.deciding != "")
    asked = {row.group for row in DatasetRow.select(DatasetRow.group).where(DatasetRow.uid.in_(deciding))}
    unsure = sorted(
        {row.name for name in asked for row in people.groups_above(name) if not people.is_sure(row, now)}
    )
    with db.atomic():
        if not unsure:
            MarkRow.delete().where(MarkRow.name == UNSURE).execute()
        elif marks.put_first(UNSURE, now):
            send_to_operators(unsure_message(unsure, service.settings, now), service)
    return {}


def _groups_of_datasets() -> list[str]:
    rows = DatasetRow.select(DatasetRow.group).where(
        DatasetRow.group != "", DatasetRow.state == DatasetState.KEPT
    )
    return sorted({row.group for row in rows.distinct()})


def _gid(name: str) -> int | None:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        return None


DUTIES = (
    Duty("groups of datasets", ask_directory, timedelta(hours=1)),
    Duty("lives of datasets", live),
)
