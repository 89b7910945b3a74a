"""Fixtures that all tests share: real servers, started when first needed and once for all."""

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from disk import Disk
from emptied import Emptied
from peewee import SqliteDatabase
from servers.postgres import GivenPostgres, Postgres
from servers.process import MissingServerError
from servers.rabbitmq import GivenRabbitMQ, RabbitMQ
from servers.s3 import S3
from servers.slapd import Slapd
from servers.sshd import Sshd

from xfc_notify import log_context
from xfc_notify.store import database, migrate

UNTESTED = "UNTESTED: "
"""So begins why a test was skipped that ought to run; it is said again, loudly, in the end."""

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("untimed", hypothesis.settings(deadline=None))
hypothesis.settings.load_profile("untimed")

# A shell lets what it starts in the background ignore Ctrl-C, and so would all that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def few_values() -> Iterator[None]:
    """SQLite takes no more values in a statement than the strictest that is about: 999. Debian's takes 250,000."""
    connect = SqliteDatabase._connect

    def limited(self: SqliteDatabase) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(self)
        connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
        return connection

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(SqliteDatabase, "_connect", limited)
        yield


@pytest.fixture
def now() -> datetime:
    """The time at which tests happen."""
    return datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres | GivenPostgres]:
    """A PostgreSQL server."""
    if url := os.environ.get("XFC_TEST_DATABASE_URL"):
        given = GivenPostgres(url)
        yield given
        given.close()
        return
    with _needed():
        server = Postgres()
    with server:
        yield server


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQ | GivenRabbitMQ]:
    """A RabbitMQ server."""
    if url := os.environ.get("XFC_TEST_AMQP_URL"):
        given = GivenRabbitMQ(url)
        yield given
        given.close()
        return
    with _needed():
        server = RabbitMQ()
    with server:
        yield server


@pytest.fixture
def slapd() -> Iterator[Callable[..., Slapd]]:
    """Starts servers of directories, each with what `Slapd` is given; they end with the test."""

    def started(*entries: str, **more: str) -> Slapd:
        with _needed():
            server = Slapd("".join(entries), **more)
        return running.enter_context(server)

    with ExitStack() as running:
        yield started


@pytest.fixture(scope="session")
def sshd() -> Iterator[Sshd]:
    """An sshd that serves sftp."""
    with _needed():
        server = Sshd()
    with server:
        yield server


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """An S3 server."""
    with S3() as server:
        yield server


@pytest.fixture(scope="session")
def systemd_analyze() -> str:
    """systemd's checker of units."""
    with _needed():
        found = shutil.which("systemd-analyze")
        if found is None:
            raise MissingServerError("systemd-analyze is not installed: apt-get install systemd")
        return found


@pytest.fixture
def installed(request: pytest.FixtureRequest) -> str:
    """The program that the test is parametrized with, which has to be there."""
    with _needed():
        if shutil.which(request.param) is None:
            raise MissingServerError(f"{request.param} is not installed: run tests/servers/install")
    return str(request.param)


@pytest.fixture(scope="session")
def kustomize() -> list[str]:
    """The command that puts the manifests of a folder together. Debian 12 has none that is new enough to install."""
    if shutil.which("kustomize"):
        return ["kustomize", "build"]
    if shutil.which("kubectl"):
        return ["kubectl", "kustomize"]
    pytest.skip(f"{UNTESTED}kustomize is missing, and kubectl 1.25 or newer, which has it")


@pytest.fixture(autouse=True)
def nothing_in_hand() -> Iterator[None]:
    """What a test calls by itself leaves nothing behind in the log lines of the next one."""
    yield
    log_context.end()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A file system that can be mounted and unmounted."""
    made = Disk(tmp_path / "disk")
    try:
        made.make()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"{UNTESTED}mounting is not allowed here: {error.stderr!r}")
    yield made
    made.destroy()


@pytest.fixture
def postgres_url(postgres: Postgres | GivenPostgres) -> str:
    """The URL of an empty PostgreSQL database."""
    return postgres.new_database()


@pytest.fixture
def amqp_url(rabbitmq: RabbitMQ | GivenRabbitMQ) -> str:
    """The URL of a virtual host without queues."""
    return rabbitmq.new_vhost()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path}/xfc-notify.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database; the test runs once on each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(scope="session")
def store_postgres(postgres: Postgres | GivenPostgres) -> tuple[str, Emptied]:
    """The URL of the PostgreSQL database of `store`, and who empties it."""
    return postgres.new_database(), Emptied()


@pytest.fixture(scope="session")
def store_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with today's tables, of which `store` is a copy."""
    file = tmp_path_factory.mktemp("store") / "empty.db"
    database.prepare(f"sqlite:///{file}")
    with database.connected():
        migrate.upgrade()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An open database with today's tables, all empty, and its URL; the test runs once on each kind."""
    emptied: Emptied | None = None
    if request.param == "sqlite":
        url: str = request.getfixturevalue("sqlite_url")
        shutil.copy(request.getfixturevalue("store_sqlite"), tmp_path / "xfc-notify.db")
    else:
        url, emptied = request.getfixturevalue("store_postgres")
    database.prepare(url)
    with database.connected():
        if emptied:
            emptied.give()
        yield url


@contextmanager
def _needed() -> Iterator[None]:
    """Where a server is missing: fail in CI, else skip."""
    try:
        yield
    except MissingServerError as missing:
        if os.environ.get("CI"):
            raise pytest.fail.Exception(str(missing), pytrace=False) from None
        raise pytest.skip.Exception(f"{UNTESTED}{missing}") from None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tested; the reports of all workers are here, so their reasons are."""
    reasons = {report.longrepr[2] for report in terminalreporter.stats.get("skipped", ())}
    for missing in sorted(reason.partition(UNTESTED)[2] for reason in reasons if UNTESTED in reason):
        terminalreporter.write_sep("!", f"TESTS WERE SKIPPED. {missing}", red=True, bold=True)


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Reports that a worker of xdist sends: it ends over half a character, of which hostile names have many."""
    return _whole_characters((yield))


def _whole_characters(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _whole_characters(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_whole_characters, value))
    return value
