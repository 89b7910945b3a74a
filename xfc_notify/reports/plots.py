"""The course of a group on a volume as a drawing, and the same in words. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from xfc_notify.notify.words import course
from xfc_notify.notify.words.course import LEAST_SCANS, LEAST_SPAN, WINDOW, Curve
from xfc_notify.notify.words.language import Language
from xfc_notify.notify.words.plot import plot
from xfc_notify.outbox.picture import Drawing, Line
from xfc_notify.reports.course import StandingView

Points = Sequence[tuple[datetime, int, int]]
"""Time, bytes and files, the oldest first."""


def recent(points: Points) -> Points:
    """Those of the 90 days before the last one; none if they are too few, or of too short a time, to be drawn."""
    found = [point for point in points if points[-1][0] - point[0] <= WINDOW]
    enough = len(found) >= LEAST_SCANS and found[-1][0] - found[0][0] >= LEAST_SPAN
    return found if enough else []


def drawing(stands: StandingView, points: Points, language: Language, now: datetime) -> Drawing:
    """Shares of the quotas, and where they lead; without a quota the size alone. `points` are recent ones."""
    curves = list(_curves(stands, points, language))
    if curves:
        return plot(curves, stands.as_of, language, now)
    return _without_quota(points, language)


def in_words(stands: StandingView, points: Points, language: Language) -> list[str]:
    """A sentence for each curve."""
    size = [(time, float(size)) for time, size, _ in points]
    limit = language.amount(stands.quota, "bytes") if stands.quota else ""
    told = [
        course.in_words(
            language, language.say("Size"), size, lambda one: language.amount(one, "bytes"), limit
        )
    ]
    if stands.quota_files:
        files = [(time, float(files)) for time, _, files in points]
        limit = language.number(stands.quota_files)
        told.append(
            course.in_words(
                language, language.say("Files"), files, lambda one: language.number(round(one)), limit
            )
        )
    return told


def _curves(stands: StandingView, points: Points, language: Language) -> Iterator[Curve]:
    size = [(time, float(size)) for time, size, _ in points]
    files = [(time, float(files)) for time, _, files in points]
    for title, found, quota, full, unit in (
        (language.say("Size"), size, stands.quota, stands.full_at, "bytes"),
        (language.say("Files"), files, stands.quota_files, stands.files_full_at, "files"),
    ):
        if quota:
            ahead = course.leading(found, quota, full) if full else ()
            yield Curve(
                title=title,
                points=tuple((time, used / quota) for time, used in found),
                forecast=tuple((time, used / quota) for time, used in ahead),
                limit=language.amount(quota, unit),
                passes=full if ahead and full == ahead[-1][0] else None,
            )


def _without_quota(points: Points, language: Language) -> Drawing:
    most = max(1, *(size for _, size, _ in points))
    days = [(time - points[-1][0]) / timedelta(days=1) for time, _, _ in points]
    drawn = tuple(
        (round(day, 2), round(100 * size / most, 2)) for day, (_, size, _) in zip(days, points, strict=True)
    )
    name = f"{language.say('Size')}: {language.amount(points[-1][1], 'bytes')}"
    first = min(-7, round(days[0]))
    return Drawing(
        lines=(Line(drawn, (), name),),
        left=first,
        right=-first * 0.07,
        top=112,
        days=((round(first * 0.7), _ago(round(first * 0.7), points, language)), (0, _ago(0, points, language))),
        shares=((0, language.amount(0, "bytes")), (50, language.amount(most / 2, "bytes")),
                (100, language.amount(most, "bytes"))),
        limit="",
        forecast="",
    )  # fmt: skip


def _ago(day: int, points: Points, language: Language) -> str:
    return language.date(points[-1][0] + timedelta(days=day), "d MMM")
