"""An operator lifts a limit for an area, or lets it hold again; its user is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from xfc_notify import domain
from xfc_notify.areas import areas
from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import Level
from xfc_notify.errors import WrongInput
from xfc_notify.notify import episode_rows, exemption_rows
from xfc_notify.notify.episodes import Measurement, exempt_beforehand, exempted
from xfc_notify.notify.exempt import lifted
from xfc_notify.notify.judge import judge_again
from xfc_notify.notify.speak import speak_if_possible
from xfc_notify.notify.tables import ExemptionRow
from xfc_notify.people import events, users
from xfc_notify.plugins.service import Service
from xfc_notify.states import EventKind
from xfc_notify.store.database import db
from xfc_notify.store.finding_json import load_finding
from xfc_notify.store.isolation import made_if_possible
from xfc_notify.units import at


def grant(area: AreaRow, exemption: domain.Exemption, service: Service, now: datetime) -> None:
    """Lift the limit of a policy: its episode in this area ends, and its user is told so as soon as the rules allow.

    A standing exemption of the same policy is replaced. Raises WrongInput if the policy has said nothing of the
    area at its last scan.
    """
    with db.atomic():
        area = areas.locked(area)
        plugin, finding, measured = _last_finding(area, exemption.policy)
        finding = lifted(exemption.policy, finding, [exemption], now)
        subject = area.subject
        user = users.locked(area.user)
        before = [
            row
            for row in exemption_rows.standing(now, area.user)
            if row.subject == subject and row.policy == exemption.policy
        ]
        exemption_rows.end(before, now)
        exemption_rows.close(before)
        exemption_rows.grant(subject, exemption, now)
        _keep_end(before, now)
        ended = [
            exempted(episode, finding, now)
            for episode in episode_rows.unsettled_in(subject)
            if episode.policy == exemption.policy and episode.ended_at is None
        ]
        for episode in ended or [exempt_beforehand(plugin, finding, exemption, measured, now)]:
            stored = episode_rows.save(subject, episode)
            what = f"lifted until {at(exemption.until)} UTC: {exemption.reason}"
            episode_rows.note(subject, stored, EventKind.EXEMPT, what, now)
        areas.show_level(area, episode_rows.worst_in(subject))
        speak_if_possible(user, service, now)


def end(standing: Sequence[ExemptionRow], service: Service, now: datetime) -> None:
    """Let limits hold again before their exemptions end; their areas are judged at once."""
    exemption_rows.end(standing, now)
    judge_ended(service, now)


def judge_ended(service: Service, now: datetime) -> int:
    """Judge the areas whose exemptions have ended and were not judged since; how many exemptions."""
    of_subject = areas.of_subjects(row.subject_id for row in exemption_rows.ended(now))
    judged = (
        made_if_possible(partial(_judge_ended, area, service, now), "judgement", area.path)
        for area in of_subject.values()
    )
    return sum(count or 0 for count in judged)


def _judge_ended(area: AreaRow, service: Service, now: datetime) -> int:
    area = areas.locked(area)
    users.locked(area.user)
    ended = exemption_rows.ended(now, area.subject_id)
    _keep_end(ended, now)
    exemption_rows.close(ended)
    judge_again(area, service, now)
    return len(ended)


def _keep_end(ended: Sequence[ExemptionRow], now: datetime) -> None:
    """Keep that a limit holds again; if its user was not told that it did not, they need not be."""
    for row in ended:
        events.note(row.subject, EventKind.EXEMPT_ENDED, "the limit holds again", now, policy=row.policy)
        for episode in episode_rows.unsettled_in(row.subject):
            if episode.policy == row.policy and episode.finding.lifted is not None:
                episode_rows.save(row.subject, replace(episode, settled=True))


def _last_finding(area: AreaRow, policy: str) -> tuple[str, domain.Finding, Measurement]:
    """The plugin and the finding of a policy at the last scan of an area, and that scan."""
    scan = areas.last_whole_scan(area)
    if scan is None:
        raise WrongInput(
            f"{area.path} has not been scanned yet.", f"See: xfc-notify enqueue {area.user.name}"
        )
    found = scan.findings or []
    for data in found:
        if data["policy"] == policy:
            finding = replace(load_finding(data), level=Level.OK)
            return data.get("plugin", policy), finding, Measurement.taken(scan.as_of, scan.ended_at)
    known = ", ".join(data["policy"] for data in found) or "none"
    raise WrongInput(f"--policy: {policy} said nothing of {area.path} at its last scan.", f"Known: {known}")
