"""An operator lifts a limit for an area, or lets it hold again; its user is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from xfc_notify import domain
from xfc_notify.areas import areas
from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import Level
from xfc_notify.errors import WrongInput
from xfc_notify.notify import episode_rows, exemption_rows
from xfc_notify.notify.episodes import exempt_beforehand, exempted
from xfc_notify.notify.exempt import lifted
from xfc_notify.notify.speak import speak_if_possible
from xfc_notify.notify.tables import ExemptionRow
from xfc_notify.people import events, users
from xfc_notify.plugins.service import Service
from xfc_notify.states import EventKind
from xfc_notify.store.database import db
from xfc_notify.store.finding_json import load_finding
from xfc_notify.units import at


def grant(area: AreaRow, exemption: domain.Exemption, service: Service, now: datetime) -> None:
    """Lift the limit of a policy: its episode in this area ends, and its user is told so as soon as the rules allow.

    A standing exemption of the same policy is replaced. Raises WrongInput if the policy has said nothing of the
    area at its last scan.
    """
    plugin, finding = _last_finding(area, exemption.policy)
    finding = lifted(exemption.policy, finding, [exemption], now)
    subject = area.subject
    with db.atomic():
        before = [
            row
            for row in exemption_rows.standing(now, area.user)
            if row.subject == subject and row.policy == exemption.policy
        ]
        exemption_rows.end(before, now)
        exemption_rows.grant(subject, exemption, now)
        _show_level(area, now)  # before the user is locked: so does whoever records a result
        user = users.locked(area.user)
        _keep_end(before, now)
        ended = [
            exempted(episode, finding, now)
            for episode in episode_rows.unsettled_in(subject)
            if episode.policy == exemption.policy and episode.ended_at is None
        ]
        for episode in ended or [exempt_beforehand(plugin, finding, exemption, now)]:
            stored = episode_rows.save(subject, episode)
            what = f"lifted until {at(exemption.until)} UTC: {exemption.reason}"
            episode_rows.note(subject, stored, EventKind.EXEMPT, what, now)
        speak_if_possible(user, service, now)


def end(standing: Sequence[ExemptionRow], now: datetime) -> None:
    """End exemptions early: the next scan is judged as usual."""
    with db.atomic():
        exemption_rows.end(standing, now)
        for area in areas.of_subjects(row.subject.id for row in standing).values():
            _show_level(area, now)
        for user in {row.subject.user.id: row.subject.user for row in standing}.values():
            users.locked(user)
        _keep_end(standing, now)


def _keep_end(ended: Sequence[ExemptionRow], now: datetime) -> None:
    """Keep that a limit holds again; if its user was not told that it did not, they need not be."""
    for row in ended:
        events.note(row.subject, EventKind.EXEMPT_ENDED, "the limit holds again", now, policy=row.policy)
        for episode in episode_rows.unsettled_in(row.subject):
            if episode.policy == row.policy and episode.finding.lifted is not None:
                episode_rows.save(row.subject, replace(episode, settled=True))


def _show_level(area: AreaRow, now: datetime) -> None:
    """The level at which an area is listed: that of its last scan, apart from lifted limits."""
    scan = areas.last_whole_scan(area)
    if scan is not None:
        given = exemption_rows.of_subject(area.subject_id, now)
        found = scan.findings or ()
        levels = (lifted(data["policy"], load_finding(data), given, now).level for data in found)
        areas.show_level(area, max(levels, default=Level.OK))


def _last_finding(area: AreaRow, policy: str) -> tuple[str, domain.Finding]:
    """The plugin and the finding of a policy at the last scan of an area."""
    scan = areas.last_whole_scan(area)
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
