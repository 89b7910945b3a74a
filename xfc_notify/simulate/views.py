"""What is shown of a simulation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from xfc_notify.domain import Level
from xfc_notify.notify.episode import Reason
from xfc_notify.simulate.replay import Told


@dataclass(frozen=True, slots=True)
class ReasonView:
    """Which policy a message speaks of, and why."""

    policy: str
    reason: Reason
    level: Level


@dataclass(frozen=True, slots=True)
class ToldView:
    """A message that a person would have got."""

    user: str
    at: datetime
    reasons: tuple[ReasonView, ...]

    @classmethod
    def of(cls, told: Told) -> Self:
        """The message without what only the rules need."""
        reasons = (ReasonView(point.policy, point.reason, point.level) for point in told.points)
        return cls(told.user, told.at, tuple(reasons))
