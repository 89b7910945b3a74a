"""Killed at every event, before and after it is written and after its transaction: it goes on, with one outcome."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lifecycle.conftest import HOUR, OPERATOR, House
from xfc_notify.datasets import leaving
from xfc_notify.errors import XfcNotifyError
from xfc_notify.lifecycle import lives
from xfc_notify.lifecycle.lives import Held
from xfc_notify.lifecycle.states import Phase
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.states import Audience, Mode
from xfc_notify.store import database

WHOLE = (
    *("began", "closed", "dated", "asked", "told", "asked", "voted", "told", "voted"),
    *("binned", "removing", "ordered", "removed"),
)


class Killed(BaseException):
    """As kill -9: nothing of ours catches it, and the transaction is gone."""


def story(house: House) -> None:
    """A dataset is closed, asked about, agreed to go, and removed. Whoever is killed tries again."""
    steps = (
        lambda: house.do.close("d1", OPERATOR),
        lambda: house.sleep(31),
        house.tick,
        lambda: house.sleep(1),
        house.tick,
        lambda: house.do.vote("d1", "ada", OPERATOR),
        lambda: house.do.vote("d1", "ben", OPERATOR),
        lambda: house.sleep(15),
        house.tick,
        lambda: house.tick(2 * HOUR),
        lambda: house.tick(2 * HOUR),
    )
    for step in steps:
        for _ in range(8):
            try:
                step()
            except Killed:
                continue
            except XfcNotifyError:
                pass  # it was done before the kill
            break


@pytest.mark.parametrize("moment", ["before", "after", "files"])
def test_killed_at_every_event_there_is_one_outcome(
    tmp_path: Path, sqlite_house: House, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    house = sqlite_house
    add, take_away = Held.add, leaving.take_away
    killed = set()

    def adding(self: Held, event: object, channel: str = lives.SERVICE) -> None:
        key = f"{event.what} {self.life.events}"  # type: ignore[attr-defined]
        if moment == "before" and key not in killed:
            killed.add(key)
            raise Killed
        add(self, event, channel)  # type: ignore[arg-type]
        if moment == "after" and key not in killed:
            killed.add(key)
            raise Killed

    def taking(*given: object) -> None:
        take_away(*given)  # type: ignore[arg-type]
        if moment == "files" and "files" not in killed:
            killed.add("files")
            raise Killed

    house.dataset(closed=False)
    monkeypatch.setattr(Held, "add", adding)
    monkeypatch.setattr(leaving, "take_away", taking)
    story(house)
    happened = tuple(str(event.what) for event in lives.events("d1"))
    assert happened == WHOLE
    assert house.life().phase is Phase.REMOVED
    assert house.site.tree("one") == {}
    assert len(killed) == {"before": len(WHOLE) - 1, "after": len(WHOLE) - 1, "files": 1}[moment]
    assert [event.number for event in lives.events("d1")] == list(range(1, len(WHOLE) + 1))
    told = [
        (row.user.name, row.subject)
        for row in MessageRow.select().where(
            MessageRow.audience == Audience.USER, MessageRow.mode == Mode.LIVE
        )
    ]
    assert len(told) == len(set(told))
    votes = MessageRow.select().where(MessageRow.audience == Audience.RECEIPT)
    assert votes.count() == 2


@pytest.fixture
def sqlite_house(tmp_path: Path, sqlite_url: str, store_sqlite: Path) -> Iterator[House]:
    """A house on SQLite alone: the transaction that is lost is the same on both."""
    shutil.copy(store_sqlite, tmp_path / "xfc-notify.db")
    database.prepare(sqlite_url)
    with database.connected():
        yield House.at(tmp_path)
