"""What a letter tells the head of a group: how much is used, where it lies, who holds most, what nobody has touched."""

from datetime import datetime
from urllib.parse import urlencode

from xfc_notify import units
from xfc_notify.domain import Finding, Level
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.rules import Line
from xfc_notify.notify.words.language import Language
from xfc_notify.notify.words.letter import Section
from xfc_notify.outbox.columns import shortened
from xfc_notify.paths import harmless
from xfc_notify.people import groups
from xfc_notify.people.tables import SubjectRow
from xfc_notify.reports.judge import gid_of
from xfc_notify.reports.shown import user_name
from xfc_notify.reports.tables import DirectoryUsageRow, GroupUsageRow, LoadRow, UserUsageRow
from xfc_notify.settings import Settings

MOST = 3
"""So many directories and people are named."""


def section(
    subject: SubjectRow, line: Line, settings: Settings, language: Language, now: datetime
) -> Section:
    """A group on a volume, in the words of the reader."""
    gid, volume, finding = gid_of(subject), subject.place, line.episode.finding
    row = groups.by_gid([gid]).get(gid)
    group, place = shortened(harmless(row.name if row else str(gid)), 40), shortened(harmless(volume), 30)
    is_past = line.reason in (Reason.ENDED, Reason.EXEMPT)
    headline, amounts = _headline(language, line, group, place), _amounts(language, finding)
    stands = amounts if line.reason is not None else f"{headline}. {amounts}"
    details = [] if is_past else _details(gid, volume, language)
    return Section(
        title=language.say("{group} on {volume}", group=group, volume=place),
        headline=headline,
        lines=tuple(filter(None, (stands, _due(language, finding, now, is_past), *details))),
        why=language.say("You get this message because you are named as the head of {group}.", group=group),
        level=Level.OK if is_past else line.episode.shown,
        past=is_past,
        is_news=line.reason is not None,
        link=f"{settings.web.url}/groups/{gid}?{urlencode({'volume': volume})}" if settings.web.url else "",
    )


def _headline(language: Language, line: Line, group: str, volume: str) -> str:
    finding, names = line.episode.finding, {"group": group, "volume": volume}
    share = language.percent(units.percent(finding.used, finding.limit))
    if line.reason is Reason.EXEMPT:
        return language.say("The quota of {group} on {volume} is lifted", **names)
    if line.reason is Reason.ENDED:
        return language.say("Thank you: {group} is well within its quota on {volume} again", **names)
    if finding.ahead is not None:
        return language.count(
            "In {count} day {group} will have used about {share} of its quota on {volume}",
            "In {count} days {group} will have used about {share} of its quota on {volume}",
            finding.ahead,
            share=share,
            **names,
        )
    return language.say("{group} has used {share} of its quota on {volume}", share=share, **names)


def _amounts(language: Language, finding: Finding) -> str:
    words = {
        "used": language.amount(finding.used, finding.unit),
        "limit": language.amount(finding.limit, finding.unit),
    }
    if finding.ahead is not None:
        return language.say("That would be {used} of {limit}.", **words)
    return language.say("That is {used} of {limit}.", **words)


def _due(language: Language, finding: Finding, now: datetime, is_past: bool) -> str:
    if is_past or finding.due is None or finding.due <= now:
        return ""
    return language.say(
        "If it goes on as in the last days, the quota will be full on {day}.",
        day=language.day(finding.due, now),
    )


def _details(gid: int, volume: str, language: Language) -> list[str]:
    """Where most of it lies, who holds most, what is old; and as of when."""
    told: list[str] = []
    where = list(
        DirectoryUsageRow.select()
        .where(DirectoryUsageRow.volume == volume, DirectoryUsageRow.gid == gid)
        .order_by(DirectoryUsageRow.bytes.desc())
        .limit(MOST)
    )
    if where:
        named = [_of(language, f"{row.base}/{row.directory}".removesuffix("/."), row.bytes) for row in where]
        told.append(language.say("Most of it lies in {directories}.", directories=language.listed(named)))
    holders = list(
        UserUsageRow.select()
        .where(UserUsageRow.volume == volume, UserUsageRow.gid == gid)
        .order_by(UserUsageRow.bytes.desc())
        .limit(MOST)
    )
    if holders:
        people = [_of(language, user_name(row.uid), row.bytes) for row in holders]
        told.append(language.say("Most of it belongs to {people}.", people=language.listed(people)))
    usages = list(GroupUsageRow.select().where(GroupUsageRow.volume == volume, GroupUsageRow.gid == gid))
    if old := sum(row.ages.get("1y", 0) for row in usages):
        told.append(
            language.say(
                "Of it, {amount} were neither read nor written for a year.",
                amount=language.amount(old, "bytes"),
            )
        )
    if usages:
        load = LoadRow.get(LoadRow.id == usages[0].load_id)
        told.append(language.say("Counted on {moment}.", moment=language.moment(load.as_of)))
    return told


def _of(language: Language, name: str, size: int) -> str:
    return f"{shortened(harmless(name), 60)} ({language.amount(size, 'bytes')})"
