"""Areas and volumes, for programs."""

from typing import Annotated

from annotated_types import Ge, Le

from xfc_notify.areas.scan_views import FailedScan, ScanView, failed_scans, scan_views
from xfc_notify.areas.settings import Limits
from xfc_notify.areas.volume_views import VolumeView, volume_view
from xfc_notify.pages import Many, Resource, Role, Visit
from xfc_notify.people.resources import user_row

Count = Annotated[int, Ge(1), Le(1000)]


def _mine(visit: Visit, *, count: Count = 30) -> Many:
    """The latest scans of each of your own areas, newest first."""
    return _scans(visit.who.name, count)


def _of(visit: Visit, *, user: str, count: Count = 30) -> Many:  # noqa: ARG001
    """The latest scans of each area of a user, newest first."""
    return _scans(user, count)


def _scans(name: str, count: int) -> Many:
    return Many([scan for found in scan_views(user_row(name), count).values() for scan in found])


def _failures(visit: Visit, *, count: Count = 100) -> Many:  # noqa: ARG001
    """The areas whose last scan failed, the latest first."""
    return Many(failed_scans(None, count))


def _volumes(visit: Visit) -> Many:
    """How full every volume is by the last scans, and what the policies say of it."""
    settings, plugins = visit.service.settings, visit.service.plugins
    counts = settings.of(Limits).counts
    return Many([volume_view(one.volume(), plugins, counts, visit.now) for one in settings.volumes])


RESOURCES = (
    Resource("/me/scans", Role.USER, _mine, ScanView, many=True),
    Resource("/users/{user}/scans", Role.OPERATOR, _of, ScanView, many=True),
    Resource("/failures", Role.OPERATOR, _failures, FailedScan, many=True),
    Resource("/volumes", Role.OPERATOR, _volumes, VolumeView, many=True),
)
