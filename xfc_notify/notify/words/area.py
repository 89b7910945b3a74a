"""One area in words: its figures, when and how fully it was measured, and what is largest in it. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from xfc_notify import units
from xfc_notify.domain import Finding, Level
from xfc_notify.notify.drops import believed
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.words import forecast, lifted, limits, outlook, sentences
from xfc_notify.notify.words.course import Course, course
from xfc_notify.notify.words.language import begun
from xfc_notify.notify.words.left_out import left_out
from xfc_notify.notify.words.letter import AreaFigures, Letter, Topic
from xfc_notify.notify.words.places import Place, weighty
from xfc_notify.outbox.columns import shortened
from xfc_notify.paths import harmless, show
from xfc_notify.usage import Counted, Errors, Source, Usage
from xfc_notify.usage.summary import HARMLESS_ERRORS, SAMPLES

DIRECTORIES = 5
PATH_COLUMNS = 34


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of the figures. `share` is the bar's length in percent, at most 100; `percent` may be empty.

    used, of_limit  "34.4 TB" and "of 40 TB"; "92" and "of 100 days"
    """

    title: str
    used: str
    of_limit: str
    percent: str
    level: Level
    state: str
    share: int


@dataclass(frozen=True, slots=True)
class Directory:
    """A row of the largest directories; `detail` is what is smaller than its size."""

    path: str
    size: str
    byte_days: str
    files: str
    detail: str


@dataclass(frozen=True, slots=True)
class AreaWords:
    """An area, ready to be shown. `older` are directories that weigh much by byte-days though not by size.

    key  its whole path, as tables show it
    """

    key: str
    volume: str
    path: str
    figures: tuple[Figure, ...]
    facts: tuple[str, ...]
    measured: str
    unread: tuple[str, ...]
    samples: tuple[str, ...]
    directories_title: str
    few_directories_title: str
    directories: tuple[Directory, ...]
    older_title: str
    older: tuple[Directory, ...]
    course: Course | None


def area_words(letter: Letter, figures: AreaFigures) -> AreaWords:
    """Put an area into words."""
    told = [
        topic.finding
        for topic in letter.topics
        if topic.area == figures.area and outlook.is_age(topic.finding)
    ]
    facts = [
        fact
        for finding in figures.findings
        if finding not in told
        for fact in sentences.facts(letter, finding)
    ]
    if not any(topic.reason is Reason.EXEMPT for topic in letter.topics):  # else a line of the letter says so
        exempt = (
            Topic(figures.area, finding, finding.level) for finding in figures.findings if finding.lifted
        )
        facts += [lifted.because(letter, topic, volume=False) for topic in exempt]
    volume = shortened(harmless(figures.area.volume), 30)
    directories = weighty(figures.usage, figures.area.counted, DIRECTORIES)
    older = _older(figures.usage, directories)
    facts += left_out(letter, figures.usage)
    return AreaWords(
        key=show(figures.area.path),
        volume=volume,
        path=shortened(show(figures.area.path), 60),
        figures=tuple(
            _figure(letter, finding, figures) for finding in figures.findings if finding.ahead is None
        ),
        facts=tuple(facts),
        measured=" ".join(
            filter(None, (_measured(letter, figures), _doubted(letter, figures), _counts(letter, figures)))
        ),
        unread=tuple(_unread(letter, figures.usage)),
        samples=_samples(letter, figures.usage),
        directories_title=_directories_title(letter, len(directories), volume),
        few_directories_title=_directories_title(letter, 0, volume),
        directories=tuple(_directory(letter, figures, place) for place in directories),
        older_title=letter.language.say("Smaller, but among the five with the most byte-days"),
        older=tuple(_directory(letter, figures, place) for place in older),
        course=course(letter, figures),
    )


def _older(usage: Usage, shown: Sequence[Place]) -> list[Place]:
    """Those of the five directories with the most byte-days that are not shown as the largest."""
    most = weighty(usage, lambda tally: tally.byte_seconds, DIRECTORIES)
    return [place for place in most if place not in shown and place.tally.byte_seconds]


def _figure(letter: Letter, finding: Finding, figures: AreaFigures) -> Figure:
    share = units.percent(finding.used, finding.limit) if finding.limit > 0 else 100 * (finding.used > 0)
    used, of_limit = _used_of(letter, finding)
    return Figure(
        title=begun(limits.title(letter, finding)),
        used=used,
        of_limit=of_limit,
        percent=limits.percent(letter, finding),
        level=finding.level,
        state=_state(letter, finding, figures),
        share=max(0, min(100, share)),
    )


