"""The table of `status`, which the demonstration shows too."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xfc_notify.cli.output import Column, or_dash, print_table, say
from xfc_notify.units import at

if TYPE_CHECKING:
    from xfc_notify.areas.views import Standing
    from xfc_notify.notify.views import ExemptionView

_SHOWN = {"quota_hard", "quota_temporal"}
"""The policies whose shares the table shows."""

_COLUMNS = (
    Column("user"),
    Column("volume", spare=4),
    Column("size", right=True),
    Column("hard quota", right=True, spare=3),
    Column("used", right=True),
    Column("temporal usage", right=True),
    Column("temporal quota", right=True, spare=2),
    Column("used", right=True),
    Column("files", right=True, spare=1),
    Column("level"),
    Column("last scan (UTC)", spare=5),
)


def print_standings(standings: "Sequence[Standing]", lifted: "Sequence[ExemptionView]" = ()) -> None:
    """Where areas stand, with what is lifted for them."""
    from xfc_notify.usage import Counted

    areas = {exemption.area for exemption in lifted}
    on_disk = any(standing.counts is Counted.ALLOCATED for standing in standings)
    columns = [
        column._replace(header="on disk") if on_disk and column.header == "size" else column
        for column in _COLUMNS
    ]
    print_table(columns, [_cells(standing, lifted=standing.area in areas) for standing in standings])
    for standing in standings:
        for line in _unexplained(standing):
            say(line)
    for exemption in lifted:
        until = at(exemption.until)
        say(f"lifted until {until} UTC: {exemption.policy} of {exemption.area}: {exemption.reason}")
    if on_disk:
        say("on disk: what the files take there, which is what hard quotas count")
    if any(standing.complete is False for standing in standings):
        say("* not everything could be read: a lower bound")


def _cells(standing: "Standing", *, lifted: bool) -> tuple[str, ...]:
    from xfc_notify.domain import Level
    from xfc_notify.units import format_byte_days, format_size, percent
    from xfc_notify.usage import Counted

    mark = "*" if standing.complete is False else ""
    quota, temporal_quota = standing.hard_quota, standing.temporal_quota
    said = (found.used for found in standing.findings if found.policy == "quota_temporal")
    used = next(said, standing.temporal_usage)
    held = standing.allocated if standing.counts is Counted.ALLOCATED else standing.size
    return (
        standing.user,
        standing.volume,
        or_dash(held, format_size) + mark,
        format_size(quota),
        or_dash(held, lambda size: f"{percent(size, quota)} %"),
        or_dash(used, format_byte_days) + mark,
        format_byte_days(temporal_quota),
        or_dash(used, lambda amount: f"{percent(amount, temporal_quota)} %"),
        or_dash(standing.files, "{:,}".format),
        "lifted" if lifted and standing.level is Level.OK else or_dash(standing.level, str),
        "never" if standing.size is None else at(standing.last_scanned),
    )


def _unexplained(standing: "Standing") -> list[str]:
    """A line for each policy that sets an area's level, if neither quota in the table does."""
    from xfc_notify.domain import Level
    from xfc_notify.units import format_amount

    worst = [found for found in standing.findings if found.level == standing.level != Level.OK]
    if any(found.policy in _SHOWN for found in worst):
        return []
    return [
        f"{found.level}: {found.policy} of {standing.area}: "
        f"{format_amount(found.used, found.unit)} of {format_amount(found.limit, found.unit)}"
        for found in worst
    ]
