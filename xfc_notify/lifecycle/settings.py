"""The table of settings.toml that is of lifecycle.

What a group does not say, the group above it says, and at last [lifecycle].
"""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from xfc_notify.settings.values import Duration, Durations, Table, folder, read
from xfc_notify.units import parse_duration

DAY = timedelta(days=1)


def _days(value: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if any(interval % DAY for interval in value):
        raise ValueError("whole days are needed, like 30d, 7d")
    return value


Intervals = Annotated[Durations, AfterValidator(_days)]
OrOff = Annotated[timedelta, read(parse_duration), Field(ge=timedelta(0))]
"""A duration, or 0d for none."""
Folder = Annotated[Path | None, BeforeValidator(folder)]
Votes = Annotated[int, Field(ge=1, le=1000)]


class LifecycleGroup(Table):
    """[[lifecycle.groups]]"""

    name: str = Field(
        min_length=1, max_length=100, description="the group; what it says counts below it, too"
    )
    open_lifespan: Duration | None = Field(None, description="as in [lifecycle], as all below")
    open_extendmax: Duration | None = None
    open_extendlimit: Duration | None = None
    close_lifespan: Duration | None = None
    close_extendmax: Duration | None = None
    close_extendlimit: Duration | None = None
    intervals: Intervals | None = None
    close_votes: Votes | None = None
    remove_votes: Votes | None = None
    wait: Duration | None = None


class Every(Table):
    """[lifecycle.every]"""

    transfers: OrOff = Field(
        timedelta(hours=5), description="how often transfers that failed long ago are set aside; 0h: never"
    )
    exports: OrOff = Field(
        timedelta(hours=5), description="how often exports that nobody reads are removed; 0h: never"
    )
    tokens: OrOff = Field(
        timedelta(hours=5), description="how often access tokens that have expired are removed; 0h: never"
    )
    groups: OrOff = Field(
        timedelta(hours=1), description="how often the tree of groups is looked at; 0h: never"
    )
    metadata: OrOff = Field(
        DAY, description="how often what is kept of lives is compared with their events; 0h: never"
    )
    journal: OrOff = Field(DAY, description="how often commands that ended long ago are forgotten; 0h: never")


class Lifecycle(Table):
    """[lifecycle]"""

    open_lifespan: Duration | None = Field(
        None, description="how long a dataset stays open before people are asked to close it; unset: for ever"
    )
    open_extendmax: Duration = Field(
        timedelta(days=3), description="by how much it is extended at most at once"
    )
    open_extendlimit: Duration = Field(
        timedelta(days=30), description="how long after its creation its date lies at most"
    )
    close_lifespan: Duration | None = Field(
        None,
        description="how long it is kept, once closed, before people are asked to remove it; unset: for ever",
    )
    close_extendmax: Duration = Field(
        timedelta(days=3), description="by how much it is extended at most at once"
    )
    close_extendlimit: Duration = Field(
        timedelta(days=30), description="how long after its closing its date lies at most"
    )
    intervals: Intervals = Field(
        (30 * DAY, 14 * DAY, 7 * DAY, DAY),
        description="how long before its date the owner of a closed one is told",
    )
    close_votes: Votes = Field(2, description="votes that close a dataset, of two people at least")
    remove_votes: Votes = Field(2, description="votes that remove a dataset, of two people at least")
    wait: Duration = Field(DAY, description="how long people have before the group above is asked")
    bin: Duration = Field(
        timedelta(days=14), description="how long what was agreed to go can be brought back by an operator"
    )
    journal_kept: OrOff = Field(
        timedelta(days=90),
        description="how long commands on datasets are kept after they ended; 0d: for ever",
    )
    transfers_idle: Duration = Field(
        timedelta(days=30), description="how long a transfer that failed may lie until people are told"
    )
    exports: Folder = Field(
        None,
        description="a folder of our own whose *.zip, *.tar.gz and *.lock are removed when unread; unset: none",
    )
    exports_unread: Duration = Field(
        timedelta(days=14), description="how long they lie there unread until then"
    )
    every: Every = Field(Every(), description="how often each operation is done; 0h: never")
    groups: tuple[LifecycleGroup, ...] = Field((), description="one block [[lifecycle.groups]] each")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        names = [group.name for group in self.groups]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"two blocks of one group: {twice!r}")
        return self


TABLES: dict[str, type[Table]] = {"lifecycle": Lifecycle}
