"""The table of `status`, which the demonstration shows too."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xfc_notify.cli.bars import bar
from xfc_notify.cli.output import Column, or_dash, print_table, say
from xfc_notify.units import at

if TYPE_CHECKING:
    from xfc_notify.areas.finding_views import AreaFinding
    from xfc_notify.areas.views import Standing
    from xfc_notify.notify.views import ExemptionView

_SHOWN = {"quota_hard", "quota_temporal"}
"""The policies whose shares the table shows."""

_KINDS = {"other_file_system": "mounted there", "excluded": "excluded by the settings"}

_COLUMNS = (
    Column("user"),
    Column("volume", spare=4),
    Column("hard quota"),
    Column("used", right=True, spare=3),
    Column("temporal quota"),
    Column("used", right=True, spare=2),
    Column("level"),
    Column("by"),
    Column("passed on"),
    Column("files", right=True, spare=1),
    Column("last scan (UTC)", spare=5),
)


def print_standings(standings: "Sequence[Standing]", lifted: "Sequence[ExemptionView]" = ()) -> None:
    """Where areas stand, with what is lifted for them."""
    from xfc_notify.usage import Counted, Source

    areas = {exemption.area for exemption in lifted}
    on_disk = any(standing.counts is Counted.ALLOCATED for standing in standings)
    print_table(_COLUMNS, [_cells(standing, lifted=standing.area in areas) for standing in standings])
    for standing in standings:
        for line in _unexplained(standing):
            say(line)
    for exemption in lifted:
        until = at(exemption.until)
        say(f"lifted until {until} UTC: {exemption.policy} of {exemption.area}: {exemption.reason}")
    for standing in standings:
        if standing.left_out:
            places = ", ".join(
                f"{count:,} {_KINDS.get(kind, kind)}" for kind, count in standing.left_out.items()
            )
            say(f"not measured in {standing.area}: {places}")
    surveyed = sorted({standing.volume for standing in standings if standing.source is Source.WRSTAT})
    if surveyed:
        say(f"by the data of wrstat, as of the times of its captures: {', '.join(surveyed)}")
    if on_disk:
        say("hard quotas count what files take on disk, not their lengths")
    if any(standing.complete is False for standing in standings):
        say("* not everything could be read: a lower bound")


def _cells(standing: "Standing", *, lifted: bool) -> tuple[str, ...]:
    from xfc_notify.domain import Level

    worst = [found for found in standing.findings if found.level == standing.level != Level.OK]
    dates = [found.due for found in standing.findings if found.due is not None]
    hard = standing.of_policy("quota_hard")
    temporal = standing.of_policy("quota_temporal")
    return (
        standing.user,
        standing.volume,
        *_share(hard, standing.counted, standing.hard_quota, "bytes", complete=standing.complete),
        *_share(
            temporal,
            standing.temporal_usage,
            standing.temporal_quota,
            "byte-days",
            complete=standing.complete,
        ),
        "lifted" if lifted and standing.level is Level.OK else or_dash(standing.level, str),
        ", ".join(dict.fromkeys(found.policy for found in worst)) or "-",
        f"{min(dates):%Y-%m-%d}" if dates else "-",
        or_dash(standing.files, "{:,}".format),
        "never" if standing.size is None else at(standing.last_scanned),
    )


def _share(
    found: "AreaFinding | None", measured: float | None, quota: float, unit: str, *, complete: bool | None
) -> tuple[str, str]:
    """The share of a quota as a bar, and the amounts: as its policy says, or as measured if it says nothing."""
    from xfc_notify.units import format_amount, format_of, percent

    if measured is None:
        return "-", f"of {format_amount(quota, unit)}"
    used, limit = (found.used, found.limit) if found is not None else (measured, quota)
    share = found.percent if found is not None else percent(used, limit)
    mark = "*" if complete is False else ""
    return f"{bar(share)} {share:>3,} %{mark}", format_of(used, limit, unit) + mark


def _unexplained(standing: "Standing") -> list[str]:
    """A line for each policy that sets an area's level, if neither quota in the table does."""
    from xfc_notify.domain import Level
    from xfc_notify.units import format_of

    worst = [found for found in standing.findings if found.level == standing.level != Level.OK]
    if any(found.policy in _SHOWN for found in worst):
        return []
    return [
        f"{found.level}: {found.policy} of {standing.area}: {format_of(found.used, found.limit, found.unit)}"
        for found in worst
    ]
