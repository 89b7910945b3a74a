"""The areas on a volume that `wrstat` has walked: measured by its capture, as if each had been scanned then."""

import os
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from xfc_notify.areas import surveys
from xfc_notify.areas.tables import AreaRow
from xfc_notify.notify.record import record
from xfc_notify.plugins.service import Service
from xfc_notify.reports.settings import Reports, ReportVolume
from xfc_notify.reports.survey import Found, survey
from xfc_notify.reports.survey_rows import How
from xfc_notify.reports.tables import LoadRow
from xfc_notify.settings import Settings
from xfc_notify.store.isolation import made_if_possible
from xfc_notify.units import at
from xfc_notify.usage import Source, Usage


def measure_areas(
    row: LoadRow, volume: ReportVolume, file: Path, work: Path, service: Service, now: Callable[[], datetime]
) -> int:
    """Measure the areas that take their figures from a volume by one of its captures; how many were tried.

    Each is recorded by itself: what is begun again goes on with those of which this capture is not known yet.
    """
    areas = {area.id: area for area in surveys.wanting(_names(volume, service.settings), row.as_of)}
    tried, scan = len(areas), service.settings.scan
    how = How(row.as_of, scan.clock, scan.exclude)
    take = partial(_take, service=service, now=now)
    for number, found in survey(file, {area.id: area.path for area in areas.values()}, how, work):
        area = areas.pop(number)
        take(area, found.usage, _refusal(area, found))
    for area in areas.values():
        take(area, Usage(row.as_of, scan.clock), f"not in the data of wrstat of {at(row.as_of)} UTC")
    return tried


def _names(volume: ReportVolume, settings: Settings) -> list[str]:
    """The volumes whose areas take their figures from this one."""
    reports = settings.of(Reports)
    return [
        table.name
        for table in settings.volumes
        if table.source is Source.WRSTAT and reports.around(table) == volume
    ]


def _refusal(area: AreaRow, found: Found) -> str | None:
    """Why what was found is not the area; None if it is. As a scan refuses it."""
    if found.kind not in ("", "d"):
        return "is a link, and links are not followed" if found.kind == "l" else "is not a directory"
    if found.uid is not None and area.uid not in (None, found.uid):
        return f"belongs to uid {found.uid} now, not to {area.uid}; xfc-notify discover sees whose it is"
    return None


def _take(
    area: AreaRow, usage: Usage, failure: str | None, service: Service, now: Callable[[], datetime]
) -> None:
    """Record what was found of an area; a bug that hits one stops none of the others."""

    def take() -> None:
        answer = surveys.answer_of(area.id, usage, failure and f"{area.path} {failure}", os.uname().nodename)
        if answer is not None:
            record(answer, service, now())

    made_if_possible(take, "usage", area.path)
