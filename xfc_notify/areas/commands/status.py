"""xfc-notify status: who stands where."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.areas.commands.standing_table import print_standings
from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json_list, say
from xfc_notify.cli.session import session
from xfc_notify.units import at, counted

if TYPE_CHECKING:
    from xfc_notify.cli.session import Session
    from xfc_notify.domain import Level
    from xfc_notify.people.tables import UserRow

MOST_ROWS = 50
"""What a person can read; nobody reads 100,000."""


class LevelChoice(StrEnum):
    """As domain.Level, which is imported late."""

    OK = "ok"
    NOTICE = "notice"
    WARNING = "warning"
    OVER = "over"


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status", help="Usage, level and last scan of everybody, or of one user.")(_status)


def _status(
    user: Annotated[
        str | None, typer.Argument(metavar="USER", help="A username; everybody, if none is given.")
    ] = None,
    level: Annotated[LevelChoice | None, typer.Option(help="Only areas at this level or worse.")] = None,
    every: Annotated[bool, typer.Option("--all", help=f"Not only the {MOST_ROWS} worst.")] = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.areas.settings import Limits
    from xfc_notify.domain import Level
    from xfc_notify.notify import views
    from xfc_notify.people import users

    now, least = datetime.now(UTC), Level.named(level) if level else None
    with session(settings, reads=True) as opened:
        counts = opened.settings.of(Limits).counts
        whose = users.user_named(user) if user else None
        if as_json:
            print_json_list(views.standings(now, counts, whose, least))
            return
        standings = list(views.standings(now, counts, whose, least, None if every or user else MOST_ROWS))
        lifted = views.exemptions(now, whose)
        full = [] if user else [*_filling(), *_overdue(opened, now)]
        failures = _failed(whose)
        summary = [] if every or user or len(standings) < MOST_ROWS else _summary(least)
    if standings:
        print_standings(standings, lifted)
    elif level:
        say(f"No area is at the level {level} or worse.")
    else:
        say("No areas are known yet; xfc-notify discover finds them.")
    say(*full, *failures, *summary)


def _filling() -> list[str]:
    """A line for every volume that is filling up."""
    from xfc_notify.notify.views import full_volumes
    from xfc_notify.units import format_of

    return [
        f"volume {full.volume}: {full.level}: {format_of(full.used, full.limit, full.unit)} used"
        for full in full_volumes()
    ]


def _overdue(opened: "Session", now: datetime) -> list[str]:
    """A line if areas were not measured for long."""
    from xfc_notify.areas import areas
    from xfc_notify.areas.views import overdue_in_words

    late = areas.overdue(now - 2 * opened.settings.scan.every, opened.settings.surveyed)
    return [] if late is None else [overdue_in_words(late)]


def _failed(user: "UserRow | None") -> list[str]:
    """A line for every area whose last scan failed, the latest first, and one for those that are too many."""
    from xfc_notify.areas.scan_views import failed_scans

    found = failed_scans(user, MOST_ROWS + 1)
    lines = [f"last scan failed at {at(scan.as_of)}: {scan.area}: {scan.failure}" for scan in found]
    return [*lines[:MOST_ROWS], "more scans failed before"] if len(lines) > MOST_ROWS else lines


def _summary(least: "Level | None") -> list[str]:
    """How many areas are at which level, and how to see the rest; empty if all are shown."""
    from xfc_notify.areas import areas

    counts = areas.levels()
    meant = sum(
        count for level, count in counts.items() if least is None or (level is not None and level >= least)
    )
    if meant <= MOST_ROWS:
        return []
    where = ", ".join(
        f"{count:,} {'never scanned' if level is None else level}" for level, count in counts.items()
    )
    more = meant - MOST_ROWS
    return [
        f"{counted(sum(counts.values()), 'area')}: {where}.",
        f"{more:,} more {'is' if more == 1 else 'are'} not shown; --level, USER, --all or --json show them.",
    ]
