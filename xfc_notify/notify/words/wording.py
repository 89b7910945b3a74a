"""What a message says, as plain data: letter → `Wording`, which the text and the HTML template both show.

The order answers a reader's questions: what stands, how much, what helps, what takes the space, whom to
ask. All text in a `Wording` is printable and single-line; nothing in it is markup.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from xfc_notify.domain import Level
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.words import forecast, headline, outlook, sentences
from xfc_notify.notify.words.advice import Step, mend, steps
from xfc_notify.notify.words.area import AreaWords, area_words
from xfc_notify.notify.words.letter import Letter, ReplyLink, Section, Topic
from xfc_notify.notify.words.whatif import what_if
from xfc_notify.notify.words.why import why
from xfc_notify.paths import harmless
from xfc_notify.sizes import Sizes, shown_in

_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")


@dataclass(frozen=True, slots=True)
class Wording:
    """A whole message before it gets its form. `language` is a code as HTML wants it: "en"."""

    language: str
    subject: str
    service: str
    greeting: str
    headline: str
    lines: tuple[str, ...]
    areas: tuple[AreaWords, ...]
    sections: tuple[Section, ...]
    steps: tuple[Step, ...]
    what_if: str
    answering: str
    reply_links: tuple[ReplyLink, ...]
    explanations: tuple[str, ...]
    contact: str
    contact_link: str
    why: str
    promise: str


def wording(letter: Letter) -> Wording:
    """Put a letter into words; what caused it comes first."""
    topics = headline.by_news(letter.topics) or _standing(letter)
    topics = forecast.nearer_first(letter, topics)
    others = forecast.nearer(letter, topics)
    unread = any(topic.reason is Reason.OBSCURED for topic in topics)
    still_open = [
        topic
        for topic in topics
        if not topic.past and topic.level > Level.OK and topic.reason is not Reason.OBSCURED
    ]
    still_open.sort(key=lambda topic: -topic.level)
    lead = topics[0] if topics else None
    areas = sorted(letter.areas, key=lambda figures: lead is None or figures.area != lead.area)
    is_address = _ADDRESS.fullmatch(letter.contact)
    return Wording(
        language=letter.language.code.replace("_", "-"),
        subject=headline.subject(letter, topics),
        service=harmless(letter.service),
        greeting=sentences.greeting(letter),
        headline=outlook.before_that(letter, topics, others, headline.headline(letter, topics)),
        lines=_lines(letter, topics, others),
        areas=tuple(area_words(letter, figures) for figures in areas),
        sections=letter.sections,
        steps=((mend(letter),) if unread else ()) + steps(letter, still_open)[: 2 if unread else 3],
        what_if=what_if(letter, still_open[0]) if still_open else "",
        answering=sentences.answering(letter),
        reply_links=letter.reply_links,
        explanations=_explanations(letter),
        contact=harmless(letter.contact),
        contact_link=f"mailto:{quote(letter.contact, safe='@')}" if is_address else "",
        why=why(letter),
        promise=sentences.promise(letter),
    )


def _standing(letter: Letter) -> list[Topic]:
    """A letter without topics, as a preview may be, tells where one stands, the worst first."""
    topics = [
        Topic(figures.area, finding, finding.level)
        for figures in letter.areas
        for finding in figures.findings
        if finding.ahead is None or finding.level > Level.OK
    ]
    return sorted(topics, key=lambda topic: -topic.level)


def _lines(letter: Letter, topics: Sequence[Topic], others: Sequence[Topic]) -> tuple[str, ...]:
    parts = (
        sentences.milestone_sentence,
        sentences.topic_line,
        sentences.change_sentence,
        forecast.growth_sentence,
    )
    lines = [[part(letter, topic) for part in parts] for topic in topics]
    dates = [forecast.sentence(letter, topic) for topic in topics]
    for place, date in enumerate(dates):
        if date not in dates[:place]:  # a quota and its forecast have the same
            lines[place].append(date)
    further = [[date] for topic in others if (date := forecast.sentence(letter, topic)) not in dates]
    ordered = [*further, *lines] if outlook.sooner(letter, topics, others) else [*lines, *further]
    return tuple(" ".join(filter(None, line)) for line in ordered)


def _explanations(letter: Letter) -> tuple[str, ...]:
    """What the figures mean: byte-days in the first, which a short form of the message shows alone."""
    say, usages = letter.language.say, [figures.usage for figures in letter.areas]
    if letter.sections and not letter.areas:
        return (_sizes(letter),)
    counted = dict.fromkeys(sentences.counting_sentence(letter, figures) for figures in letter.areas)
    clocks = dict.fromkeys(sentences.clock_sentence(letter, usage) for usage in usages if usage.files)
    return (
        say("Byte-days are size × time kept: 2 TB kept for 7 days are 14 TB·days.")
        if shown_in() is Sizes.DECIMAL
        else say("Byte-days are size × time kept: 2 TiB kept for 7 days are 14 TiB·days."),
        *filter(None, counted),
        *clocks,
        _sizes(letter),
    )


def _sizes(letter: Letter) -> str:
    if shown_in() is Sizes.BINARY:
        return letter.language.say("Sizes are binary: 1 TiB is 1,024 GiB.")
    return letter.language.say("Sizes are decimal: 1 TB is 1,000 GB.")
