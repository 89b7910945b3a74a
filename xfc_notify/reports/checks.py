"""Looks whether reports can be made: the folders, the files beside the data, and what was loaded last."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta

from xfc_notify.errors import WrongInput
from xfc_notify.parts import Check, Checked, Inspection
from xfc_notify.paths import harmless
from xfc_notify.reports.settings import Reports, ReportVolume, out_folder
from xfc_notify.units import at

OLD = timedelta(days=10)


def look_at_reports(asked: Inspection) -> Iterator[Checked]:
    """The settings of reports, and each volume."""
    reports = asked.settings.of(Reports)
    if not reports.volumes:
        return
    yield _files(reports)
    out = out_folder(asked.settings)
    if not os.access(out if out.exists() else out.parent, os.W_OK):
        do = "make it, for the user of the workers: [reports] out"
        yield Checked("report out", "failed", f"{harmless(str(out))} cannot be written", do)
    for volume in reports.volumes:
        yield _volume(volume, reports, asked)


def _files(reports: Reports) -> Checked:
    from xfc_notify.reports import bases, quotas

    try:
        if reports.basedirs:
            bases.read(reports.basedirs)
        for volume in reports.volumes:
            if file := volume.quotas or reports.quotas:
                quotas.read(file, volume.mount)
    except WrongInput as error:
        return Checked("report files", "failed", error.what, "correct it")
    return Checked("report files", "ok", "base directories and quotas can be read")


def _volume(volume: ReportVolume, reports: Reports, asked: Inspection) -> Checked:
    from xfc_notify.reports import find

    name = f"report {volume.name}"
    try:
        found = find.captures(volume, reports, asked.now)
    except WrongInput as error:
        return Checked(name, "failed", error.what, error.hint)
    if not found:
        return Checked(name, "notice", "no data yet", f"does wrstat run, and is its mount {volume.mount}?")
    if not asked.has_database:
        return Checked(name, "ok", f"data as of {at(found[-1].as_of)} UTC")
    return _loaded(volume, name, asked.now)


def _loaded(volume: ReportVolume, name: str, now: datetime) -> Checked:
    """What became of the last data."""
    from xfc_notify.reports.states import LoadState
    from xfc_notify.reports.tables import LoadRow
    from xfc_notify.store import database, migrate

    with database.connected():
        if migrate.pending():
            return Checked(
                name, "notice", "unknown until the tables are up to date", "run: xfc-notify migrate"
            )
        rows = LoadRow.select().where(LoadRow.volume == volume.name)
        last = rows.order_by(LoadRow.as_of.desc(), LoadRow.ended_at.desc()).first()
    if last is None:
        return Checked(name, "notice", "data, but none is loaded", "run: xfc-notify reports load")
    if last.state == LoadState.FAILED:
        what = f"the last data are not loaded: {last.failure}"
        return Checked(name, "notice", what, "reports load --again")
    what = f"as of {at(last.as_of)} UTC"
    if now - last.as_of > OLD:
        return Checked(name, "notice", f"old: {what}", "does wrstat still run?")
    return Checked(name, "ok", what)


CHECKS = (Check(("reports",), look_at_reports, needs_database=True),)
