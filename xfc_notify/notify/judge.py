"""Judges an area by what its last whole scan measured: after the scan, and again whenever a limit changes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from xfc_notify.areas import areas, scans
from xfc_notify.areas.settings import Limits
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.domain import TEMPORAL_QUOTA, Level
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
from xfc_notify.store.isolation import made_if_possible
from xfc_notify.store.layers_json import dump_layers, load_layers
from xfc_notify.store.usage_json import load_usage
from xfc_notify.usage import Usage
from xfc_notify.usage.layers import Layers
from xfc_notify.usage.summary import HARMLESS_ERRORS

KEPT = ("findings", "temporal_usage", "layers")
"""What a scan knows by being judged."""

AT_ONCE = 2000
"""Areas that one tick judges again; the next one goes on."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the policies said of an area, what they said it by, and since when its bytes have been there."""

    judgement: Judgement
    measured: Measurement
    layers: Layers

    def keep_in(self, scan: ScanRow) -> None:
        """Put into the row of the scan what is known by it now, to be saved: KEPT."""
        verdicts = self.judgement.verdicts
        scan.findings = [
            dump_finding(verdict.finding) | {"policy": verdict.policy, "plugin": verdict.plugin}
            for verdict in verdicts
        ]
        counted = (verdict.finding.used for verdict in verdicts if verdict.policy == TEMPORAL_QUOTA)
        scan.temporal_usage = next(counted, scan.temporal_usage)
        scan.layers = dump_layers(self.layers)


def rules(service: Service) -> str:
    """By what areas are judged: the policies with their settings, and which bytes count."""
    return service.plugins.rules[:-1] + service.settings.of(Limits).counts.value[0]


def judge(scan: ScanRow, usage: Usage, service: Service, now: datetime) -> Judged:
    """Ask the policies about an area, by a scan that is whole now or was before."""
    seen = scans.past(scan.area, beside=scan)
    # Those of the same second, or before a clock was put back, are no history, but they show what was there.
    history = [past for past in seen if past.as_of < scan.as_of]
    if (
        scan.layers is not None and history
    ):  # judged again: those of the scans before it were dropped meanwhile
        history[-1] = replace(history[-1], layers=load_layers(scan.layers))
    judgement = service.plugins.evaluate(
        areas.area(scan.area, service.settings.of(Limits).counts), usage, history, now
    )
    unread = frozenset(_unread(usage))
    doubted = believed(seen).after(scan.size, scan.complete).doubted
    measured = Measurement.taken(scan.as_of, scan.ended_at or now, unread, doubted=doubted)
    layers = Layers.of(history).after(scan.as_of, scan.size, scan.complete)
    return Judged(judgement, measured, layers)


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
    """Judge again the areas, of one user or all, whose limits or policies have changed; how many, at most AT_ONCE.

    One that cannot be judged keeps nobody else's back.
    """
    changed = areas.judged_otherwise(rules(service), AT_ONCE, user)
    for area in changed:
        made_if_possible(partial(judge_again, area, service, now), "judgement", area.path)
    return len(changed)


def judge_again(area: AreaRow, service: Service, now: datetime) -> None:
    """Judge an area by what its last scan measured, if there was one."""
    with db.atomic():
        area = areas.locked(area)
        areas.mark_judged(area, rules(service))
        scan = areas.last_whole_scan(area)
        if scan is None or scan.usage is None or area.gone_at is not None:
            return
        scan.area = area
        usage = load_usage(scan.usage)
        judged = judge(scan, usage, service, now)
        judged.keep_in(scan)
        scan.save(only=KEPT)
        tell(scan, usage, judged, service, now)


def _unread(usage: Usage) -> Iterator[str]:
    """What could not be read: by name as far as names are kept, then by number."""
    for kind, errors in usage.errors.items():
        if kind in HARMLESS_ERRORS:
            continue
        yield from (f"{kind}: {show(path)}" for path in errors.samples)
        if errors.count > len(errors.samples):
            yield f"{kind}: {errors.count}"
