"""The default: SQLite and a broker inside the process."""

import json
import os
from pathlib import Path
from typing import Any

from acceptance.processes import Command

SETTINGS = """
[limits]
hard_quota = "10 GB"

[[volumes]]
name = "vol1"
path = "vol1"

[people]
email = "{username}@example.org"
min_uid = 0

[plugins.email]
url = "maildir:mail"
sender = "XFC <xfc@example.org>"
"""


def run(folder: Path, *arguments: str) -> dict[str, Any]:
    """What a command says."""
    ran = Command(folder, folder / "settings.toml", *arguments, "--json").wait()
    assert (ran.code, ran.err) == (0, "")
    return dict(json.loads(ran.out))


def mails(folder: Path) -> list[str]:
    return [file.read_text() for file in (folder / "mail" / "new").glob("*")]


def test_one_process_does_everything(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(SETTINGS)
    for user, size in {"ada": 10**9, "ben": 12 * 10**9}.items():
        (tmp_path / "vol1" / user).mkdir(parents=True)
        (tmp_path / "vol1" / user / "data.nc").touch()
        os.truncate(tmp_path / "vol1" / user / "data.nc", size)
    assert run(tmp_path, "discover")["new_users"] == ["ada", "ben"]
    assert run(tmp_path, "go-live", "--yes")["messages"] == []

    assert run(tmp_path, "tick") == {"given_up": 0, "opened": 2, "messages": 1, "failed": 0}
    (mail,) = mails(tmp_path)
    assert "To: ben@example.org" in mail
    assert run(tmp_path, "tick") == {"given_up": 0, "opened": 0, "messages": 0, "failed": 0}
    assert run(tmp_path, "enqueue", "--all") == {"opened": 2, "failed": 0, "messages": 0}

    os.truncate(tmp_path / "vol1" / "ben" / "data.nc", 7 * 10**9)
    assert run(tmp_path, "enqueue", "ben") == {"opened": 1, "failed": 0, "messages": 1}
    (news,) = set(mails(tmp_path)) - {mail}
    (thread,) = [line.partition(": ")[2] for line in mail.splitlines() if line.startswith("Message-ID: ")]
    assert f"In-Reply-To: {thread}\n" in news
