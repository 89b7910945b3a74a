"""Tokens that have expired: refused from that second on, then removed as often as the settings say, and logged."""

import hashlib
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from facility import Facility

from xfc_notify.lifecycle import views
from xfc_notify.pages import Scope
from xfc_notify.web import api_tokens, duties
from xfc_notify.web.tables import TokenRow

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def test_an_expired_token_is_refused_removed_and_named_by_its_hash(
    store: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    facility = Facility.at(tmp_path)
    token = api_tokens.create("ada", "short", [Scope.OWN], HOUR, NOW)
    kept = api_tokens.create("ada", "long", [Scope.OWN], 9 * HOUR, NOW)
    assert api_tokens.visitor(token, facility.settings, NOW + HOUR - SECOND) is not None
    assert api_tokens.visitor(token, facility.settings, NOW + HOUR) is None
    with caplog.at_level(logging.INFO):
        assert duties.remove_tokens(facility.service, NOW + HOUR) == {"tokens_expired": 1}
    known_by = hashlib.sha256(token.encode()).hexdigest()[:8]
    assert f"the token {known_by} of ada has expired" in caplog.text
    assert token not in caplog.text
    assert [row.label for row in TokenRow.select()] == ["long"]
    assert api_tokens.visitor(kept, facility.settings, NOW + HOUR) is not None


def test_it_rests_for_its_interval_and_its_last_run_is_shown(store: str, tmp_path: Path) -> None:
    facility = Facility.at(tmp_path)
    duties.remove_tokens(facility.service, NOW)
    api_tokens.create("ada", "short", [Scope.OWN], HOUR, NOW)
    assert duties.remove_tokens(facility.service, NOW + 5 * HOUR - SECOND) == {}
    assert duties.remove_tokens(facility.service, NOW + 5 * HOUR) == {"tokens_expired": 1}
    shown = {view.name: view.last for view in views.duties(facility.settings)}
    assert shown["tokens"] == NOW + 5 * HOUR


def test_switched_off_none_is_removed_and_it_is_refused_all_the_same(store: str, tmp_path: Path) -> None:
    facility = Facility.at(tmp_path, lifecycle={"every": {"tokens": "0h"}})
    token = api_tokens.create("ada", "short", [Scope.OWN], HOUR, NOW)
    assert duties.remove_tokens(facility.service, NOW + 9 * HOUR) == {}
    assert TokenRow.select().count() == 1
    assert api_tokens.visitor(token, facility.settings, NOW + 9 * HOUR) is None
