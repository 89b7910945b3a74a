"""Looks whether lives go on: what waits for an operator."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from xfc_notify.datasets.states import Command
from xfc_notify.datasets.tables import JournalRow
from xfc_notify.errors import WrongInput
from xfc_notify.lifecycle import clock, exports, lives
from xfc_notify.lifecycle.duties import UNSURE
from xfc_notify.lifecycle.settings import Lifecycle
from xfc_notify.lifecycle.states import End, Phase
from xfc_notify.lifecycle.tables import LifeRow
from xfc_notify.parts import Check, Checked, Inspection
from xfc_notify.store import database, marks, migrate
from xfc_notify.units import at, counted

SILENT = timedelta(hours=1)
"""So long after it was ordered a removal should have been begun."""


def look_at_lives(asked: Inspection) -> Iterator[Checked]:
    """A clock that is not believed, removals that are parked or not begun, and notices that nobody can answer."""
    if not asked.has_database:
        return
    with database.connected():
        if migrate.pending() or not lives.are_any():
            return
        found = [*_clock(), *_parked(), *_not_begun(asked.now), *_unanswered(asked.now)]
        found += _exports(asked)
    yield from found or [Checked("lifecycle", "ok", "nothing waits for an operator")]


def _clock() -> Iterator[Checked]:
    since = marks.at(clock.STOPPED)
    if since is not None:
        what = f"the clock is not believed since {at(since)} UTC: nothing ends, and nobody is asked"
        yield Checked("lifecycle", "notice", what, "correct the clock, or run: xfc-notify lifecycle resume")


def _parked() -> Iterator[Checked]:
    rows = LifeRow.select(LifeRow.dataset).where(LifeRow.phase == Phase.REMOVING, LifeRow.parked)
    for row in rows.order_by(LifeRow.dataset):
        what = f"dataset {row.dataset} could not be removed: {lives.known(row.dataset).parked}"
        yield Checked("lifecycle", "notice", what, f"run: xfc-notify lifecycle resume {row.dataset}")


def _not_begun(now: datetime) -> Iterator[Checked]:
    removing = LifeRow.select(LifeRow.dataset).where(LifeRow.phase == Phase.REMOVING)
    unbegun = JournalRow.select().where(
        JournalRow.ordered, JournalRow.ended_at.is_null(), JournalRow.turn == 0,
        JournalRow.command == Command.REMOVE, JournalRow.began_at < now - SILENT, JournalRow.dataset.in_(removing),
    )  # fmt: skip
    if count := unbegun.count():
        what = f"{counted(count, 'removal')} ordered, and no worker has begun"
        yield Checked(
            "lifecycle", "notice", what, "let workers of the queue transfers run: xfc-notify check workers"
        )


def _unanswered(now: datetime) -> Iterator[Checked]:
    since = marks.at(UNSURE)
    if since is not None:
        what = f"since {at(since)} UTC the directory does not say who is in groups that are asked"
        yield Checked("lifecycle", "notice", what, "see whether it is there: xfc-notify check plugins")
    undecided = [row.dataset for row in _without_notice(now) if _is_undecided(row)]
    if undecided:
        what = f"{counted(len(undecided), 'dataset')} expired, and nobody is left to ask: {', '.join(undecided[:5])}"
        yield Checked("lifecycle", "notice", what, "decide: xfc-notify lifecycle extend UID --to YYYY-MM-DD")


def _exports(asked: Inspection) -> Iterator[Checked]:
    folder = asked.settings.of(Lifecycle).exports
    try:
        if folder is not None:
            exports.clean(folder, asked.now, dry_run=True)
    except WrongInput as error:
        yield Checked("lifecycle", "notice", error.what, error.hint)


def _without_notice(now: datetime) -> list[LifeRow]:
    stands = LifeRow.phase.in_([Phase.OPEN, Phase.CLOSED])
    rows = LifeRow.select().where(stands, LifeRow.deciding == "", LifeRow.expires_at <= now)
    return list(rows.order_by(LifeRow.expires_at, LifeRow.dataset))


def _is_undecided(row: LifeRow) -> bool:
    ended = lives.known(row.dataset).ended
    return ended is not None and ended.how is End.EXHAUSTED and ended.about == row.expires_at


CHECKS = (Check(("lifecycle",), look_at_lives, needs_database=True),)