def _used_of(letter: Letter, finding: Finding) -> tuple[str, str]:
    if finding.unit == "days":  # languages inflect the days after "of"
        return letter.language.number(math.floor(finding.used)), outlook.of_days(letter, round(finding.limit))
    amounts = limits.amounts(letter, finding)
    return amounts.used, letter.language.say("of {limit}", limit=amounts.limit)


def _state(letter: Letter, finding: Finding, figures: AreaFigures) -> str:
    if finding.lifted:
        return letter.language.say("lifted")
    if finding.level is Level.OK and forecast.soon(finding, figures, letter.now):
        return letter.language.say("passed soon")
    return (outlook.age_state if outlook.is_age(finding) else limits.state)(letter, finding.level)


def _measured(letter: Letter, figures: AreaFigures) -> str:
    usage = figures.usage
    moment = letter.language.moment(usage.as_of)
    if usage.complete and figures.source is Source.WRSTAT:  # which does not say what it could not read
        return letter.language.count(
            "Measured on {moment}, together with all that lies on {volume}: {count} file.",
            "Measured on {moment}, together with all that lies on {volume}: {count} files.",
            usage.files,
            moment=moment,
            volume=shortened(harmless(figures.area.volume), 30),
        )
    if usage.complete:
        return letter.language.count(
            "Measured on {moment}: {count} file, and everything could be read.",
            "Measured on {moment}: {count} files, and everything could be read.",
            usage.files,
            moment=moment,
        )
    return letter.language.count(
        "Measured on {moment}: {count} file. Not everything could be read, so these figures are a lower bound; "
        "the true ones may be higher.",
        "Measured on {moment}: {count} files. Not everything could be read, so these figures are a lower bound; "
        "the true ones may be higher.",
        usage.files,
        moment=moment,
    )


def _counts(letter: Letter, figures: AreaFigures) -> str:
    """Which bytes the hard quota counts."""
    if figures.area.counts is Counted.ALLOCATED:
        return letter.language.say("Sizes are the room that files take on disk.")
    return letter.language.say("Sizes are the lengths of files.")


def _doubted(letter: Letter, figures: AreaFigures) -> str:
    """What a drop that was seen once means; empty for any other scan."""
    if not believed(figures.history).after(figures.usage.size, figures.usage.complete).doubted:
        return ""
    return letter.language.say(
        "This is less than half of what was there before; it counts when a second scan has found the same."
    )


def _unread(letter: Letter, usage: Usage) -> list[str]:
    say, number = letter.language.say, letter.language.number
    names = {
        "unreadable": say("not permitted to read"),
        "swapped": say("changed while being read"),
        "failed": say("another error while reading"),
    }
    return [
        f"{names.get(kind, harmless(kind).replace('_', ' '))}: {number(errors.count)}"
        for kind, errors in _failed(usage)
    ]


def _samples(letter: Letter, usage: Usage) -> tuple[str, ...]:
    samples = [path for _, errors in _failed(usage) for path in errors.samples]
    return tuple(
        letter.language.say("the area itself") if path == b"." else shortened(show(path), 66)
        for path in samples[:SAMPLES]
    )


def _failed(usage: Usage) -> list[tuple[str, Errors]]:
    failed = [(kind, errors) for kind, errors in usage.errors.items() if kind not in HARMLESS_ERRORS]
    return sorted(failed, key=lambda item: (-item[1].count, item[0]))


def _directories_title(letter: Letter, count: int, volume: str) -> str:
    say = letter.language.say
    if len(letter.areas) > 1:
        if count < DIRECTORIES:
            return say("The largest directories on {volume}", volume=volume)
        return say("The five largest directories on {volume}", volume=volume)
    return say("The largest directories") if count < DIRECTORIES else say("The five largest directories")


def _newest(letter: Letter, place: Place) -> str:
    """When anything arrived there last, by months: what is old is easier to part with."""
    if place.newest is None:
        return ""
    months = (int(letter.now.timestamp()) - place.newest) // (30 * units.DAY_SECONDS)
    if months < 1:
        return ""
    return letter.language.count(
        ", nothing new for {count} month", ", nothing new for {count} months", months
    )


def _directory(letter: Letter, figures: AreaFigures, place: Place) -> Directory:
    language, name, tally = letter.language, place.path, place.tally
    byte_days = language.amount(tally.byte_seconds / units.DAY_SECONDS, "byte-days")
    return Directory(
        path=language.say("files at the top") if name == b"." else shortened(show(name), PATH_COLUMNS),
        size=language.amount(figures.area.counted(tally), "bytes"),
        byte_days=byte_days,
        files=language.number(tally.files),
        detail=language.count(
            "{byte_days}, {count} file", "{byte_days}, {count} files", tally.files, byte_days=byte_days
        )
        + _newest(letter, place),
    )
