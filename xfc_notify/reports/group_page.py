"""What the page of a group shows: where it stands on one volume, its course, where it lies, whose and what it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from xfc_notify import units
from xfc_notify.domain import Level
from xfc_notify.notify.words.language import Language
from xfc_notify.pages import Visit, mark
from xfc_notify.reports import history, plots
from xfc_notify.reports.cells import AGES
from xfc_notify.reports.choice import Choice
from xfc_notify.reports.course import POINTS, StandingView, standing_views
from xfc_notify.reports.group_where import MOST, Where, where
from xfc_notify.reports.views import (
    DirectoryView,
    UserView,
    VaultView,
    make_up_views,
    user_views,
    vault_sums,
    vault_views,
)

CAPTURES = 60
KINDS = {
    "dir": mark("directories themselves"),
    "other": mark("everything else"),
    "compressed": mark("compressed"),
    "text": mark("text"),
    "log": mark("logs"),
}
"""Types of files that have no name of their own."""
FATES = {
    "Keep": mark("is kept"),
    "Archive": mark("is to be archived"),
    "Stash": mark("is to be archived, and kept here"),
    "Staged": mark("waits to be taken into the archive"),
    "Limbo": mark("was removed, and can still be taken back"),
}
"""What is to become of what vaults keep."""


@dataclass(frozen=True, slots=True)
class Figure:
    """How much of a quota is used, in words; `bar` is the share in percent, at most 100, None without a quota."""

    title: str
    used: str
    percent: str
    level: Level
    bar: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of all that a group has on a volume: bytes, and the share in percent."""

    name: str
    bytes: int
    share: int


@dataclass(frozen=True, slots=True)
class Vaults:
    """What vaults keep of a group on a volume.

    sums  (what is to become of it, files, bytes), the most first; `fates` is state → the same words
    """

    sums: Sequence[tuple[str, int, int]]
    fates: Mapping[str, str]
    largest: Sequence[VaultView]
    more: bool


@dataclass(frozen=True, slots=True)
class OnVolume:
    """A group on a volume. `others` is what those have who are not among the `users`; 0: all are.

    ahead        its level comes from where its pace leads, not from what is used now
    quota_as_of  when its quota was heard of; None: there is none
    """

    stands: StandingView
    figures: Sequence[Figure]
    outlook: Sequence[str]
    ahead: bool
    quota_as_of: datetime | None
    course: Sequence[str]
    captures: Sequence[StandingView]
    where: Where
    users: Sequence[UserView]
    others: int
    types: Sequence[Part]
    ages: Sequence[Part]
    temporary: int
    vaults: Vaults


def on_volume(visit: Visit, stands: StandingView) -> OnVolume:
    """What is shown of a group on this volume. Absent if a base directory is asked for that it does not have."""
    here = Choice(stands.volume, frozenset({stands.gid}))
    users = list(user_views(replace(here, count=MOST)))
    made_of = make_up_views(here)
    language = visit.language
    shown = plots.recent(history.points(stands.gid, stands.volume))
    rest = stands.bytes - sum(user.bytes for user in users)
    used = figures(stands, language)
    newest, *earlier = history.of_group(stands.gid, stands.volume, POINTS)
    return OnVolume(
        stands=stands,
        figures=used,
        outlook=outlook(stands, earlier[-1].as_of if earlier else None, language, visit.now),
        ahead=stands.level > max(figure.level for figure in used),
        course=plots.in_words(stands, shown, language) if shown else (),
        captures=standing_views(stands.gid, stands.volume, CAPTURES),
        quota_as_of=newest.quota_as_of,
        where=where(visit, here, stands.bytes),
        users=users,
        others=rest if len(users) == MOST else 0,
        types=[part for view in made_of for part in _types(view.types, stands.bytes, language)],
        ages=[part for view in made_of for part in _ages(view.ages, stands.bytes, language)],
        temporary=sum(view.temporary for view in made_of),
        vaults=_vaults(here, language),
    )


