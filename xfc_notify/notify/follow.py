"""Moves the episodes of a subject along with what the policies said, and keeps what happened."""

from datetime import datetime

from xfc_notify.domain import Finding
from xfc_notify.notify import episode_rows
from xfc_notify.notify.conversation import Move, moves
from xfc_notify.notify.episodes import Change, Measurement
from xfc_notify.paths import harmless
from xfc_notify.people.tables import SubjectRow
from xfc_notify.plugins import Judgement
from xfc_notify.states import EventKind
from xfc_notify.units import format_amount


def follow(subject: SubjectRow, judgement: Judgement, measured: Measurement, now: datetime) -> None:
    """Begin, raise, lower and end the episodes of a subject, as `moves` says."""
    for move in moves(judgement, episode_rows.known_in(subject, now), measured, now):
        stored = episode_rows.save(subject, move.episode)
        if move.change is not Change.STAYS:
            episode_rows.note(subject, stored, EventKind(move.change), _what(move), now)
    episode_rows.note_failed_policies(subject, sorted(judgement.failed), now)


def _what(move: Move) -> str:
    if move.change is Change.WITHDRAWN:
        return f"the plugin {move.episode.plugin} is no longer there"
    amounts = _amounts(move.episode.finding)
    if move.change is Change.DOUBTED:
        return f"{amounts}; less than half of what was there before, so a second scan has to find the same"
    if move.change is Change.OBSCURED:
        return f"at least {amounts}; not everything could be read, so it stays as it was"
    return amounts


def _amounts(finding: Finding) -> str:
    unit = harmless(finding.unit)
    return f"{format_amount(finding.used, unit)} of {format_amount(finding.limit, unit)}"
