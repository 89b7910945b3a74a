"""Why nothing is said, in words: `explain` shows them. Pure."""

from datetime import datetime

from xfc_notify.domain import Level
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.episodes import SAME_WITHIN
from xfc_notify.settings import Messages
from xfc_notify.units import format_duration

OTHERS = "other areas that are due as well are measured first, for one message of all"

SPREAD = "so many others are reminded today that it waits for a day with fewer"


def interval(waits_since: datetime, rules: Messages) -> str:
    """The last message is too recent."""
    until = waits_since + rules.min_interval
    return (
        f"the last message went out at {_at(waits_since)}; at most one in {format_duration(rules.min_interval)}, "
        f"so it waits until {_at(until)}"
    )


def stale(as_of: datetime, since: datetime, too_long_ago: datetime) -> str:
    """The last measurement began before this became due, or too long ago."""
    why = "too long ago" if since <= too_long_ago else f"before this was due ({_at(since)})"
    return f"it was last measured at {_at(as_of)}, {why}; it waits for the next scan"


def why_quiet(episode: Episode, reminder_at: datetime | None, now: datetime, muted: bool) -> str:
    """Why nothing is due of an episode."""
    if episode.ended_at is not None:
        return _of_ended(episode)
    if held := _why_held(episode, now, muted):
        return held
    if episode.told_at is None:
        return "the last scan does not show it any more"
    told = f"told at {_at(episode.told_at)}"
    if reminder_at is not None:
        return f"{told}; a reminder is due from {_at(reminder_at)}"
    if episode.shown < episode.level:
        return f"{told}; the last scan does not show it at this level"
    return f"{told}; a {episode.level} is not repeated"


def _of_ended(episode: Episode) -> str:
    if episode.told_at is None or episode.ended_at is None:
        return "it ended before anything was said of it"
    if episode.resumed_at is not None and not episode.settled:
        return f"it ended, and came back before; good news is told from {_at(episode.ended_at + SAME_WITHIN)}"
    return f"told at {_at(episode.told_at)}"


def _why_held(episode: Episode, now: datetime, muted: bool) -> str:
    """Why nothing is said of an open episode, whatever is due; empty if that may be said."""
    if episode.doubted:
        return "the last scan found less than half of what was there before; it waits for a second scan"
    if episode.quiet(now):
        if episode.quiet_until is None:
            return f"seen by its person at {episode.replied}; said again when it gets worse"
        return f"put off by its person until {_at(episode.quiet_until)}, unless it gets worse"
    if muted:
        return "muted by its person"
    if episode.obscured_since is not None and episode.shown < Level.OVER:
        return f"since {_at(episode.obscured_since)} not everything could be read, and what was is below it"
    return ""


def _at(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
