"""A site's own templates and wordings, looked through for mistakes before anybody gets a message."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from xfc_notify.domain import Area, Finding, Level, Person
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.words import catalog, form
from xfc_notify.notify.words.language import language
from xfc_notify.notify.words.letter import AreaFigures, Letter, ReplyLink, Topic
from xfc_notify.notify.words.render import COURSE, formed
from xfc_notify.notify.words.wording import wording
from xfc_notify.settings import Settings
from xfc_notify.usage import Errors, Usage
from xfc_notify.usage.tally import Tally

TB = 10**12


def mistakes(settings: Settings) -> list[str]:
    """What is wrong with what the site wrote, a line each, with file and line; empty if all is well."""
    folder = settings.messages.templates
    if folder is None:
        return []
    if not folder.is_dir():
        return [f"{settings.source}: messages.templates: there is no folder {folder}"]
    wordings, forms = list(catalog.mistakes(folder)), list(form.mistakes(folder))
    found = [str(mistake) for mistake in (*wordings, *forms)]
    if not forms:
        found += dict.fromkeys(_tried(settings, folder))
    if not found and not catalog.files(folder) and not any((folder / name).exists() for name in form.NAMES):
        found = [f"{folder}: holds none of {', '.join(form.NAMES)}, LANGUAGE.po"]
    return found


def _tried(settings: Settings, folder: Path) -> Iterator[str]:
    """What fails when messages are written with them."""
    for code in sorted(catalog.languages()):
        for letter in specimens(settings):
            spoken = replace(letter, language=language(code, settings.service.timezone))
            try:
                formed(wording(spoken), spoken, {COURSE: b""}, folder)
            except Exception as error:  # noqa: BLE001 - a template may do anything
                yield str(form.mistake(error, folder))


def specimens(settings: Settings) -> tuple[Letter, ...]:
    """Letters that between them have every part that a letter can have."""
    now = datetime(2026, 3, 2, 8, tzinfo=UTC)
    area = Area("ada", "vol1", b"/data/vol1/ada", 40 * TB, 300 * TB, now)
    directories = {
        b"runs": Tally.of(12, 41 * TB, 250 * TB * 86_400),
        b"tmp": Tally.of(1, TB, 9 * TB * 86_400),
    }
    usage = Usage(
        as_of=now,
        total=sum(directories.values(), Tally()),
        by_directory=directories,
        errors={"unreadable": Errors(2, (b"runs/closed",))},
    )
    hard = Finding(Level.OVER, 42 * TB, 40 * TB, "bytes", "hard quota", facts={"Since": "a week"})
    temporal = Finding(
        Level.NOTICE, 259 * TB, 300 * TB, "byte-days", "temporal quota", due=now.replace(day=30)
    )
    full = Letter(
        person=Person("ada", "Ada"),
        topics=(
            Topic(area, hard, hard.level, Reason.BEGAN),
            Topic(area, temporal, temporal.level, Reason.WORSE),
        ),
        areas=(AreaFigures(area, usage, (hard, temporal)),),
        service=settings.service.name,
        contact="support@example.org",
        language=language("en", settings.service.timezone),
        now=now,
        reply_links=(ReplyLink("Seen", "https://storage.example.org/answer/1"),),
    )
    ended = replace(hard, level=Level.OK, used=20 * TB, facts={})
    return (
        full,
        replace(
            full,
            topics=(Topic(area, ended, Level.OK, Reason.ENDED),),
            contact="the help desk",
            reply_links=(ReplyLink("Seen", "mailto:help@example.org"),),
        ),
        replace(full, topics=(), areas=(AreaFigures(area, Usage(now), ()),), contact=""),
    )
