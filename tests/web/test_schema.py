"""W5: what OpenAPI says is what the server does; schemathesis looks for the difference."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cli.place import Place
from servers.web import Web

from web import labs
from xfc_notify.pages import Scope
from xfc_notify.store import database
from xfc_notify.web import api_tokens

EXAMPLES = 15
"""For each operation; `XFC_TEST_FUZZ` is for minutes of it."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """With groups, too."""
    return labs.build(tmp_path_factory.mktemp("place"))


@pytest.mark.timeout(600)
def test_schemathesis_finds_nothing(web: Web, place: Place, tmp_path: Path) -> None:
    database.prepare(f"sqlite:///{place.folder}/xfc-notify.db")
    with database.connected():
        token = api_tokens.create("op", "schemathesis", list(Scope), timedelta(days=1), datetime.now(UTC))
    schema = httpx.get(f"{web.url}/api/v1/openapi.json").json()
    assert schema["servers"] == [{"url": f"{web.url}/api/v1"}]
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{web.url}/api/v1/openapi.json",
        "--header", f"Authorization: Bearer {token}", "--max-examples", str(EXAMPLES), "--seed", "1",
        "--exclude-checks", "positive_data_acceptance", "--no-color",
    ]  # fmt: skip
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=560, check=False)
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-1000:]
