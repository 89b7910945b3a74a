"""Several processes serve one address."""

import socket
from urllib.request import urlopen

from servers.web import Web

from web.conftest import Place
from xfc_notify.web.processes import Shared


class Two(Web):
    """The web in two processes."""

    def command(self) -> list[str]:
        return [*super().command(), "--processes", "2"]


def test_two_processes_answer_at_one_address(place: Place) -> None:
    with Two(place.settings) as server:
        assert [urlopen(f"{server.at}/readyz").status for _ in range(20)] == [200] * 20


def test_no_answer_waits_for_an_acknowledgement() -> None:
    with Shared("nothing:here", host="127.0.0.1", port=0, workers=2).bind_socket() as bound:
        bound.listen()
        with socket.create_connection(bound.getsockname()), bound.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
