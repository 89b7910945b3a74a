"""What operators see of datasets that expire: questions, the bin, what is parked, and whether the clock is believed."""

from xfc_notify.errors import WrongInput
from xfc_notify.lifecycle import clock, visible, words
from xfc_notify.lifecycle.actions import Actions
from xfc_notify.lifecycle.lives import PAGE, By
from xfc_notify.lifecycle.states import Phase
from xfc_notify.lifecycle.tables import LifeRow
from xfc_notify.pages import Absent, GoTo, Page, Role, Show, Shown, Visit, mark
from xfc_notify.store import marks
from xfc_notify.store.clock import doubt
from xfc_notify.store.database import time_there
from xfc_notify.units import counted

HERE = "/operations/expiring"


def _look(visit: Visit) -> Shown:
    def rows(condition: object) -> list[words.Row]:
        found = visible.all_of(condition)
        return [words.row(dataset, life, visit.language, visit.now) for dataset, life in found]

    last = marks.at(clock.TICK)
    return Show(
        "lifecycle/operations.html.j2",
        {
            "notices": rows(LifeRow.deciding != ""),
            "parked": rows(LifeRow.parked),
            "bin": rows(LifeRow.phase == Phase.BIN),
            "stopped": marks.at(clock.STOPPED),
            "why": doubt(visit.now, last, time_there()),
        },
    )


def _step(visit: Visit) -> Shown:
    """Bring back, try again, or let time go on."""
    what, uid = visit.given("do"), visit.given("dataset")
    actions = Actions.by_clock(visit.service, visit.now)
    by = By(visit.who.name, PAGE, session=visit.who.name)
    if what == "clock":
        hours = round(clock.resume(visit.now).total_seconds() / 3600)
        said = visit.language.count(
            "What waits gets {count} hour more.", "What waits gets {count} hours more.", hours
        )
        said = said if hours else visit.say("All goes on.")
        return GoTo(HERE, said, kept=f"the clock is believed; what waits gets {counted(hours, 'hour')} more")
    if what not in {"restore", "resume"}:
        raise Absent(visit.say("There is no such step."))
    try:
        (actions.restore if what == "restore" else actions.resume)(uid, by)
    except WrongInput:
        raise WrongInput(mark("That cannot be done any more: look at how it stands now.")) from None
    if what == "restore":
        return GoTo(
            HERE,
            visit.say("It is back, with all its files."),
            kept=f"dataset {uid} brought back from the bin",
        )
    return GoTo(
        HERE,
        visit.say("It is tried again with the next tick."),
        kept=f"dataset {uid}: its removal is tried again",
    )


PAGES = (Page(HERE, Role.OPERATOR, _look, _step, link=mark("Datasets that expire")),)
