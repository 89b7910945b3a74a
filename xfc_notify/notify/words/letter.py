"""What a message has to tell, before it is put into words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from xfc_notify.domain import Area, Finding, Level, PastScan, Person
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.words.language import Language
from xfc_notify.usage import Source, Usage


@dataclass(frozen=True, slots=True)
class Before:
    """What the last message about an episode said: when, how much was used then, and the limit, in the finding's unit.

    limit  None if it is not known
    """

    at: datetime
    used: float
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """One episode in a message.

    level   where the episode stands; ok for one that ended
    reason  why it is told now; None for one that stands as it stood and is mentioned along with others
    before  None if there was no message before, or it is not known how much was used then
    """

    area: Area
    finding: Finding
    level: Level
    reason: Reason | None = None
    before: Before | None = None

    @property
    def past(self) -> bool:
        """Whether nothing needs to be done about it any more: it has ended, or its limit is lifted."""
        return self.reason in (Reason.ENDED, Reason.EXEMPT)

    @property
    def raised(self) -> bool:
        """Whether it has ended because its limit was raised since: nobody is thanked for that."""
        known = self.before.limit if self.before else None
        return self.reason is Reason.ENDED and known is not None and 0 < known < self.finding.limit


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """The last whole scan of one area: what was measured and what the policies said of it.

    history  the whole scans before it, oldest first
    source   who walked it
    """

    area: Area
    usage: Usage
    findings: tuple[Finding, ...]
    history: tuple[PastScan, ...] = ()
    source: Source = Source.SCAN


@dataclass(frozen=True, slots=True)
class ReplyLink:
    """A way to answer: a link to a page, or one that begins a mail to the contact."""

    label: str
    link: str

    @property
    def is_mail(self) -> bool:
        """Whether it begins a mail."""
        return self.link.startswith("mailto:")


@dataclass(frozen=True, slots=True)
class Section:
    """What a letter tells of something that is no area, such as a group: in words already, in the reader's language.

    title     what it is about
    headline  what stands, without a full stop
    level     where the episode stands; ok for one that ended
    past      whether nothing needs to be done about it any more
    is_news   whether it gave reason for the letter
    link      a page that shows all of it; empty where there are no pages
    promise   what this service never does with it; "" where it deletes nothing at all
    reply_links  what its reader may do about it
    """

    title: str
    headline: str
    lines: tuple[str, ...]
    why: str
    level: Level
    past: bool
    is_news: bool
    link: str = ""
    promise: str = ""
    reply_links: tuple[ReplyLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one person: the topics, worst first, and the figures of the areas concerned.

    service, contact  as in [service] of the settings
    language     of the reader, with the zone in which times are given
    reply_links  how the person can answer
    sections     of what is no area, worst first
    digest       weekly or monthly for a digest, which tells where one stands; "" for any other message
    """

    person: Person
    topics: tuple[Topic, ...]
    areas: tuple[AreaFigures, ...]
    service: str
    contact: str
    language: Language
    now: datetime
    reply_links: tuple[ReplyLink, ...] = ()
    digest: str = ""
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A letter in words: the same content as text and as HTML, with the pictures that this shows as `cid:…`."""

    subject: str
    text: str
    html: str
    images: Mapping[str, bytes] = field(default_factory=dict)
