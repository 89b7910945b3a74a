"""The ways to answer that a message offers: links to a page, or such as begin a mail to the contact. Pure."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from xfc_notify.domain import Level
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.replies import DECISIONS, SNOOZES, Reply, asks
from xfc_notify.notify.tokens import Request, sign
from xfc_notify.notify.words.language import Language, language, mark
from xfc_notify.notify.words.letter import ReplyLink
from xfc_notify.paths import harmless
from xfc_notify.people.address import is_address
from xfc_notify.settings import Settings

_SAID = {
    Reply.SEEN: mark("I have seen it: write only if it gets worse"),
    Reply.RESCAN: mark("I have cleaned up: measure again now"),
    Reply.MOVES: mark("I will move what I keep"),
    Reply.NOT_NEEDED: mark("I do not need it any more, and will delete it"),
    Reply.STAYS: mark("It has to stay here longer"),
}
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
    most: int | None = MOST,
    *,
    walked: bool = True,
) -> tuple[ReplyLink, ...]:
    """How a user can answer a message about these episodes, in so many ways; nothing if none of them is open.

    Links to a page are signed with `service.secret`. Without pages (`web.url`) they begin a mail to
    `service.contact`; there are none if that is no address. The labels are in the language `spoken`: English, if None.
    `walked`: some of it is in areas that our scanner can measure at once.
    """
    concerned = _open(episodes)
    if not concerned or not (settings.web.url or is_address(settings.service.contact)):
        return ()
    words = spoken or language("en", settings.service.timezone)
    asked = [episode for episode in concerned if asks(episode)]
    ways = [(decision, asked, 0) for decision in DECISIONS if asked]
    ways.append((Reply.SEEN, concerned, 0))
    if walked:
        ways.append((Reply.RESCAN, concerned, 0))
    # One mute for each limit, whichever policies speak of it.
    for title in dict.fromkeys(episode.finding.title for episode in concerned):
        about = [episode for episode in concerned if episode.finding.title == title]
        if settings.messages.mute_over or all(episode.level < Level.OVER for episode in about):
            ways.append((Reply.MUTED, about, 0))
    if any(episode.snoozes < SNOOZES for episode in concerned):
        ways.append((Reply.PUT_OFF, concerned, DAYS))
    links = []
    for reply, about, days in ways[:most]:
        shown = label(reply, about, days, settings, words)
        links.append(ReplyLink(shown, _link(shown, _request(user, reply, about, days), settings, now)))
    return tuple(links)


def label(reply: Reply, about: Sequence[Episode], days: int, settings: Settings, words: Language) -> str:
    """What an answer says, in a sentence of its person's."""
    title = words.term(harmless(about[0].finding.title)) if about else ""
    match reply:
        case Reply.SEEN | Reply.RESCAN | Reply.MOVES | Reply.NOT_NEEDED | Reply.STAYS:
            return words.say(_SAID[reply])
        case Reply.PUT_OFF:
            return words.count(
                "Remind me in {count} day, or if it gets worse",
                "Remind me in {count} days, or if it gets worse",
                days,
            )
        case Reply.UNMUTED:
            return words.say("Write again about my {title}", title=title)
        case Reply.MUTED if settings.messages.mute_over:
            return words.say("Write no more about my {title}", title=title)
        case Reply.MUTED:
            return words.say("Write no more about my {title}, unless I pass it", title=title)


def unsubscribe_link(user: str, episodes: Sequence[Episode], settings: Settings, now: datetime) -> str:
    """The link behind the "unsubscribe" of a mail program: no more of these limits; "" where there are no pages."""
    concerned = _open(episodes)
    if not concerned or not settings.web.url:
        return ""
    return _link("", _request(user, Reply.MUTED, concerned), settings, now)


def _open(episodes: Sequence[Episode]) -> list[Episode]:
    return [episode for episode in episodes if episode.ended_at is None and episode.id is not None]


def _request(user: str, reply: Reply, about: Sequence[Episode], days: int = 0) -> Request:
    return Request(user, reply, tuple(episode.id for episode in about if episode.id is not None), days)


def _link(shown: str, request: Request, settings: Settings, now: datetime) -> str:
    if settings.web.url:
        return f"{settings.web.url}/answer/{sign(request, settings.signing, now)}"
    subject = quote(f"{shown} ({request.user})", safe="", errors="replace")
    return f"mailto:{quote(settings.service.contact, safe='@')}?subject={subject}"


def without_links(text: str, url: str) -> str:
    """The text of a message without the addresses by which whoever reads it could answer."""
    return "\n".join(line for line in text.split("\n") if f"{url}/" not in line)
