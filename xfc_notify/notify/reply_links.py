"""The ways to answer that a message offers: links to a page, or such as begin a mail to the contact. Pure."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from xfc_notify.domain import Episode, Level
from xfc_notify.notify.replies import SNOOZES, Reply
from xfc_notify.notify.tokens import Request, sign
from xfc_notify.notify.words.language import Language, language
from xfc_notify.notify.words.letter import ReplyLink
from xfc_notify.paths import harmless
from xfc_notify.people.address import is_address
from xfc_notify.settings import Settings
from xfc_notify.settings.model import ServiceTable

DAYS = 7
"""For how many days a message offers to put off."""
MOST = 3
"""So many ways to answer are read; more are not."""


def reply_links_of(
    user: str,
    episodes: Sequence[Episode],
    settings: Settings,
    now: datetime,
    spoken: Language | None = None,
) -> tuple[ReplyLink, ...]:
    """How a user can answer a message about these episodes, in at most three ways; nothing if none of them is open.

    Links to a page are signed with `service.secret`. Without a page (`service.url`) they begin a mail to
    `service.contact`; there are none if that is no address. The labels are in the language `spoken`: English, if None.
    """
    concerned = _open(episodes)
    words, service = spoken or language("en", settings.service.timezone), settings.service
    if not concerned or not (service.url or is_address(service.contact)):
        return ()
    ways: list[tuple[str, Request]] = [
        (
            words.say("I have seen it: write only if it gets worse"),
            _request(user, Reply.SEEN, concerned),
        ),
        (words.say("I have cleaned up: measure again now"), _request(user, Reply.RESCAN, concerned)),
    ]
    # One mute for each limit, whichever policies speak of it.
    for title in dict.fromkeys(episode.finding.title for episode in concerned):
        about = [episode for episode in concerned if episode.finding.title == title]
        shown = words.term(harmless(title))
        if settings.messages.mute_over:
            label = words.say("Write no more about my {title}", title=shown)
        elif all(episode.level < Level.OVER for episode in about):
            label = words.say("Write no more about my {title}, unless I pass it", title=shown)
        else:
            continue
        ways.append((label, _request(user, Reply.MUTED, about)))
    if any(episode.snoozes < SNOOZES for episode in concerned):
        label = words.count(
            "Remind me in {count} day, or if it gets worse",
            "Remind me in {count} days, or if it gets worse",
            DAYS,
        )
        ways.append((label, _request(user, Reply.PUT_OFF, concerned, DAYS)))
    return tuple(ReplyLink(label, _link(label, request, service, now)) for label, request in ways[:MOST])


def unsubscribe_link(user: str, episodes: Sequence[Episode], settings: Settings, now: datetime) -> str:
    """The link behind the "unsubscribe" of a mail program: no more of these limits; "" where there is no page."""
    concerned, service = _open(episodes), settings.service
    if not concerned or not service.url:
        return ""
    return _link("", _request(user, Reply.MUTED, concerned), service, now)


def _open(episodes: Sequence[Episode]) -> list[Episode]:
    return [episode for episode in episodes if episode.ended_at is None and episode.id is not None]


def _request(user: str, reply: Reply, about: Sequence[Episode], days: int = 0) -> Request:
    return Request(user, reply, tuple(episode.id for episode in about if episode.id is not None), days)


def _link(label: str, request: Request, service: ServiceTable, now: datetime) -> str:
    if service.url:
        return f"{service.url}/answer/{sign(request, service.secret, now)}"
    subject = quote(f"{label} ({request.user})", safe="", errors="replace")
    return f"mailto:{quote(service.contact, safe='@')}?subject={subject}"
