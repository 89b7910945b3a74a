"""What a message says, as plain data: letter → `Wording`, which the text and the HTML template both show.

The order answers a reader's questions: what stands, how much, what helps, what takes the space, whom to
ask. All text in a `Wording` is printable and single-line; nothing in it is markup.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from zoneinfo import ZoneInfo

from xfc_notify import units
from xfc_notify.domain import Finding, Level, Reason
from xfc_notify.notify import outlook, sentences
from xfc_notify.notify.letter import AreaFigures, Letter, Topic, Way
from xfc_notify.notify.sentences import shortened
from xfc_notify.paths import harmless, show
from xfc_notify.usage import HARMLESS_ERRORS, OTHER_DIRECTORIES, SAMPLES, Errors, Tally, Usage

DIRECTORIES = 5
PATH_COLUMNS = 34
LONGEST_COPY = 200

_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")

# What a topic's unit weighs directories by.
_MEASURES: Mapping[str, tuple[Callable[[Tally], float], str]] = {
    "bytes": (lambda tally: tally.size, "largest directory"),
    "byte-days": (lambda tally: tally.byte_seconds / units.DAY_SECONDS, "directory with the most byte-days"),
    "files": (lambda tally: tally.files, "directory with the most files"),
}

_UNREAD = {
    "unreadable": "not permitted to read",
    "swapped": "changed while being read",
    "failed": "another error while reading",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of the figures. `share` is the bar's length in percent, at most 100; `percent` may be empty."""

    title: str
    used: str
    limit: str
    percent: str
    level: Level
    state: str
    share: int


@dataclass(frozen=True, slots=True)
class Directory:
    """A row of the largest directories."""

    path: str
    size: str
    byte_days: str
    files: str


