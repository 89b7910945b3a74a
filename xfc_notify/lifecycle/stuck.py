"""Transfers that have failed for good, and that nobody has taken up for long, are set aside: people are told, once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from xfc_notify.datasets import orders
from xfc_notify.datasets.tables import DatasetRow, JournalRow
from xfc_notify.domain import Level, Message
from xfc_notify.lifecycle import letter
from xfc_notify.lifecycle.notices import set_aside_message
from xfc_notify.lifecycle.settings import Lifecycle
from xfc_notify.notify.words.language import Language, language
from xfc_notify.notify.words.letter import Letter, Section
from xfc_notify.notify.words.render import put_into_words
from xfc_notify.outbox.send import Recipient, send, send_to_operators
from xfc_notify.paths import harmless
from xfc_notify.people import users
from xfc_notify.people.directory import Directory, user_of
from xfc_notify.people.tables import UserRow
from xfc_notify.plugins.service import Service
from xfc_notify.states import Audience
from xfc_notify.store.database import db
from xfc_notify.units import at

MOST = 20
"""Transfers that one message names."""


def set_aside(service: Service, now: datetime) -> int:
    """Set aside what has lain idle for too long; how many. Operators and owners are told in the same transaction."""
    found = orders.idle(now - service.settings.of(Lifecycle).transfers_idle)
    if not found:
        return 0
    datasets = {
        row.uid: row for row in DatasetRow.select().where(DatasetRow.uid.in_([it.dataset for it in found]))
    }
    directory = Directory(service)
    directory.look_up({row.owner for row in datasets.values()})
    with db.atomic():
        rows = [row for row in found if orders.set_aside(row, now)]
        if rows:
            lines = [f"{row.command} of {row.dataset}, {at(row.ended_at)} UTC: {row.outcome}" for row in rows]
            send_to_operators(set_aside_message(lines, service.settings, now), service)
        for owner in sorted({datasets[row.dataset].owner for row in rows if row.dataset in datasets}):
            mine = [(datasets[row.dataset], row) for row in rows if row.dataset in datasets]
            user = user_of(owner, directory, now)
            if user.notify:
                _tell(user, [it for it in mine if it[0].owner == owner], service, now)
    return len(rows)


def _tell(
    user: UserRow, mine: Sequence[tuple[DatasetRow, JournalRow]], service: Service, now: datetime
) -> None:
    person, settings = users.person(user), service.settings
    spoken = language(
        person.language or settings.service.language,
        person.timezone or settings.service.timezone,
        settings.messages.templates,
    )
    sections = tuple(_section(dataset, row, spoken) for dataset, row in mine[:MOST])
    written = Letter(
        person, (), (), settings.service.name, settings.service.contact, spoken, now, sections=sections
    )
    words, number = put_into_words(written, settings.messages.templates), str(uuid4())
    message = Message(
        number, number, user.name, now, Level.OK, words.subject, words.text, words.html,
        settings.service.name, settings.service.contact,
    )  # fmt: skip
    send(message, Recipient(person, user, Audience.RECEIPT), service)


def _section(dataset: DatasetRow, row: JournalRow, spoken: Language) -> Section:
    name = letter.name_of(dataset)
    return Section(
        title=spoken.say("Dataset {dataset}", dataset=name),
        headline=spoken.say("Dataset {dataset} could not be brought where you wanted it", dataset=name),
        lines=(
            spoken.say("What stood in the way: {why}", why=harmless(row.outcome)),
            spoken.say("It is not tried again, and lies where it was. Ask the operators, or order it anew."),
        ),
        why=spoken.say("You get this message because the dataset is yours; you get it once."),
        level=Level.OK,
        past=True,
        is_news=True,
        promise=letter.promise(spoken),
    )
