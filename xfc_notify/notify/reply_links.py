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

    The links are signed with `service.secret`, and empty if `service.url` is not set. The labels
    are in the language `spoken`, English unless given.
    """
    concerned = [episode for episode in episodes if episode.ended_at is None and episode.id is not None]
    if not concerned:
        return ()
    service, name = settings.service, quote(user)
    words = spoken or language("en", service.timezone)

    def reply_link(
        label: str, command: str, reply: Reply, about: Sequence[Episode], days: int = 0
    ) -> ReplyLink:
        request = Request(user, reply, tuple(episode.id for episode in about if episode.id is not None), days)
        link = f"{service.url}/answer/{sign(request, service.secret, now)}" if service.url else ""
        return ReplyLink(label, link, f"xfc-notify {command}")

    links = [
        reply_link(
            words.say("I have seen it: write again only if it gets worse"),
            f"ack {name}",
            Reply.SEEN,
            concerned,
        ),
        reply_link(
            words.say("I have cleaned up: measure again now"), f"rescan {name}", Reply.RESCAN, concerned
        ),
    ]
    if any(episode.snoozes < SNOOZES for episode in concerned):
        links += [
            reply_link(
                words.count(
                    "Remind me in {count} day, or if it gets worse",
                    "Remind me in {count} days, or if it gets worse",
                    days,
                ),
                f"snooze {name} --days {days}",
                Reply.PUT_OFF,
                concerned,
                days,
            )
            for days in (OFFERED if service.url else (A_WEEK,))  # links are short, commands are not
        ]
    for policy in dict.fromkeys(episode.policy for episode in concerned):
        about = [episode for episode in concerned if episode.policy == policy]
        if all(episode.level < Level.OVER for episode in about) or settings.messages.mute_over:
            title = words.term(harmless(about[0].finding.title))
            if settings.messages.mute_over:
                label = words.say("Write no more about my {title}", title=title)
            else:
                label = words.say("Write no more about my {title}, unless I pass it", title=title)
            links.append(reply_link(label, f"mute {name} {quote(harmless(policy))}", Reply.MUTED, about))
    return tuple(links)