@dataclass(frozen=True, slots=True)
class AreaWords:
    """One area: its figures, when and how fully it was measured, and what is largest in it."""

    volume: str
    path: str
    figures: tuple[Figure, ...]
    facts: tuple[str, ...]
    measured: str
    unread: tuple[str, ...]
    samples: tuple[str, ...]
    directories_title: str
    directories: tuple[Directory, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that helps; `path` is there to be copied, or empty."""

    text: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """A whole message before it gets its form."""

    subject: str
    service: str
    greeting: str
    headline: str
    lines: tuple[str, ...]
    areas: tuple[AreaWords, ...]
    steps: tuple[Step, ...]
    answering: str
    ways: tuple[Way, ...]
    explanations: tuple[str, ...]
    contact: str
    contact_link: str
    closing: tuple[str, ...]


def wording(letter: Letter) -> Wording:
    """Put a letter into words; those of its topics that are still open come first."""
    topics = sorted(letter.topics, key=lambda topic: topic.reason in sentences.PAST) or _standing(letter)
    still_open = [topic for topic in topics if topic.reason not in sentences.PAST and topic.level > Level.OK]
    lead = topics[0] if topics else None
    areas = sorted(letter.areas, key=lambda it: lead is None or it.area != lead.area)
    return Wording(
        subject=sentences.subject(letter, lead),
        service=harmless(letter.service),
        greeting=f"Dear {harmless(letter.person.full_name).strip() or harmless(letter.person.username)},",
        headline=sentences.headline(letter, topics),
        lines=_lines(letter, topics),
        areas=tuple(_area(figures, letter) for figures in areas),
        steps=_steps(letter, still_open),
        answering=sentences.answering(letter),
        ways=letter.ways,
        explanations=_explanations(letter),
        contact=harmless(letter.contact),
        contact_link=f"mailto:{quote(letter.contact, safe='@')}"
        if _ADDRESS.fullmatch(letter.contact)
        else "",
        closing=tuple(filter(None, (_why(letter), sentences.PROMISE))),
    )


def _why(letter: Letter) -> str:
    if letter.digest:
        return f"You get this message because a {letter.digest} digest is switched on for you."
    return sentences.why(letter)


def _standing(letter: Letter) -> list[Topic]:
    """A letter without topics, as a preview may be, tells where one stands, the worst first."""
    topics = [Topic(it.area, finding, finding.level) for it in letter.areas for finding in it.findings]
    return sorted(topics, key=lambda topic: -topic.level)


def _lines(letter: Letter, topics: Sequence[Topic]) -> tuple[str, ...]:
    parts = (sentences.topic_line, sentences.growth_sentence, sentences.due_sentence)
    lines = [" ".join(filter(None, (part(letter, topic) for part in parts))) for topic in topics]
    if any(topic.level is Level.OVER or outlook.is_age(topic.finding) for topic in topics):
        lines.append(sentences.REASSURANCE)
    return tuple(lines)


def _area(it: AreaFigures, letter: Letter) -> AreaWords:
    facts = [
        f"{harmless(name)}: {harmless(text)}"
        for finding in it.findings
        for name, text in finding.facts.items()
    ]
    told = any(topic.reason is Reason.EXEMPT for topic in letter.topics)  # then a line of the letter says so
    facts += [
        sentences.lifted_because(finding, "", letter.timezone)
        for finding in it.findings
        if finding.lifted and not told
    ]
    directories = tuple(_directories(it.usage))
    return AreaWords(
        volume=shortened(harmless(it.area.volume), 30),
        path=shortened(show(it.area.path), 60),
        figures=tuple(_figure(finding) for finding in it.findings if finding.ahead is None),
        facts=tuple(facts),
        measured=_measured(it.usage, ZoneInfo(letter.timezone)),
        unread=tuple(_unread(it.usage)),
        samples=_samples(it.usage),
        directories_title="The largest directories"
        if len(directories) < DIRECTORIES
        else "The five largest directories",
        directories=directories,
    )


def _figure(finding: Finding) -> Figure:
    share = units.percent(finding.used, finding.limit) if finding.limit > 0 else 100 * (finding.used > 0)
    name = sentences.limit_name(finding)
    return Figure(
        title=name[:1].upper() + name[1:],
        used=sentences.amount(finding.used, finding),
        limit=sentences.amount(finding.limit, finding),
        percent=sentences.percent(finding),
        level=finding.level,
        state="lifted"
        if finding.lifted
        else (outlook.AGE_STATES if outlook.is_age(finding) else sentences.STATES)[finding.level],
        share=max(0, min(100, share)),
    )


def _measured(usage: Usage, zone: ZoneInfo) -> str:
    files = sentences.counted(usage.files, "file")
    when = sentences.moment(usage.as_of, zone)
    if usage.complete:
        return f"Measured on {when}: {files}, and everything could be read."
    return (
        f"Measured on {when}: {files}. Not everything could be read, so these figures are a lower bound; "
        "the true ones may be higher."
    )


def _unread(usage: Usage) -> list[str]:
    return [
        f"{_UNREAD.get(kind, harmless(kind).replace('_', ' '))}: {it.count:,}" for kind, it in _failed(usage)
    ]


def _samples(usage: Usage) -> tuple[str, ...]:
    samples = [path for _, errors in _failed(usage) for path in errors.samples]
    return tuple(
        "the area itself" if path == b"." else shortened(show(path), 66) for path in samples[:SAMPLES]
    )


def _failed(usage: Usage) -> list[tuple[str, Errors]]:
    failed = [(kind, errors) for kind, errors in usage.errors.items() if kind not in HARMLESS_ERRORS]
    return sorted(failed, key=lambda item: (-item[1].count, item[0]))


def _directories(usage: Usage) -> list[Directory]:
    return [
        Directory(
            path="files at the top" if name == b"." else shortened(show(name), PATH_COLUMNS),
            size=units.format_size(tally.size),
            byte_days=units.format_byte_days(tally.byte_seconds / units.DAY_SECONDS),
            files=f"{tally.files:,}",
        )
        for name, tally in usage.largest_directories(DIRECTORIES)
    ]


def _steps(letter: Letter, topics: Sequence[Topic]) -> tuple[Step, ...]:
    """At most three: how much would do, where to look first, what to do with it."""
    if not topics:
        return ()
    goals = " ".join(filter(None, (sentences.goal(letter, topic) for topic in topics)))
    steps = [Step(goals)] if goals else []
    steps += [
        _look(it, topics[0]) for it in letter.areas if it.area == topics[0].area and it.usage.by_directory
    ]
    return (
        *steps,
        Step("Move the results that you keep to project storage, and delete what is no longer needed."),
    )


def _look(it: AreaFigures, topic: Topic) -> Step:
    """Where to look first: at what weighs most in the measure of the topic."""
    named = {name: tally for name, tally in it.usage.by_directory.items() if name != OTHER_DIRECTORIES}
    oldest = {name: seconds for name, seconds in it.usage.oldest_by_directory.items() if name in named}
    if outlook.is_age(topic.finding) and oldest:
        name = min(oldest, key=lambda name: (oldest[name], name))
        return _copyable(
            f"Look first at the {_place(name, 'directory with the oldest files')}.", _path(it, name)
        )
    unit = topic.finding.unit if topic.finding.unit in _MEASURES else "bytes"
    weigh, place = _MEASURES[unit]
    name, tally = max(named.items(), key=lambda item: (weigh(item[1]), item[0]))
    amount = units.format_amount(weigh(tally), unit)
    return _copyable(f"Look first at the {_place(name, place)}: {amount}.", _path(it, name))


def _place(name: bytes, place: str) -> str:
    return "files at the top of your area" if name == b"." else place


def _path(it: AreaFigures, name: bytes) -> bytes:
    return it.area.path if name == b"." else it.area.path.rstrip(b"/") + b"/" + name


def _copyable(text: str, path: bytes) -> Step:
    shown = show(path)
    if len(shown) >= LONGEST_COPY:
        return Step(f"{text} It is {shortened(shown, 60)}.")
    if shown.encode() != path:
        text += " What does not print in its name is written with a backslash."
    return Step(text, shown)


def _explanations(letter: Letter) -> tuple[str, ...]:
    usages = [it.usage for it in letter.areas]
    clocks = dict.fromkeys(sentences.clock_sentence(usage) for usage in usages if usage.files)
    return (sentences.BYTE_DAYS, *clocks, sentences.DECIMAL)
