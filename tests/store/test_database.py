"""The database is opened in one place, which says in one line what is wrong with it."""

import sqlite3
from pathlib import Path

import pytest

from xfc_notify.errors import StoreError
from xfc_notify.store import database


def refusal(url: str) -> StoreError:
    database.prepare(url)
    with pytest.raises(StoreError) as caught, database.connected():
        pytest.fail("it was opened")
    assert caught.value.what.isprintable()
    assert database.db.is_closed()
    return caught.value


def test_a_server_that_is_not_there_does_not_answer_and_its_password_stays_secret() -> None:
    error = refusal("postgresql://xfc:sesame@127.0.0.1:1/xfc")
    assert error.what.startswith("The database postgresql://xfc:***@127.0.0.1:1/xfc does not answer: ")
    assert "sesame" not in error.what + error.hint


def test_a_file_that_cannot_be_opened_does_not_answer(tmp_path: Path) -> None:
    error = refusal(f"sqlite:///{tmp_path}/gone/xfc-notify.db")
    assert f"sqlite:///{tmp_path}/gone/xfc-notify.db does not answer: " in error.what
    assert database.sqlite_folder_missing() == tmp_path / "gone"


def test_a_connection_that_still_answers_is_kept_and_another_is_opened_anew(database_url: str) -> None:
    database.prepare(database_url)
    with database.connected():
        before = database.db.connection()
        database.ensure_connected()
        assert database.db.connection() is before
        before.close()
        database.ensure_connected()
        assert database.db.connection() is not before
        assert database.db.execute_sql("SELECT 1").fetchone() == (1,)
    assert database.db.is_closed()


def test_what_fails_in_a_block_is_told_as_the_databases_own_failure(sqlite_url: str, tmp_path: Path) -> None:
    database.prepare(sqlite_url)
    with pytest.raises(StoreError, match="failed: no such table: nowhere"), database.connected():
        database.db.execute_sql("SELECT * FROM nowhere")
    assert database.db.is_closed()
    with sqlite3.connect(tmp_path / "xfc-notify.db") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
