"""The parts of a component that are called in a loop over all of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xfc_notify.plugins import Plugins
    from xfc_notify.plugins.service import Service
    from xfc_notify.queues.pipeline import Pipeline
    from xfc_notify.settings import Settings


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that `tick` does. What it did is counted: opened, messages …

    interval  how long it rests after it was done; None: it is done at every tick
    forgets   whether it removes what is old, and nobody can bring it back: it waits while the clock may be wrong
    """

    name: str
    do: Callable[["Service", datetime], Mapping[str, int]]
    interval: timedelta | None = None
    forgets: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that `check` looked at: state is ok, notice or failed; `do` is what to do if it is not ok."""

    name: str
    state: str
    what: str
    do: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What `check` was asked to look at: some of the parts.

    plugins, pipeline  made when they are first asked for; what is wrong with them is raised then
    database           what was found of it; None if none of the parts needs it
    """

    settings: "Settings"
    plugins: Callable[[], "Plugins"]
    pipeline: Callable[[], "Pipeline"]
    parts: frozenset[str]
    now: datetime
    database: Checked | None = None

    @property
    def has_database(self) -> bool:
        """Whether the database answers, and fits this program."""
        return self.database is not None and self.database.state != "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """A look at some parts of the service; it is taken if one of them is asked for."""

    parts: tuple[str, ...]
    look: Callable[[Inspection], Iterator[Checked]]
    needs_database: bool = False
