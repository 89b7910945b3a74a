"""An operator lifts a limit for an area, or lets it hold again; the owner is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from xfc_notify import domain
from xfc_notify.domain import Level
from xfc_notify.errors import WrongInput
from xfc_notify.notify.episodes import exempt_beforehand, exempted
from xfc_notify.notify.exempt import lifted
from xfc_notify.notify.speak import speak_if_possible
from xfc_notify.plugins import Plugins
from xfc_notify.settings import Settings
from xfc_notify.store import areas, episodes, exemptions
from xfc_notify.store.database import db
from xfc_notify.store.tables import Area, Exemption, Scan
from xfc_notify.wire import load_finding


def grant(
    area: Area, exemption: domain.Exemption, settings: Settings, plugins: Plugins, now: datetime
) -> None:
    """Lift the limit of a policy: its episode in this area ends, and the owner is told so as soon as the rules allow.

    A standing exemption of the same policy is replaced. Raises WrongInput if the policy has said nothing of the
    area at its last scan.
    """
    plugin, finding = _last_finding(area, exemption.policy)
    finding = lifted(exemption.policy, finding, [exemption], now)
    with db.atomic():
        before = [
            it
            for it in exemptions.standing(now, area.user)
            if it.area == area and it.policy == exemption.policy
        ]
        exemptions.end(before, now)
        exemptions.grant(area, exemption, now)
        _show_level(area, now)  # before the user is locked: so does whoever records a result
        user = areas.locked(area.user)
        _keep_end(before, now)
        ended = [
            exempted(it, finding, now)
            for it in episodes.unsettled_in(area)
            if it.policy == exemption.policy and it.ended_at is None
        ]
        for episode in ended or [exempt_beforehand(plugin, finding, exemption, now)]:
            stored = episodes.save(area, episode)
            what = f"lifted until {exemption.until:%Y-%m-%d %H:%M} UTC: {exemption.reason}"
            episodes.note(area, stored, "exempt", what, now)
        speak_if_possible(user, settings, plugins, now)


def end(standing: Sequence[Exemption], now: datetime) -> None:
    """End exemptions early: the next scan is judged as usual."""
    with db.atomic():
        exemptions.end(standing, now)
        for area in {it.area.id: it.area for it in standing}.values():
            _show_level(area, now)
        for user in {it.area.user.id: it.area.user for it in standing}.values():
            areas.locked(user)
        _keep_end(standing, now)


def _keep_end(ended: Sequence[Exemption], now: datetime) -> None:
    """Record that a limit holds again; owners who were never told of the exemption need not hear of it."""
    for it in ended:
        episodes.note_area(it.area, it.policy, "exempt ended", "the limit holds again", now)
        for episode in episodes.unsettled_in(it.area):
            if episode.policy == it.policy and episode.finding.lifted is not None:
                episodes.save(it.area, replace(episode, settled=True))


def _show_level(area: Area, now: datetime) -> None:
    """The level at which an area is listed: that of its last scan, apart from lifted limits."""
    scan = Scan.get_or_none(Scan.id == area.last_scan)
    given = exemptions.of_area(area, now)
    found = (scan.findings or []) if scan else []
    levels = (lifted(it["policy"], load_finding(it), given, now).level for it in found)
    if scan is not None:
        Area.update(level=int(max(levels, default=Level.OK))).where(Area.id == area.id).execute()


def _last_finding(area: Area, policy: str) -> tuple[str, domain.Finding]:
    """The plugin and the finding of a policy at the last scan of an area."""
    scan = Scan.get_or_none(Scan.id == area.last_scan)
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
