"""The terms of a dataset: what the settings say for its group, or for the nearest one above that says one. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from xfc_notify.lifecycle.settings import Lifecycle
from xfc_notify.lifecycle.states import Decision, Phase

NAMES = (
    *("open_lifespan", "open_extendmax", "open_extendlimit"),
    *("close_lifespan", "close_extendmax", "close_extendlimit"),
    *("intervals", "close_votes", "remove_votes", "wait"),
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What counts for a dataset, as [lifecycle] has it; `said_by`: term → the group that says so, "" for the table."""

    open_lifespan: timedelta | None
    open_extendmax: timedelta
    open_extendlimit: timedelta
    close_lifespan: timedelta | None
    close_extendmax: timedelta
    close_extendlimit: timedelta
    intervals: tuple[timedelta, ...]
    close_votes: int
    remove_votes: int
    wait: timedelta
    bin: timedelta
    said_by: Mapping[str, str]

    def lifespan(self, phase: Phase) -> timedelta | None:
        """How long a dataset is kept in this phase."""
        return self.open_lifespan if phase is Phase.OPEN else self.close_lifespan

    def extendmax(self, phase: Phase) -> timedelta:
        """By how much it is extended at most at once."""
        return self.open_extendmax if phase is Phase.OPEN else self.close_extendmax

    def extendlimit(self, phase: Phase) -> timedelta:
        """How long after its creation, or its closing, its date lies at most."""
        return self.open_extendlimit if phase is Phase.OPEN else self.close_extendlimit

    def votes(self, decision: Decision) -> int:
        """The votes that a decision needs."""
        return self.close_votes if decision is Decision.CLOSE else self.remove_votes


def terms_of(groups: Sequence[str], settings: Lifecycle) -> Terms:
    """The terms for a dataset of the first of these groups, each below the next."""
    blocks = {block.name: block for block in settings.groups}
    found: dict[str, Any] = {}
    said_by: dict[str, str] = {}
    for term in NAMES:
        said = (
            (getattr(blocks[name], term), name)
            for name in groups
            if name in blocks and getattr(blocks[name], term) is not None
        )
        found[term], said_by[term] = next(said, (getattr(settings, term), ""))
    return Terms(**found, bin=settings.bin, said_by=said_by)
