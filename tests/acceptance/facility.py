"""A facility: volumes with users, settings, workers and the command line as real processes, a mail server.

At the end everything is accounted for: a mail, a dead letter, a traceback or an open password that the test
did not announce fails it.
"""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import pika
import psycopg
from servers.process import until
from servers.rabbitmq import queue_lengths

from acceptance.mail import PASSWORD as MAIL_PASSWORD
from acceptance.mail import MailServer
from acceptance.processes import Command, Ran, Worker
from xfc_notify.scan.slice import measure_whole
from xfc_notify.store.usage_json import load_usage
from xfc_notify.usage import Usage

T = TypeVar("T")

GB = 10**9
DEAD_LETTERS = ("scan.XQ", "results.XQ", "delivery.XQ")

SCANNER = """
[broker]
url = "{amqp_url}"

[[volumes]]
name = "vol1"
path = "vol1"
"""

ONE_THREAD = """
[scan]
threads = 1    # so that a slice without time is exactly one directory
"""

SERVICE = """
[service]
name = "XFC"
contact = "help@example.org"

[database]
url = "{database_url}"

[scan]
clock = "mtime"
slice_seconds = {slice_seconds}

[limits]
hard_quota = "10 GB"
temporal_quota = "1000 PB days"

[people]
email = "{{username}}@example.org"
min_uid = 0

[plugins.email]
url = "{mail_url}"
sender = "XFC <xfc@example.org>"
"""


