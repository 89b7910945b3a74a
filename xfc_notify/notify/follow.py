"""Moves the episodes of an area along with what the policies said, and keeps what happened."""

from dataclasses import replace
from datetime import datetime

from xfc_notify.domain import Finding
from xfc_notify.notify.episodes import Change, resumed, step, withdrawn
from xfc_notify.paths import harmless
from xfc_notify.plugins import Judgement
from xfc_notify.store import episodes
from xfc_notify.store.tables import Area
from xfc_notify.units import format_amount


def follow(area: Area, judgement: Judgement, complete: bool, now: datetime) -> None:
    """Begin, raise, lower and end the episodes of an area.

    A policy that failed leaves its episodes as they are; those of one that is no longer asked are withdrawn.
    """
    findings = {(verdict.plugin, verdict.policy): verdict.finding for verdict in judgement.verdicts}
    standing = {(episode.plugin, episode.policy): episode for episode in episodes.open_in(area)}
    for key in [*standing, *(key for key in findings if key not in standing)]:
        plugin, policy = key
        episode = standing.get(key)
        if plugin in judgement.failed:
            continue
        if episode is not None and plugin not in judgement.asked:
            gone = episodes.save(area, withdrawn(episode, now))
            episodes.note(area, gone, "withdrawn", f"the plugin {plugin} is no longer there", now)
            continue
        moved = step(episode, plugin, policy, findings.get(key), complete, now)
        if moved is None:
            continue
        followed = moved.episode
        if (
            moved.change is Change.BEGAN
            and (unsaid := episodes.with_unsaid_end(area, plugin, policy)) is not None
        ):
            followed = resumed(followed, unsaid)
            episodes.save(area, replace(unsaid, settled=True))
        stored = episodes.save(area, followed)
        if moved.change is not Change.STAYS:
            episodes.note(area, stored, moved.change, _amounts(moved.episode.finding), now)
    episodes.note_failed_policies(area, sorted(judgement.failed), now)


def _amounts(finding: Finding) -> str:
    unit = harmless(finding.unit)
    return f"{format_amount(finding.used, unit)} of {format_amount(finding.limit, unit)}"
