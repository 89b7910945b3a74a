"""Fixtures that all tests share: real servers, started when first needed and once for all."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from disk import Disk
from servers.postgres import GivenPostgres, Postgres
from servers.process import MissingServerError
from servers.rabbitmq import GivenRabbitMQ, RabbitMQ

from xfc_notify.store import database, migrate

MISSING = pytest.StashKey[list[str]]()

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("untimed", hypothesis.settings(deadline=None))
hypothesis.settings.load_profile("untimed")


@pytest.fixture
def now() -> datetime:
    """The time at which tests happen."""
    return datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> Iterator[Postgres | GivenPostgres]:
    """A PostgreSQL server."""
    if url := os.environ.get("XFC_TEST_DATABASE_URL"):
        given = GivenPostgres(url)
        yield given
        given.close()
        return
    with _needed(pytestconfig):
        server = Postgres()
    with server:
        yield server


@pytest.fixture(scope="session")
def rabbitmq(pytestconfig: pytest.Config) -> Iterator[RabbitMQ | GivenRabbitMQ]:
    """A RabbitMQ server."""
    if url := os.environ.get("XFC_TEST_AMQP_URL"):
        given = GivenRabbitMQ(url)
        yield given
        given.close()
        return
    with _needed(pytestconfig):
        server = RabbitMQ()
    with server:
        yield server


@pytest.fixture(scope="session")
def systemd_analyze(pytestconfig: pytest.Config) -> str:
    """systemd's checker of units."""
    with _needed(pytestconfig):
        found = shutil.which("systemd-analyze")
        if found is None:
            raise MissingServerError("systemd-analyze is not installed: apt-get install systemd")
        return found


@pytest.fixture(scope="session")
def kustomize(pytestconfig: pytest.Config) -> list[str]:
    """The command that puts the manifests of a folder together. Debian 12 has none that is new enough to install."""
    if shutil.which("kustomize"):
        return ["kustomize", "build"]
    if shutil.which("kubectl"):
        return ["kubectl", "kustomize"]
    missing = "kustomize is missing, and kubectl 1.25 or newer, which has it: the manifests go untested"
    pytestconfig.stash.setdefault(MISSING, []).append(missing)
    pytest.skip(missing)


@pytest.fixture
def disk(tmp_path: Path, pytestconfig: pytest.Config) -> Iterator[Disk]:
    """A file system that can be mounted and unmounted."""
    made = Disk(tmp_path / "disk")
    try:
        made.make()
    except subprocess.CalledProcessError as error:
        missing = (
            f"Mounting is not allowed here, so volumes that are not mounted go untested: {error.stderr!r}"
        )
        pytestconfig.stash.setdefault(MISSING, []).append(missing)
        pytest.skip(missing)
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
def store_postgres_url(postgres: Postgres | GivenPostgres) -> str:
    """The URL of the PostgreSQL database of `store`: emptying it is quicker than creating one."""
    return postgres.new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """An open database with today's tables, all empty, and its URL; the test runs once on each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "store_postgres_url")
    database.prepare(url)
    with database.connected():
        if request.param == "postgresql":
            database.db.execute_sql("DROP SCHEMA public CASCADE")
            database.db.execute_sql("CREATE SCHEMA public")
        migrate.upgrade()
        yield url


@contextmanager
def _needed(config: pytest.Config) -> Iterator[None]:
    """Where a server is missing: fail in CI, else skip, and say so again at the end."""
    try:
        yield
    except MissingServerError as missing:
        if os.environ.get("CI"):
            raise pytest.fail.Exception(str(missing), pytrace=False) from None
        config.stash.setdefault(MISSING, []).append(str(missing))
        raise pytest.skip.Exception(str(missing)) from None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say loudly what was not tested."""
    for missing in config.stash.get(MISSING, []):
        terminalreporter.write_sep("!", f"TESTS WERE SKIPPED. {missing}", red=True, bold=True)
