"""An operator lifts a limit for an area, or lets it hold again; the owner is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from xfc_notify import domain
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.domain import Level
from xfc_notify.errors import WrongInput
from xfc_notify.notify import episode_rows, exemption_rows
from xfc_notify.notify.episodes import exempt_beforehand, exempted
from xfc_notify.notify.exempt import lifted
from xfc_notify.notify.speak import speak_if_possible
from xfc_notify.notify.tables import ExemptionRow
from xfc_notify.people import users
from xfc_notify.plugins.service import Service
from xfc_notify.store.database import db
from xfc_notify.store.finding_json import load_finding


def grant(area: AreaRow, exemption: domain.Exemption, service: Service, now: datetime) -> None:
    """Lift the limit of a policy: its episode in this area ends, and the owner is told so as soon as the rules allow.

    A standing exemption of the same policy is replaced. Raises WrongInput if the policy has said nothing of the
    area at its last scan.
    """
    plugin, finding = _last_finding(area, exemption.policy)
    finding = lifted(exemption.policy, finding, [exemption], now)
    with db.atomic():
        before = [
            it
            for it in exemption_rows.standing(now, area.user)
            if it.area == area and it.policy == exemption.policy
        ]
        exemption_rows.end(before, now)
        exemption_rows.grant(area, exemption, now)
        _show_level(area, now)  # before the user is locked: so does whoever records a result
        user = users.locked(area.user)
        _keep_end(before, now)
        ended = [
            exempted(it, finding, now)
            for it in episode_rows.unsettled_in(area)
            if it.policy == exemption.policy and it.ended_at is None
        ]
        for episode in ended or [exempt_beforehand(plugin, finding, exemption, now)]:
            stored = episode_rows.save(area, episode)
            what = f"lifted until {exemption.until:%Y-%m-%d %H:%M} UTC: {exemption.reason}"
            episode_rows.note(area, stored, "exempt", what, now)
        speak_if_possible(user, service, now)


def end(standing: Sequence[ExemptionRow], now: datetime) -> None:
    """End exemptions early: the next scan is judged as usual."""
    with db.atomic():
        exemption_rows.end(standing, now)
        for area in {it.area.id: it.area for it in standing}.values():
            _show_level(area, now)
        for user in {it.area.user.id: it.area.user for it in standing}.values():
            users.locked(user)
        _keep_end(standing, now)


def _keep_end(ended: Sequence[ExemptionRow], now: datetime) -> None:
    """Record that a limit holds again; owners who were never told of the exemption need not hear of it."""
    for it in ended:
        episode_rows.note_area(it.area, it.policy, "exempt ended", "the limit holds again", now)
        for episode in episode_rows.unsettled_in(it.area):
            if episode.policy == it.policy and episode.finding.lifted is not None:
                episode_rows.save(it.area, replace(episode, settled=True))


def _show_level(area: AreaRow, now: datetime) -> None:
    """The level at which an area is listed: that of its last scan, apart from lifted limits."""
    scan = ScanRow.get_or_none(ScanRow.id == area.last_scan)
    given = exemption_rows.of_area(area, now)
    found = (scan.findings or []) if scan else []
    levels = (lifted(it["policy"], load_finding(it), given, now).level for it in found)
    if scan is not None:
        AreaRow.update(level=int(max(levels, default=Level.OK))).where(AreaRow.id == area.id).execute()


def _last_finding(area: AreaRow, policy: str) -> tuple[str, domain.Finding]:
    """The plugin and the finding of a policy at the last scan of an area."""
    scan = ScanRow.get_or_none(ScanRow.id == area.last_scan)
    found = (scan.findings or []) if scan else []
    for data in found:
        if data["policy"] == policy:
            return data.get("plugin", policy), replace(load_finding(data), level=Level.OK)
    if scan is None:
        raise WrongInput(
            f"{area.path} has not been scanned yet.", f"See: xfc-notify enqueue {area.user.name}"
        )
    known = ", ".join(data["policy"] for data in found) or "none"
    raise WrongInput(f"--policy: {policy} said nothing of {area.path} at its last scan.", f"Known: {known}")