class Facility:
    """One volume, `vol1`; quotas of 10 GB; mail to USER@example.org; files are dated by their mtime."""

    def __init__(self, folder: Path, database_url: str, amqp_url: str, slice_seconds: float) -> None:
        self.folder = folder
        self.database_url = database_url
        self.amqp_url = amqp_url
        self.workers: list[Worker] = []
        self.mail = MailServer().__enter__()
        self.volume = folder / "vol1"
        self.volume.mkdir()
        self._tracebacks: list[str] = []
        self._said: list[str] = []
        values = {
            "amqp_url": amqp_url,
            "database_url": database_url,
            "mail_url": self.mail.login_url,
            "slice_seconds": slice_seconds,
        }
        self.scanner_settings = self._write("scanner.toml", (ONE_THREAD + SCANNER).format(**values))
        self.service_settings = self._write("service.toml", (SERVICE + SCANNER).format(**values))
        self.run("migrate")
        self.run("go-live", "--yes")

    # Users and their files

    def add_user(self, name: str, files: dict[str, int] | None = None) -> Path:
        """A directory with sparse files of so many bytes, all ten days old."""
        area = self.volume / name
        area.mkdir()
        for path, size in (files or {}).items():
            file = area / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
            os.truncate(file, size)
            os.utime(file, (time.time(), int(time.time()) - 10 * 86_400))
        return area

    def add_over_user(self, name: str = "ben") -> Path:
        """A user with 12 GB of their 10."""
        return self.add_user(name, {"runs/a.nc": 11 * GB, "b.nc": GB})

    # Processes

    def start_scanner(self, name: str = "scanner1", **more: Any) -> Worker:
        """A worker for scan orders, which knows no database and no mail server."""
        return self._started(self.start(name, ("scan",), **more))

    def start_service(self, name: str = "service", **more: Any) -> Worker:
        """A worker for everything else."""
        return self._started(self.start(name, ("results", "delivery"), **more))

    def start(self, name: str, queues: tuple[str, ...], **more: Any) -> Worker:
        """A worker for these queues that may not be ready yet, with more of what `Worker` takes."""
        settings = self.scanner_settings if queues == ("scan",) else self.service_settings
        self.workers.append(Worker(name, queues, self.folder, settings, **more))
        return self.workers[-1]

    def begin(self, *arguments: str, **more: str) -> Command:
        """Start `xfc-notify …`, with more in its environment."""
        return Command(self.folder, self.service_settings, *arguments, **more)

    def end(self, command: Command, code: int = 0) -> Ran:
        """Wait for its end, which has to be with this code."""
        ran = command.wait()
        self._said += [ran.out, ran.err]
        assert ran.code == code, f"exit {ran.code}:\n{ran.out}\n{ran.err}"
        assert "Traceback" not in ran.err, ran.err
        return ran

    def run(self, *arguments: str, code: int = 0, **more: str) -> Ran:
        """Run `xfc-notify …` to its end."""
        return self.end(self.begin(*arguments, **more), code)

    def json(self, *arguments: str) -> Any:
        """What `xfc-notify … --json` prints."""
        return json.loads(self.run(*arguments, "--json").out)

    # The database, seen from outside

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement on the database; the rows that it returns, if any."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def until_query(self, statement: str, expected: object) -> None:
        """Wait until a statement returns this one value."""
        until(lambda: self.query(statement) == [(expected,)], f"{expected!r} from: {statement}")

    def finish_scans(self) -> None:
        """Wait until no scan is open."""
        self.until_query("SELECT count(*) FROM scan WHERE state = 'open'", 0)

    def finish(self) -> None:
        """Wait until nothing is under way: no open scan, no delivery, no message in a queue."""
        self.finish_scans()
        self.until_query("SELECT count(*) FROM delivery WHERE state IN ('queued', 'sending')", 0)
        live = ("scan", "results", "delivery")
        until(lambda: not any(queue_lengths(self.amqp_url).get(queue) for queue in live), "empty queues")

    def make_due(self) -> None:
        """Let all deliveries be due, as if their time had come."""
        self.query("UPDATE delivery SET due_at = due_at - interval '2 days'")

    def usage(self, user: str) -> Usage:
        """The usage of a user's area as its last whole scan stored it."""
        rows = self.query(
            "SELECT s.usage FROM scan s JOIN area a ON a.last_scan = s.id JOIN users u ON u.id = a.user_id"
            " WHERE u.name = %s",
            user,
        )
        return load_usage(json.loads(rows[0][0]))

    def measured_anew(self, user: str) -> Usage:
        """The same area measured here at one go, for the same moment."""
        stored = self.usage(user)
        area = os.fsencode(self.volume / user)
        return measure_whole(area, as_of=stored.as_of, clock=stored.clock, one_file_system=True).usage

    # The queues, seen from outside

    def publish(self, queue: str, body: bytes) -> None:
        """Put anything into a queue that exists."""
        until(lambda: queue in queue_lengths(self.amqp_url), f"the queue {queue}")
        with pika.BlockingConnection(pika.URLParameters(self.amqp_url)) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            channel.basic_publish("", queue, body, pika.BasicProperties(delivery_mode=2), mandatory=True)

    def take(self, queue: str) -> bytes | None:
        """Take a message out of a queue, or None where there is none."""
        if queue not in queue_lengths(self.amqp_url):
            return None
        with pika.BlockingConnection(pika.URLParameters(self.amqp_url)) as connection:
            body: bytes | None = connection.channel().basic_get(queue, auto_ack=True)[2]
        return body

    # What is expected

    def expect_mail(self, to: str, subject_part: str) -> Any:
        """Wait for this mail; any that is not expected fails the test in the end."""
        return self.mail.expect(to, subject_part)

    def expect_dead_letters(self, queue: str, count: int) -> list[bytes]:
        """Wait for so many dead letters of a queue, and take them."""
        dead = f"{queue}.XQ"
        until(lambda: queue_lengths(self.amqp_url).get(dead) == count, f"{count} dead letters of {queue}")
        return [body for _ in range(count) if (body := self.take(dead)) is not None]

    def expect_tracebacks(self, *exceptions: str) -> None:
        """Announce that workers may log tracebacks of these exceptions."""
        self._tracebacks += exceptions

    # The end

    def close(self) -> None:
        """End everything, and fail if there was anything that the test did not expect."""
        for worker in self.workers:
            worker.end()
        for worker in self.workers:
            worker.wait()
        self.mail.__exit__()
        for worker in self.workers:
            print(f"----- {worker.name}\n{worker.log[-8000:]}")  # shown where a test failed
        assert self.mail.unexpected == [], f"mails that nobody expected: {self.mail.summary()}"
        lengths = queue_lengths(self.amqp_url)
        assert {queue: lengths[queue] for queue in DEAD_LETTERS if lengths.get(queue)} == {}
        raised = [line for worker in self.workers for line in worker.exceptions()]
        surprises = [line for line in raised if not any(name in line for name in self._tracebacks)]
        assert surprises == [], "tracebacks that nobody expected"
        self._look_for_passwords()

    def _look_for_passwords(self) -> None:
        urls = (self.database_url, self.amqp_url)
        passwords = {MAIL_PASSWORD, *(urlsplit(url).password or "" for url in urls)}
        for text in (*(worker.log for worker in self.workers), *self._said):
            for password in passwords:
                shown = f":{password}@" in text or (len(password) >= 8 and password in text)
                assert not shown, "a password can be read in a log or in what a command said"

    def _started(self, worker: Worker) -> Worker:
        worker.wait_for("Worker process is ready for action.")
        return worker

    def _write(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.write_text(text)
        return file


def message(actor: str, queue: str, *arguments: object, **changes: object) -> bytes:
    """A message as Dramatiq writes it, with whatever is to be wrong in it."""
    proper = {
        "queue_name": queue,
        "actor_name": actor,
        "args": arguments,
        "kwargs": {},
        "options": {},
        "message_id": str(uuid4()),
        "message_timestamp": int(time.time() * 1000),
    }
    return json.dumps(proper | changes).encode()


Maker = Callable[..., Facility]
