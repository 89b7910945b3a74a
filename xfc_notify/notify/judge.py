"""Judges an area by what its last whole scan measured: after the scan, and again whenever a limit changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from xfc_notify.areas import areas, scans
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.domain import Level
from xfc_notify.notify import episode_rows, exemption_rows
from xfc_notify.notify.drops import believed
from xfc_notify.notify.episodes import Measurement
from xfc_notify.notify.exempt import lifted_judgement
from xfc_notify.notify.follow import follow
from xfc_notify.notify.speak import speak_if_possible
from xfc_notify.paths import show
from xfc_notify.people import users
from xfc_notify.people.tables import UserRow
from xfc_notify.plugins import Judgement
from xfc_notify.plugins.service import Service
from xfc_notify.store.database import db
from xfc_notify.store.finding_json import dump_finding
from xfc_notify.store.json_values import Json
from xfc_notify.store.usage_json import load_usage
from xfc_notify.usage import HARMLESS_ERRORS, Usage

AT_ONCE = 2000
"""Areas that one tick judges again; the next one goes on."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the policies said of an area, and what they said it by."""

    judgement: Judgement
    measured: Measurement

    def findings(self) -> list[Json]:
        """The verdicts as a scan keeps them."""
        return [
            dump_finding(verdict.finding) | {"policy": verdict.policy, "plugin": verdict.plugin}
            for verdict in self.judgement.verdicts
        ]


def judge(scan: ScanRow, usage: Usage, service: Service, now: datetime) -> Judged:
    """Ask the policies about an area, by a scan that is whole now or was before."""
    seen = scans.past(scan.area, beside=scan)
    # Those of the same second, or before a clock was put back, are no history, but they show what was there.
    history = [past for past in seen if past.as_of < scan.as_of]
    judgement = service.plugins.evaluate(areas.area(scan.area), usage, history, now)
    unread = frozenset(_unread(usage))
    doubted = believed(seen).after(scan.size, scan.complete).doubted
    return Judged(judgement, Measurement.taken(scan.as_of, scan.ended_at or now, unread, doubted=doubted))


def tell(scan: ScanRow, usage: Usage, judged: Judged, service: Service, now: datetime) -> None:
    """Move the episodes of an area along with its judgement, list it at its level, and tell its user what is due."""
    area, user, judgement = scan.area, scan.area.user, judged.judgement
    if judgement.worst is Level.OK and not judgement.failed and not episode_rows.any_unsettled(user):
        return
    user = users.locked(user)
    # Read now, that nobody else can grant one: a granted exemption has ended the episodes.
    lifted = lifted_judgement(judgement, exemption_rows.of_subject(area.subject_id, now), now)
    follow(area.subject, lifted, judged.measured, now)
    areas.show_level(area, episode_rows.worst_in(area.subject_id))
    speak_if_possible(user, service, now, measured={scan.id: usage})


def judge_changed(service: Service, now: datetime, user: UserRow | None = None) -> int:
    """Judge again the areas, of one user or all, whose limits or policies have changed; how many, at most AT_ONCE."""
    changed = areas.judged_otherwise(service.plugins.rules, AT_ONCE, user)
    for area in changed:
        judge_again(area, service, now)
    return len(changed)


def judge_again(area: AreaRow, service: Service, now: datetime) -> None:
    """Judge an area by what its last scan measured, if there was one."""
    with db.atomic():
        area = areas.locked(area)
        areas.mark_judged(area, service.plugins.rules)
        scan = areas.last_whole_scan(area)
        if scan is None or scan.usage is None or area.gone_at is not None:
            return
        scan.area = area
        usage = load_usage(scan.usage)
        judged = judge(scan, usage, service, now)
        scan.findings = judged.findings()
        scan.save(only=["findings"])
        tell(scan, usage, judged, service, now)


def _unread(usage: Usage) -> Iterator[str]:
    """What could not be read: by name as far as names are kept, then by number."""
    for kind, errors in usage.errors.items():
        if kind in HARMLESS_ERRORS:
            continue
        yield from (f"{kind}: {show(path)}" for path in errors.samples)
        if errors.count > len(errors.samples):
            yield f"{kind}: {errors.count}"
