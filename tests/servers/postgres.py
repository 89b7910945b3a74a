"""A private PostgreSQL, or databases on the one that XFC_TEST_DATABASE_URL names."""

import os
import signal
import subprocess
from pathlib import Path
from secrets import token_hex
from typing import ClassVar
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from servers.process import GivenServer, MissingServerError, Server

USER, PASSWORD = "xfc", "postgres-secret"


class Postgres(Server):
    """A PostgreSQL of our own. It refuses to run as root, so then it runs as the user postgres."""

    stop_signal: ClassVar = signal.SIGINT  # does not wait for clients to leave

    def __init__(self) -> None:
        self._bin = newest_binaries()
        super().__init__(user="postgres" if os.geteuid() == 0 else None)
        self._data = self.folder / "data"

    def start(self) -> None:
        """Start, the first time with an empty cluster."""
        if not self._data.exists():
            self._initialise()
        super().start()

    def command(self) -> list[str]:
        # The session's zone is far from UTC, so that a time stored or read without its zone shows.
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "timezone": "Pacific/Apia",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self._bin / "postgres"), "-D", str(self._data), "-p", str(self.port), *options]

    def environment(self) -> dict[str, str]:
        return {"LC_ALL": "C.UTF-8"}

    def is_ready(self) -> bool:
        try:
            psycopg.connect(self.url("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, database: str) -> str:
        """The URL of a database."""
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The URL of a new, empty database."""
        return create_database(self.url("postgres"))

    def _initialise(self) -> None:
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)  # the folder itself is closed to others
        initdb = [str(self._bin / "initdb"), "-D", str(self._data), "-U", USER, f"--pwfile={secret}"]
        subprocess.run(
            [*initdb, "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync"],
            env={"LC_ALL": "C.UTF-8"},
            cwd=self.folder,
            user=self._user,
            group=self._user,
            extra_groups=[] if self._user else None,
            check=True,
            capture_output=True,
        )


class GivenPostgres(GivenServer):
    """A PostgreSQL that somebody else runs; our databases are dropped in the end."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._created: list[str] = []

    def new_database(self) -> str:
        """The URL of a new, empty database."""
        self._created.append(create_database(self._url))
        return self._created[-1]

    def close(self) -> None:
        """Drop the databases that were created here."""
        for url in self._created:
            name = urlsplit(url).path.removeprefix("/")
            _run(self._url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def create_database(url: str) -> str:
    """Create a database on the server of `url` and return its own URL."""
    name = f"xfc_test_{token_hex(6)}"
    _run(url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _run(url: str, statement: sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def newest_binaries() -> Path:
    """Where the programs of the newest PostgreSQL that is installed are."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: float(path.parts[-3]), default=None)
    if newest is None:
        raise MissingServerError(
            "PostgreSQL is missing: apt-get install postgresql or set XFC_TEST_DATABASE_URL"
        )
    return newest.parent
