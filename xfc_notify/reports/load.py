"""Loads one capture: reads it, works out its figures, and takes them in one transaction."""

import errno
import logging
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import monotonic
from urllib.parse import quote

from xfc_notify.domain import Finding, Group
from xfc_notify.errors import WrongInput
from xfc_notify.notify.words.notices import shrunk_message
from xfc_notify.outbox.send import send_to_operators
from xfc_notify.paths import harmless, parse
from xfc_notify.people import groups
from xfc_notify.plugins.service import Service
from xfc_notify.reports import bases, judge, loads, standing
from xfc_notify.reports.cells import Read, write_cells
from xfc_notify.reports.errors import BadData, NoRoom
from xfc_notify.reports.figures import Standing
from xfc_notify.reports.measured import measure_areas
from xfc_notify.reports.place import PseudoGroup
from xfc_notify.reports.settings import Reports, ReportVolume, out_folder
from xfc_notify.reports.stream import Identity, identity
from xfc_notify.reports.summary import Summary, summary
from xfc_notify.reports.tables import LoadRow
from xfc_notify.reports.vaults import VaultFile, vault_files
from xfc_notify.settings import Settings
from xfc_notify.store.database import db
from xfc_notify.store.isolation import made_if_possible
from xfc_notify.store.lease import renewed

log = logging.getLogger(__name__)


def carry_out(
    order: str, service: Service, now: Callable[[], datetime], watch: Callable[[int], None]
) -> bool:
    """Load what was ordered; whether its figures were taken by this. `watch` is told how many lines are read.

    What is wrong with the data is kept with the load and raised: WrongInput, BadData. NoRoom leaves it owed.
    """
    row = loads.begin(order, now())
    if row is None:
        return False
    try:
        with renewed(lambda: loads.renew(row, now()), f"load {row.id}"):
            return _load(row, service, now, watch)
    except NoRoom:
        loads.give_back(row)
        raise
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        loads.give_back(row)
        raise NoRoom(
            f"There is no room in {harmless(str(out_folder(service.settings)))}",
            "Make room there: [reports] out.",
        ) from None
    except WrongInput as error:
        loads.fail(row, error.what, now())
        log.warning("%s is not loaded: %s", row.volume, error.what)
        raise


def loaded_file(settings: Settings, volume: str) -> Path:
    """Where the cells of the last capture of a volume lie."""
    return out_folder(settings) / "loaded" / f"{quote(volume, safe='')}.parquet"


def clean(settings: Settings, now: datetime) -> None:
    """Remove what loads have left behind that died."""
    work = out_folder(settings) / "loaded" / ".work"
    for left in work.iterdir() if work.is_dir() else ():
        row = LoadRow.get_or_none(LoadRow.id == left.name)
        if row is None or row.lease_until is None or row.lease_until < now:
            shutil.rmtree(left, ignore_errors=True)


def _load(row: LoadRow, service: Service, now: Callable[[], datetime], watch: Callable[[int], None]) -> bool:
    began = monotonic()
    reports = service.settings.of(Reports)
    volume = next((volume for volume in reports.volumes if volume.name == row.volume), None)
    if volume is None:
        raise WrongInput(f"The volume {harmless(row.volume)} is not in the settings any more.")
    file = _file(row, volume, reports)
    work = out_folder(service.settings) / "loaded" / ".work" / row.id
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        cells = work / "cells.parquet"
        read = write_cells(file, cells, row.as_of, watch)
        found = bases.read(reports.basedirs) if reports.basedirs else bases.DEFAULT
        figures = summary(cells, found, pseudo_groups(reports))
        kept = list(vault_files(file)) if figures.has_vaults else []
        if measured := measure_areas(row, volume, file, work, service, now):
            log.info("%s: %d areas are measured by it", row.volume, measured)
        _file(row, volume, reports)  # still the same
        return _take(row, volume, service, read, figures, kept, cells, monotonic() - began, now())
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _take(
    row: LoadRow,
    volume: ReportVolume,
    service: Service,
    read: Read,
    figures: Summary,
    kept: list[VaultFile],
    cells: Path,
    seconds: float,
    now: datetime,
) -> bool:
    reports = service.settings.of(Reports)
    know_groups([total.gid for total in figures.totals], service, now)
    known = groups.by_gid(total.gid for total in figures.totals)
    stand = standing.standings(volume, reports, figures.totals, known, now)
    found = _judged(row, figures, stand)
    stand = {gid: replace(one, level=int(judge.level_of(found[gid]))) for gid, one in stand.items()}
    with db.atomic():
        if not loads.store(row, read, figures, kept, stand, seconds, now):
            return False
        if loads.is_latest(row):
            made_if_possible(lambda: judge.judge(row, found, service, now), "judgement", row.volume)
            cells.replace(loaded_file(service.settings, row.volume))
    log.info("%s is loaded: %d lines in %.1f s", row.volume, read.lines, seconds)
    if not loads.are_open():  # else the last one tells all that is due
        with db.atomic():
            judge.speak(service, now)
    return True


def _judged(row: LoadRow, figures: Summary, stand: Mapping[int, Standing]) -> dict[int, list[Finding]]:
    """gid → what is to be said of it, by its last captures."""
    before = judge.points_before(row.volume, row.as_of)
    found: dict[int, list[Finding]] = {}
    for total in figures.totals:
        points = [*before.get(total.gid, ()), (row.as_of, total.bytes, total.files)]
        quota = stand.get(total.gid, Standing())
        found[total.gid] = judge.findings(
            [(time, size) for time, size, _ in points],
            quota.quota,
            [(time, files) for time, _, files in points],
            quota.quota_files,
        )
    return found


def _file(row: LoadRow, volume: ReportVolume, reports: Reports) -> Path:
    """The file of a load; BadData if it is not the one that was found any more."""
    file = Path(os.fsdecode(os.fsencode(str(reports.folder_of(volume))) + b"/" + parse(row.name)))
    try:
        if identity(file, row.name) == Identity(row.name, row.mtime, row.size):
            return file
    except OSError:
        pass
    raise BadData(file, 0, "is gone, or has changed since it was found", "What is there now is loaded next.")


def pseudo_groups(reports: Reports) -> list[PseudoGroup]:
    """The pseudo-groups of the settings."""
    return [PseudoGroup(group.prefix, group.gid) for group in reports.pseudo_groups]


def know_groups(gids: list[int], service: Service, now: datetime) -> None:
    """Ask the plugins for groups that occur, and tell the operators of those that have shrunk.

    WrongInput if a pseudo-group has the name of a real one.
    """
    for pseudo in service.settings.of(Reports).pseudo_groups:
        if service.plugins.find_group(pseudo.name) is not None:
            raise WrongInput(
                f"[[reports.pseudo_groups]] {harmless(pseudo.name)}: there is a real group of that name.",
                "Give it another name.",
            )
        groups.put(Group(pseudo.gid, pseudo.name, pseudo.head), now)
    if doubted := groups.refresh(gids, service.plugins, now):
        message = shrunk_message([harmless(name) for name in doubted], service.settings, now)
        made_if_possible(lambda: send_to_operators(message, service), "message", "operators")
