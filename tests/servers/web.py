"""`xfc-notify web` as a process of its own."""

import os
import sys
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from servers.process import Server, log

SECRET = "correct horse battery staple"


class Web(Server):
    """The web of the settings in a folder, to which `more` tables are added; `url` is where it is."""

    def __init__(
        self, settings: Path, more: str = "", *, prefix: str = "", web: str = "", url: str = ""
    ) -> None:
        super().__init__()
        self.prefix = prefix
        self.at = f"http://127.0.0.1:{self.port}"
        self.url = url or f"{self.at}{prefix}"
        self.settings = settings
        text = settings.read_text().replace("[service]", f'[service]\nsecret = "{SECRET}"', 1)
        listen = f'\n[web]\nurl = "{self.url}"\nlisten = "127.0.0.1:{self.port}"\n'
        self.file = settings.with_name("settings-web.toml")
        self.file.write_text(text + listen + web + "\n" + more)

    def command(self) -> list[str]:
        return [sys.executable, "-m", "xfc_notify", "web", "--settings", str(self.file)]

    def environment(self) -> dict[str, str]:
        return {name: os.environ[name] for name in ("PYTHONPATH", "LANG") if name in os.environ}

    def is_ready(self) -> bool:
        try:
            with urlopen(f"{self.at}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    @property
    def log(self) -> str:
        """What it has printed."""
        return log(self.folder)
