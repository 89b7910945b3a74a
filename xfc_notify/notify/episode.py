"""What is told in one go, from the first finding above ok to its return, and why it is told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from xfc_notify.domain import Finding, Level


class Reason(StrEnum):
    """Why somebody is told something. Nothing is said without one."""

    BEGAN = "began"
    WORSE = "worse"
    MILESTONE = "milestone"
    REPEAT = "repeat"
    ENDED = "ended"
    DIGEST = "digest"
    EXEMPT = "exempt"
    OBSCURED = "obscured"


@dataclass(frozen=True, slots=True)
class Episode:
    """From the first finding above ok to its return, per subject and policy.

    id          in the database; None before it is stored
    finding     the latest one
    as_of, fresh_until   when the measurement behind that finding began, and until when it counts as young enough
    unread      what could not be read when a scan last showed this level
    obscured_since  since when scans would lower or end it, but could not read everything
    told_level  the highest level told, until it was lower for a week; None before the first message
    told_at, told_limit   of the last message that spoke of it: when, and the limit that it named
    thread      the message_id of the first message
    settled     ended, with nothing left to say about it
    told_milestone   the smallest milestone told
    told_obscured    whether its person was told that not everything could be read
    lower_since since when it is lower than what was told
    resumed_at  when it last began again soon after an end that was told
    repeats     how many messages in a row only repeated what was told
    replied     the level at which its person last answered; None: not, or the level has risen since
    quiet_until until when they want to hear nothing; None with `replied`: until the level rises
    snoozes     how often they put it off
    escalated   to how many others it was passed on
    doubted     the last scan would have lowered or ended it, but found less than half of what was there before:
                nothing is said of it until a second scan settles it
    """

    plugin: str
    policy: str
    level: Level
    finding: Finding
    began_at: datetime
    as_of: datetime
    fresh_until: datetime
    id: int | None = None
    unread: frozenset[str] = frozenset()
    obscured_since: datetime | None = None
    ended_at: datetime | None = None
    told_level: Level | None = None
    told_at: datetime | None = None
    told_limit: float | None = None
    thread: str | None = None
    settled: bool = False
    told_milestone: int | None = None
    told_obscured: bool = False
    lower_since: datetime | None = None
    resumed_at: datetime | None = None
    repeats: int = 0
    replied: Level | None = None
    quiet_until: datetime | None = None
    snoozes: int = 0
    escalated: int = 0
    doubted: bool = False

    @property
    def acknowledged(self) -> bool:
        """Whether its person has seen it and wants to hear of it only if it gets worse."""
        return self.replied is not None and self.quiet_until is None

    @property
    def shown(self) -> Level:
        """The level that the latest measurement itself shows: of one that is kept up, less than its own."""
        return min(self.level, self.finding.level)

    def quiet(self, now: datetime) -> bool:
        """Whether its person has asked not to hear of it now, unless it gets worse than it was then."""
        if self.replied is None or self.level > self.replied:
            return False
        return self.quiet_until is None or now < self.quiet_until
