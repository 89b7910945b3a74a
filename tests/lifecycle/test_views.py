"""What is shown of many lives takes no more queries than what is shown of a few."""

import pytest
from peewee import Database

from lifecycle.conftest import House
from xfc_notify.lifecycle import views


def test_a_list_takes_as_many_queries_for_many_as_for_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    execute = Database.execute_sql

    def counted(self: Database, sql: str, *rest: object) -> object:
        asked.append(sql)
        return execute(self, sql, *rest)

    def needed() -> int:
        asked.clear()
        with monkeypatch.context() as patch:
            patch.setattr(Database, "execute_sql", counted)
            assert {it.dataset for it in views.some(house.site.facility.settings)} == uids
        return len(asked)

    uids = {house.dataset("d1")}
    one = needed()
    uids |= {house.dataset(f"d{number}") for number in range(2, 6)}
    assert 0 < needed() == one
