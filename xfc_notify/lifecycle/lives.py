"""Lives as rows: read by folding their events, changed by adding one while the life's row is held."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import chunked

from xfc_notify.datasets.states import DatasetState, ReplicaState
from xfc_notify.datasets.tables import DatasetRow, ReplicaRow
from xfc_notify.errors import WrongInput
from xfc_notify.lifecycle.life import Event, Life, after, fold
from xfc_notify.lifecycle.states import Happening, Phase
from xfc_notify.lifecycle.tables import LifeEventRow, LifeRow
from xfc_notify.lifecycle.tokens import Token
from xfc_notify.paths import harmless
from xfc_notify.store.database import BATCH, db, for_update

SERVICE = "service"
COMMAND = "command"
PAGE = "page"
LINK = "link"
"""How an event came."""


@dataclass(frozen=True, slots=True)
class By:
    """Who acts: a username, and how.

    link     whose link led there; "" if none did
    session  who had signed in; "" for nobody
    """

    who: str
    channel: str
    link: str = ""
    session: str = ""

    @property
    def kept(self) -> dict[str, str]:
        """What an event keeps of it."""
        return {"by": self.who, "link": self.link, "session": self.session}


@dataclass
class Held:
    """A life whose row is held until the transaction ends."""

    life: Life
    dataset: DatasetRow

    def add(self, event: Event, channel: str = SERVICE) -> None:
        """Let this happen."""
        LifeEventRow.create(
            dataset=self.life.dataset,
            number=self.life.events + 1,
            what=event.what,
            at=event.at,
            who=event.who,
            channel=channel,
            data=dict(event.data),
        )
        self.life = after(self.life, self.life.dataset, event)
        _keep(self.life)

    def look_again(self, due_at: datetime | None) -> None:
        """Note when something may happen by itself."""
        LifeRow.update(due_at=due_at).where(LifeRow.dataset == self.life.dataset).execute()


@contextmanager
def held(uid: str) -> Iterator[Held]:
    """A transaction in which nobody else changes this life; WrongInput if there is none."""
    with db.atomic():
        row = for_update(LifeRow.select().where(LifeRow.dataset == uid)).first()
        dataset = DatasetRow.get_or_none(DatasetRow.uid == uid)
        life = read(uid) if row is not None else None
        if life is None or dataset is None:
            raise _unknown(uid)
        yield Held(life, dataset)


def begin(dataset: DatasetRow, now: datetime) -> bool:
    """Let the life of a dataset begin, unless it has; whether it did so now. To be called in a transaction."""
    row = LifeRow.insert(dataset=dataset.uid, phase="open", events=0, due_at=now)
    if not row.on_conflict_ignore().as_rowcount().execute():
        return False
    event = Event(Happening.BEGAN, now, data={"created": dataset.registered_at.isoformat()})
    LifeEventRow.create(
        dataset=dataset.uid, number=1, what=event.what, at=now, who="", channel=SERVICE, data=dict(event.data)
    )
    _keep(after(None, dataset.uid, event))
    return True


def read(uid: str) -> Life | None:
    """How a dataset stands; None if its life has not begun."""
    return fold(uid, (event(row) for row in events(uid)))


def those(condition: Any, most: int | None = None) -> list[tuple[DatasetRow, Life]]:
    """The datasets that fit a condition on them and their lives' rows, each with its life; the nearest date first."""
    begun = DatasetRow.select(DatasetRow).join(LifeRow, on=(LifeRow.dataset == DatasetRow.uid))
    ordered = begun.where(condition).order_by(
        LifeRow.expires_at.is_null(), LifeRow.expires_at, LifeRow.dataset
    )
    found = list(ordered.limit(most))
    happened: dict[str, list[Event]] = {}
    for some in chunked([row.uid for row in found], BATCH):
        rows = LifeEventRow.select().where(LifeEventRow.dataset.in_(some))
        for row in rows.order_by(LifeEventRow.dataset, LifeEventRow.number):
            happened.setdefault(row.dataset, []).append(event(row))
    folded = ((row, fold(row.uid, happened.get(row.uid, ()))) for row in found)
    return [(row, life) for row, life in folded if life is not None]


