"""The quotas of the groups on a volume: what an operator has set, Lustre says, or a file."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from xfc_notify.people import limits
from xfc_notify.people.tables import GroupRow
from xfc_notify.reports import quotas
from xfc_notify.reports.figures import Standing
from xfc_notify.reports.lfs import Lfs
from xfc_notify.reports.quotas import Quota, QuotaFile
from xfc_notify.reports.settings import Reports, ReportVolume
from xfc_notify.reports.summary import GroupTotal

log = logging.getLogger(__name__)


def standings(
    volume: ReportVolume,
    reports: Reports,
    totals: Sequence[GroupTotal],
    groups: Mapping[int, GroupRow],
    now: datetime,
) -> dict[int, Standing]:
    """gid → standing of all groups that have something there.

    What an operator has set counts before what Lustre says, and that before the file. WrongInput if the file is wrong.
    """
    file = _file(volume, reports)
    lfs = Lfs(volume.mount, reports.lfs_seconds, now, silent=not volume.lfs)
    by_operator = {
        row.group_id: Quota(row.bytes, row.files, "operator", row.set_at)
        for row in limits.on_volume(volume.name)
    }
    found: dict[int, Standing] = {}
    for total in totals:
        name = groups[total.gid].name if total.gid in groups else str(total.gid)
        quota = by_operator.get(total.gid) or (lfs.quota(name) if total.gid >= 0 else None)
        quota = quota or (file.of(total.gid, name) if file else None)
        if quota is not None:
            found[total.gid] = Standing(quota.bytes, quota.files, quota.source, quota.as_of)
    for complaint in lfs.complaints():
        log.warning(
            "%s; %s", complaint, "the file of quotas is asked instead" if file else "no quota is known"
        )
    return found


def _file(volume: ReportVolume, reports: Reports) -> QuotaFile | None:
    file = volume.quotas or reports.quotas
    return quotas.read(file, volume.mount) if file else None
