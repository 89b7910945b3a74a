"""Transfers that have failed for good and that nobody has taken up for long, and those that have waited as long, are
set aside: people are told, once. What waits goes on by itself once nothing stands in its way."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from peewee import chunked

from xfc_notify.datasets import orders
from xfc_notify.datasets.tables import DatasetRow, JournalRow
from xfc_notify.lifecycle import letter, receipts
from xfc_notify.lifecycle.notices import set_aside_message
from xfc_notify.lifecycle.settings import Lifecycle
from xfc_notify.notify.words.language import Language
from xfc_notify.notify.words.letter import Section
from xfc_notify.outbox.send import send_to_operators
from xfc_notify.paths import harmless
from xfc_notify.people.directory import Directory, user_of
from xfc_notify.plugins.service import Service
from xfc_notify.store.database import BATCH, db
from xfc_notify.units import at

MOST = 20
"""Transfers that one message names."""


def set_aside(service: Service, now: datetime) -> int:
    """Set aside what has lain idle for too long; how many. Operators and owners are told in the same transaction."""
    until = now - service.settings.of(Lifecycle).transfers_idle
    found = [*orders.idle(until), *orders.waiting(until)]
    if not found:
        return 0
    named = sorted({it.dataset for it in found})
    chosen = (DatasetRow.select().where(DatasetRow.uid.in_(some)) for some in chunked(named, BATCH))
    datasets = {row.uid: row for rows in chosen for row in rows}
    directory = Directory(service)
    directory.look_up({row.owner for row in datasets.values()})
    with db.atomic():
        rows = [row for row in found if orders.set_aside(row, now)]
        if rows:
            lines = [_line(row) for row in rows]
            send_to_operators(set_aside_message(lines, service.settings, now), service)
        mine = [(datasets[row.dataset], row) for row in rows if row.dataset in datasets]
        for owner in sorted({dataset.owner for dataset, _ in mine}):
            theirs = [it for it in mine if it[0].owner == owner][:MOST]
            receipts.tell(user_of(owner, directory, now), partial(_sections, theirs), service, now)
    return len(rows)


def _line(row: JournalRow) -> str:
    when = f"waits since {at(row.began_at)} UTC" if row.ended_at is None else f"{at(row.ended_at)} UTC"
    return f"{row.command} of {row.dataset}, {when}: {row.outcome}"


def _sections(theirs: Sequence[tuple[DatasetRow, JournalRow]], spoken: Language) -> tuple[Section, ...]:
    return tuple(_section(dataset, row, spoken) for dataset, row in theirs)


def _section(dataset: DatasetRow, row: JournalRow, spoken: Language) -> Section:
    name, say = letter.name_of(dataset), spoken.say
    if row.ended_at is None:
        headline = say("Dataset {dataset} still waits to be brought where you wanted it", dataset=name)
        follows = say(
            "It goes on by itself once nothing stands in its way, and lies where it was until then."
        )
    else:
        headline = say("Dataset {dataset} could not be brought where you wanted it", dataset=name)
        follows = say("It is not tried again, and lies where it was. Ask the operators, or order it anew.")
    lines = (say("What stood in the way: {why}", why=harmless(row.outcome)), follows)
    why = say("You get this message because the dataset is yours; you get it once.")
    return receipts.done(name, headline, lines, why, spoken)
