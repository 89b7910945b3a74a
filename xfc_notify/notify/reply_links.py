"""The reply links that a message offers: a link each, or the command for those who run the service. Pure."""

from collections.abc import Sequence
from datetime import datetime
from shlex import quote

from xfc_notify.domain import Episode, Level
from xfc_notify.notify.replies import SNOOZES, Reply
from xfc_notify.notify.tokens import Request, sign
from xfc_notify.notify.words.language import Language, language
from xfc_notify.notify.words.letter import ReplyLink
from xfc_notify.paths import harmless
from xfc_notify.settings import Settings

OFFERED = (3, 7, 14)
"""For how many days a message offers to put off; one day is no longer than the interval between messages."""
A_WEEK = 7
"""All that it offers where the answer is a command that somebody must pass on."""


def reply_links_of(
    user: str,
    episodes: Sequence[Episode],
    settings: Settings,
    now: datetime,
    spoken: Language | None = None,
) -> tuple[ReplyLink, ...]:
    """How a user can answer a message about these episodes; nothing if none of them is open.

    The links are signed with `service.secret`, and empty if `web.url` is not set. The labels
    are in the language `spoken`, English unless given.
    """
    concerned = [episode for episode in episodes if episode.ended_at is None and episode.id is not None]
    if not concerned:
        return ()
    secret, url, name = settings.service.secret, settings.web.url, quote(user)
    words = spoken or language("en", settings.service.timezone)

    def reply_link(command: str, reply: Reply, about: Sequence[Episode], days: int = 0) -> ReplyLink:
        request = Request(user, reply, tuple(episode.id for episode in about if episode.id is not None), days)
        link = f"{url}/answer/{sign(request, secret, now)}" if url else ""
        return ReplyLink(label(reply, about, days, settings, words), link, f"xfc-notify {command}")

    links = [
        reply_link(f"ack {name}", Reply.SEEN, concerned),
        reply_link(f"rescan {name}", Reply.RESCAN, concerned),
    ]
    if any(episode.snoozes < SNOOZES for episode in concerned):
        links += [
            reply_link(f"snooze {name} --days {days}", Reply.PUT_OFF, concerned, days)
            for days in (OFFERED if url else (A_WEEK,))  # links are short, commands are not
        ]
    for policy in dict.fromkeys(episode.policy for episode in concerned):
        about = [episode for episode in concerned if episode.policy == policy]
        if all(episode.level < Level.OVER for episode in about) or settings.messages.mute_over:
            links.append(reply_link(f"mute {name} {quote(harmless(policy))}", Reply.MUTED, about))
    return tuple(links)


def label(reply: Reply, about: Sequence[Episode], days: int, settings: Settings, words: Language) -> str:
    """What an answer says, in a sentence of its person's."""
    title = words.term(harmless(about[0].finding.title)) if about else ""
    match reply:
        case Reply.SEEN:
            return words.say("I have seen it: write again only if it gets worse")
        case Reply.RESCAN:
            return words.say("I have cleaned up: measure again now")
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