def known(uid: str) -> Life:
    """The same; WrongInput if its life has not begun."""
    life = read(uid)
    if life is None:
        raise _unknown(uid)
    return life


def events(uid: str) -> Sequence[LifeEventRow]:
    """What happened to a dataset, the oldest first."""
    return list(LifeEventRow.select().where(LifeEventRow.dataset == uid).order_by(LifeEventRow.number))


def took_back(token: Token, who: str) -> bool:
    """Whether somebody withdrew their vote after this link was written: then it is used up."""
    withdrew = LifeEventRow.select().where(
        LifeEventRow.dataset == token.dataset,
        LifeEventRow.what == Happening.WITHDREW,
        LifeEventRow.who == who,
        LifeEventRow.at >= token.written_at,
    )
    return bool(withdrew.exists())


def event(row: LifeEventRow) -> Event:
    """The row as the noun."""
    return Event(Happening(row.what), row.at, row.who, row.data)


def due(now: datetime) -> list[str]:
    """The datasets to which something may happen by itself now."""
    there = LifeRow.dataset.in_(DatasetRow.select(DatasetRow.uid))
    rows = LifeRow.select(LifeRow.dataset).where(LifeRow.due_at <= now, there)
    rows = rows.order_by(LifeRow.due_at, LifeRow.dataset)
    return [row.dataset for row in rows]


def are_any() -> bool:
    """Whether there are datasets, or were."""
    return bool(DatasetRow.select().exists() or LifeRow.select().exists())


def new() -> list[DatasetRow]:
    """The datasets that have arrived, whose life has not begun."""
    begun = LifeRow.select(LifeRow.dataset)
    arrived = ReplicaRow.select(ReplicaRow.dataset).where(ReplicaRow.state != ReplicaState.ARRIVING)
    known = (DatasetRow.state == DatasetState.KEPT) & DatasetRow.uid.in_(arrived)
    return list(DatasetRow.select().where(known, DatasetRow.uid.not_in(begun)).order_by(DatasetRow.uid))


def removed_by_commands() -> list[str]:
    """The datasets of which commands have removed the last copy, and whose life has not ended."""
    removed = DatasetRow.select(DatasetRow.uid).where(DatasetRow.state == DatasetState.REMOVED)
    rows = LifeRow.select(LifeRow.dataset).where(LifeRow.dataset.in_(removed))
    rows = rows.where(LifeRow.phase.not_in((Phase.REMOVED, Phase.REMOVING)))
    return [row.dataset for row in rows.order_by(LifeRow.dataset)]


def columns(life: Life) -> dict[str, Any]:
    """What the row of a life says of it."""
    return {
        "phase": life.phase,
        "deciding": life.notice.decision if life.notice else "",
        "parked": bool(life.parked),
        "expires_at": life.expires_at,
        "events": life.events,
    }


def misplaced(life: Life) -> Any:
    """A condition on datasets: this one, if it does not count as in the bin while it is there, or else does."""
    return (DatasetRow.uid == life.dataset) & DatasetRow.state.not_in([_state(life), DatasetState.REMOVED])


def place(life: Life) -> None:
    """Let a dataset count as in the bin while it is there, and only then."""
    DatasetRow.update(state=_state(life)).where(misplaced(life)).execute()


def _state(life: Life) -> DatasetState:
    return DatasetState.BINNED if life.phase in {Phase.BIN, Phase.REMOVING} else DatasetState.KEPT


def _keep(life: Life) -> None:
    place(life)
    LifeRow.update(columns(life)).where(LifeRow.dataset == life.dataset).execute()


def _unknown(uid: str) -> WrongInput:
    return WrongInput(
        f"There is no dataset {harmless(uid)} whose life has begun.",
        "See: xfc-notify datasets list; the next tick lets the lives of new ones begin",
    )
