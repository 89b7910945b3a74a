"""A cluster of three RabbitMQ nodes."""

from contextlib import suppress
from pathlib import Path
from typing import Self

from servers.rabbitmq import RabbitMQ

SIZE = 3


class Node(RabbitMQ):
    """One of them. All find each other by the epmd of the first, and trust each other by its cookie."""

    def __init__(self, first: "Node | None") -> None:
        super().__init__()
        if first is not None:
            self._epmd_port, self._epmd = first._epmd_port, first._epmd
        cookie = self.folder / ".erlang.cookie"
        cookie.write_text("XFCNOTIFYTESTCLUSTER")
        cookie.chmod(0o400)

    @property
    def name(self) -> str:
        """Its name in the cluster."""
        return self.environment()["RABBITMQ_NODENAME"]

    def environment(self) -> dict[str, str]:
        return super().environment() | {"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1"}


class Cluster:
    """Three nodes; `with` starts them, and in the end removes them with all their data."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []

    def __enter__(self) -> Self:
        try:
            for _ in range(SIZE):
                self.nodes.append(Node(self.nodes[0] if self.nodes else None))
                if len(self.nodes) == 1:
                    self.nodes[0].start()  # with the epmd
                    continue
                node = self.nodes[-1]
                node._epmd = self.nodes[0]._epmd
                node.start()
                node.ctl("stop_app")
                node.ctl("join_cluster", self.nodes[0].name)
                node.ctl("start_app")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for node in reversed(self.nodes):
            with suppress(Exception):
                node.kill()
            node.close()

    def import_definitions(self, file: Path, passwords: dict[str, str]) -> None:
        """Import definitions, with these passwords of their users."""
        self.nodes[0].ctl("import_definitions", str(file))
        for user, password in passwords.items():
            self.nodes[0].ctl("change_password", user, password)

    def url(self, user: str, password: str, vhost: str, options: str = "") -> str:
        """The URLs of a virtual host, of all nodes."""
        return ";".join(
            f"amqp://{user}:{password}@127.0.0.1:{node.port}/{vhost}{options}" for node in self.nodes
        )
