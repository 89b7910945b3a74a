"""A private RabbitMQ, or the virtual host that XFC_TEST_AMQP_URL names."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pika
from pika.exceptions import AMQPError, ChannelClosedByBroker

from servers.process import PATIENCE, GivenServer, MissingServerError, Server, free_port, log, spawn

USER, PASSWORD = "xfc", "rabbitmq-secret"
BIN = Path("/usr/lib/rabbitmq/bin")  # the wrappers in /usr/sbin insist on the package's user and folders
BATCH = 20  # virtual hosts made at once: a run of rabbitmqctl takes 0.4 s, a virtual host 0.02 s
QUEUES = tuple(
    f"{name}{suffix}"
    for name in ("scan", "results", "delivery", "reports", "transfers")
    for suffix in ("", ".DQ", ".XQ")
)


class RabbitMQ(Server):
    """A RabbitMQ of our own, with an epmd of its own, so that it meets no other Erlang on the machine."""

    def __init__(self) -> None:
        if not (BIN / "rabbitmq-server").exists():
            raise MissingServerError(
                "RabbitMQ is missing: apt-get install rabbitmq-server or set XFC_TEST_AMQP_URL"
            )
        super().__init__()
        self._epmd_port, self._dist_port = free_port(), free_port()
        self._epmd: subprocess.Popen[bytes] | None = None
        self._made = 0
        self._unused: list[str] = []
        (self.folder / "rabbitmq.conf").write_text(f"default_user = {USER}\ndefault_pass = {PASSWORD}\n")
        (self.folder / "plugins").write_text("[].")

    def start(self) -> None:
        """Start, with epmd before it."""
        if self._epmd is None:
            epmd = ["epmd", "-port", str(self._epmd_port), "-address", "127.0.0.1"]
            self._epmd = spawn(epmd, {}, self.folder)
        super().start()

    def close(self) -> None:
        """End it and remove its data."""
        super().close()
        if self._epmd:
            self._epmd.kill()
            self._epmd.wait()

    def command(self) -> list[str]:
        return [str(BIN / "rabbitmq-server")]

    def environment(self) -> dict[str, str]:
        return {
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_NODENAME": f"xfc{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "logs"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            # With this the script becomes the server instead of watching over it: its pid is the server's.
            "NOTIFY_SOCKET": "/nonexistent",
        }

    def is_ready(self) -> bool:
        try:
            pika.BlockingConnection(pika.URLParameters(self.url("%2F"))).close()
        except (AMQPError, OSError):
            return False
        return True

    def url(self, vhost: str) -> str:
        """The URL of a virtual host."""
        return f"amqp://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{vhost}"

    def new_vhost(self) -> str:
        """The URL of a virtual host that nobody has used."""
        if not self._unused:
            self._make_vhosts()
        return self.url(self._unused.pop())

    def ctl(self, *arguments: str) -> None:
        """Run rabbitmqctl."""
        command = [str(BIN / "rabbitmqctl"), *arguments]
        if spawn(command, self.environment(), self.folder).wait(PATIENCE) != 0:
            raise RuntimeError(f"rabbitmqctl {arguments[0]} failed:\n{log(self.folder)[-4000:]}")

    def keep_queues(self) -> None:
        """Wait until the queues are on disk. A confirmed message is at once; its queue, if new, after seconds."""
        self.ctl("eval", "catch mnesia:sync_log().")

    def _make_vhosts(self) -> None:
        names = [f"t{number}" for number in range(self._made, self._made + BATCH)]
        everything = {"user": USER, "configure": ".*", "write": ".*", "read": ".*"}
        definitions = {
            "vhosts": [{"name": name} for name in names],
            "permissions": [{"vhost": name, **everything} for name in names],
        }
        file = self.folder / "definitions.json"
        file.write_text(json.dumps(definitions))
        self.ctl("import_definitions", str(file))
        self._made += BATCH
        self._unused = names


class GivenRabbitMQ(GivenServer):
    """A virtual host that somebody else runs: one for all tests, our queues deleted before each."""

    def new_vhost(self) -> str:
        """The URL of the virtual host, without queues of ours."""
        with pika.BlockingConnection(pika.URLParameters(self._url)) as connection:
            for queue in QUEUES:
                connection.channel().queue_delete(queue)
        return self._url

    keep_queues = GivenServer.stop

    def close(self) -> None:
        """Leave nothing behind."""
        self.new_vhost()


@contextmanager
def small_messages_only(rabbitmq: RabbitMQ | GivenRabbitMQ, size: int) -> Iterator[None]:
    """RabbitMQ takes at most so many bytes in a message. Versions keep that in different places."""
    if isinstance(rabbitmq, GivenRabbitMQ):
        rabbitmq.stop()  # skips the test
        return

    def take(most: int) -> None:
        put = f"application:set_env(rabbit, max_message_size, {most}), persistent_term:put(max_message_size, {most})."
        rabbitmq.ctl("eval", put)

    take(size)
    try:
        yield
    finally:
        take(16 * 2**20)


def queue_lengths(url: str) -> dict[str, int]:
    """How many messages wait in each of our queues that exist; those held by a worker are not counted."""
    return dict(_lengths(url))


def _lengths(url: str) -> Iterator[tuple[str, int]]:
    with pika.BlockingConnection([pika.URLParameters(one) for one in url.split(";")]) as connection:
        for queue in QUEUES:
            try:
                declared = connection.channel().queue_declare(queue, passive=True)
            except ChannelClosedByBroker:  # there is no such queue
                continue
            yield queue, declared.method.message_count
