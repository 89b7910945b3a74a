"""What people hear at once, because it was done in their name or with their data: it is no message a day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from xfc_notify.domain import Level, Message
from xfc_notify.lifecycle import letter, reply_links
from xfc_notify.lifecycle.lives import COMMAND, LINK, By, Held
from xfc_notify.lifecycle.states import Decision
from xfc_notify.lifecycle.subjects import policy_of
from xfc_notify.notify.spoken import language_of
from xfc_notify.notify.words.language import Language
from xfc_notify.notify.words.letter import Letter, Section
from xfc_notify.notify.words.render import put_into_words
from xfc_notify.outbox.send import Recipient, send
from xfc_notify.paths import harmless
from xfc_notify.people import users
from xfc_notify.people.directory import Directory, user_of
from xfc_notify.people.tables import UserRow
from xfc_notify.plugins.service import Service
from xfc_notify.states import Audience

Say = Callable[[Language, str], tuple[str, tuple[str, ...]]]
"""Headline and lines about a dataset of this name."""


def voted(held: Held, who: str, by: By, service: Service, directory: Directory, now: datetime) -> None:
    """That a vote was cast in somebody's name, by whom, and what to do if it was not meant. Before it is counted."""
    notice = held.life.notice
    assert notice is not None

    def say(spoken: Language, name: str) -> tuple[str, tuple[str, ...]]:
        headline = (
            spoken.say("You have agreed that dataset {dataset} is closed", dataset=name)
            if notice.decision is Decision.CLOSE
            else spoken.say("You have agreed that dataset {dataset} is removed", dataset=name)
        )
        withdraw = spoken.say("If this was not you, or not meant, withdraw it as long as it is not decided.")
        return headline, (_way(by, spoken), withdraw)

    _send(held, who, say, service, directory, now)


def withdrawn(held: Held, who: str, by: By, service: Service, directory: Directory, now: datetime) -> None:
    """That a vote was taken back in somebody's name."""

    def say(spoken: Language, name: str) -> tuple[str, tuple[str, ...]]:
        headline = spoken.say("Your vote about dataset {dataset} is withdrawn", dataset=name)
        return headline, (_way(by, spoken),)

    _send(held, who, say, service, directory, now)


def binned(held: Held, service: Service, directory: Directory, now: datetime) -> None:
    """That a dataset is in the bin, for its owner, who had not heard that people were asked."""
    life = held.life
    assert life.ended is not None
    policy = policy_of(life.ended.about)

    def say(spoken: Language, name: str) -> tuple[str, tuple[str, ...]]:
        return letter.became_of(life, policy, name, spoken, now)

    _send(held, held.dataset.owner, say, service, directory, now)


def restored(held: Held, service: Service, directory: Directory, now: datetime) -> None:
    """That a dataset was brought back, for its owner."""

    def say(spoken: Language, name: str) -> tuple[str, tuple[str, ...]]:
        kept = letter.kept_until(held.life, spoken, now)
        return spoken.say("Dataset {dataset} is back from the bin", dataset=name), tuple(
            filter(None, (kept,))
        )

    _send(held, held.dataset.owner, say, service, directory, now)


def _way(by: By, spoken: Language) -> str:
    if by.channel == COMMAND:
        return spoken.say("That was done by a command of {operator}.", operator=harmless(by.who))
    if by.channel == LINK and not by.session:
        return spoken.say(
            "That was done by the link in a mail to {person}; nobody had signed in.", person=harmless(by.link)
        )
    if by.channel == LINK:
        return spoken.say(
            "That was done by the link in a mail to {owner}, by {person}, who had signed in.",
            owner=harmless(by.link),
            person=harmless(by.session),
        )
    return spoken.say("That was done on a page, by {person}.", person=harmless(by.who))


def _send(held: Held, who: str, say: Say, service: Service, directory: Directory, now: datetime) -> None:
    def sections(spoken: Language) -> tuple[Section, ...]:
        name = letter.name_of(held.dataset)
        headline, lines = say(spoken, name)
        why = spoken.say("You get this message because it was done in your name, or with what is yours.")
        links = reply_links.to_withdraw(held.life, who, service.settings, spoken, now)
        return (replace(done(name, headline, lines, why, spoken), reply_links=links),)

    tell(user_of(who, directory, now), sections, service, now)


def done(name: str, headline: str, lines: tuple[str, ...], why: str, spoken: Language) -> Section:
    """What was done with a dataset of this name, to be told at once."""
    return Section(
        title=spoken.say("Dataset {dataset}", dataset=name),
        headline=headline,
        lines=lines,
        why=why,
        level=Level.OK,
        past=True,
        is_news=True,
        promise=letter.promise(spoken),
    )


def tell(
    user: UserRow, sections: Callable[[Language], tuple[Section, ...]], service: Service, now: datetime
) -> None:
    """Send a message with these sections, in the language of its reader, unless they want to hear nothing."""
    if not user.notify:
        return
    person, settings = users.person(user), service.settings
    spoken = language_of(person, settings)
    about = sections(spoken)
    written = Letter(
        person, (), (), settings.service.name, settings.service.contact, spoken, now, sections=about
    )
    words, number = put_into_words(written, settings.messages.templates), str(uuid4())
    message = Message(
        number, number, user.name, now, Level.OK, words.subject, words.text, words.html,
        settings.service.name, settings.service.contact,
    )  # fmt: skip
    send(message, Recipient(person, user, Audience.RECEIPT), service)