def _vaults(here: Choice, language: Language) -> Vaults:
    largest = list(vault_views(replace(here, count=MOST + 1)))
    fates = {state: language.say(words) for state, words in FATES.items()}
    sums = [(fates[state], files, size) for state, files, size in vault_sums(here)] if largest else []
    return Vaults(sums, fates, largest[:MOST], len(largest) > MOST)


def figures(stands: StandingView, language: Language) -> list[Figure]:
    """What is used of the quotas, in bytes and in files."""
    found = []
    for title, used, quota, unit in (
        (language.say("Size"), stands.bytes, stands.quota, "bytes"),
        (language.say("Files"), stands.files, stands.quota_files, "files"),
    ):
        percent = None if quota is None else units.percent(used, quota)
        amount = language.amount(used, unit)
        if quota is not None:
            amount = language.say("{used} of {limit}", used=amount, limit=language.amount(quota, unit))
        found.append(
            Figure(
                title=title,
                used=amount,
                percent="" if percent is None else language.percent(percent),
                level=Level.OK if quota is None else Level.at(used, quota),
                bar=None if percent is None else min(100, percent),
            )
        )
    return found


def outlook(stands: StandingView, first: datetime | None, language: Language, now: datetime) -> list[str]:
    """When the quotas will be full, or why nobody can say; `first` is the first of the captures that tell it."""
    if stands.quota is None and stands.quota_files is None:
        return [language.say("No quota is known, so there is no forecast.")]
    if first is None:
        return [language.say("There is one capture only: a forecast needs two.")]
    since = language.day(first, now)
    told = []
    for used, quota, full, sentences in (
        (stands.bytes, stands.quota, stands.full_at, _SPACE),
        (stands.files, stands.quota_files, stands.files_full_at, _FILES),
    ):
        if quota is None or used >= quota:
            continue
        ahead, passed, never = sentences
        sentence = never if full is None else passed if full <= now else ahead
        words = {} if full is None else {"day": language.day(full, now)}
        told.append(language.say(sentence, since=since, **words))
    return told


_SPACE = (
    mark("At the pace since {since}, the quota will be full on {day}."),
    mark("At the pace since {since}, the quota has been full since {day}; newer data are not there yet."),
    mark("At the pace since {since}, the quota will not be full within five years."),
)
_FILES = (
    mark("At the pace since {since}, the quota of files will be full on {day}."),
    mark(
        "At the pace since {since}, the quota of files has been full since {day}; newer data are not there yet."
    ),
    mark("At the pace since {since}, the quota of files will not be full within five years."),
)
"""What lies ahead, what is over by now, and what is not in sight."""


def _types(types: Mapping[str, int], whole: int, language: Language) -> list[Part]:
    """The types of files, the largest first."""
    ranked = sorted((item for item in types.items() if item[1]), key=lambda item: -item[1])
    return [Part(language.term(KINDS.get(kind, kind)), size, _share(size, whole)) for kind, size in ranked]


def _ages(ages: Mapping[str, int], whole: int, language: Language) -> list[Part]:
    """What was neither read nor written for so long."""
    return [Part(_age(months, language), ages[name], _share(ages[name], whole))
            for name, months in AGES.items() if ages.get(name)]  # fmt: skip


def _age(months: int, language: Language) -> str:
    if months % 12:
        return language.count("{count} month", "{count} months", months)
    return language.count("{count} year", "{count} years", months // 12)


def _share(part: int, whole: int) -> int:
    return min(100, round(100 * part / whole)) if whole else 0


def largest_types(view: DirectoryView, language: Language) -> str:
    """The types that take most of a directory, in words."""
    ranked = sorted((item for item in view.types.items() if item[1]), key=lambda item: -item[1])[:3]
    return ", ".join(
        f"{language.term(KINDS.get(kind, kind))} {language.amount(size, 'bytes')}" for kind, size in ranked
    )


def is_old(visit: Visit, time: datetime | None, after: timedelta) -> bool:
    """Whether data of that time are called old."""
    return time is not None and visit.now - time > after
