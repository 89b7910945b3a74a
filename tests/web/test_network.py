"""Who a request is from: pure, and over a Unix socket. Case 7."""

import httpx
import pytest
from cli.console import run
from cli.place import Place
from servers.process import until
from servers.web import Web

from xfc_notify.errors import WrongInput
from xfc_notify.web.network import client, named_by_proxy


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "found"),
    [
        ("198.51.100.1", ["127.0.0.1"], [], "198.51.100.1"),
        ("127.0.0.1", ["203.0.113.9, 198.51.100.1"], ["127.0.0.1"], "198.51.100.1"),
        ("127.0.0.1", ["203.0.113.9", "198.51.100.1, 10.0.0.2"], ["127.0.0.1", "10.0.0.0/8"], "198.51.100.1"),
        ("127.0.0.1", ["10.0.0.1"], ["127.0.0.1", "10.0.0.0/8"], "10.0.0.1"),
        ("127.0.0.1", ["nonsense"], ["127.0.0.1"], "127.0.0.1"),
        ("127.0.0.1", [], ["127.0.0.1"], "127.0.0.1"),
        ("::ffff:127.0.0.1", ["198.51.100.1"], ["127.0.0.1"], "198.51.100.1"),
        (None, ["198.51.100.1"], ["unix"], "198.51.100.1"),
        (None, ["198.51.100.1"], ["127.0.0.1"], "unix"),
        ("::1", ["2001:db8::1"], ["::1"], "2001:db8::1"),
    ],
)
def test_the_client_is_the_last_hop_that_is_not_trusted(
    peer: str | None, forwarded: list[str], trusted: list[str], found: str
) -> None:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    assert client(peer, headers, trusted) == found


def test_blanks_around_a_name_are_none_and_two_names_are_refused() -> None:
    def named(*values: bytes) -> str:
        headers = [(b"x-remote-user", value) for value in values]
        return named_by_proxy("127.0.0.1", headers, "X-Remote-User", ["127.0.0.1"])

    assert named(b" cleo ") == "cleo"
    assert named(b"   ") == named() == ""
    for several in ((b"cleo", b"op"), (b"cleo", b"cleo"), (b"cleo,op",), (b"", b"op")):
        with pytest.raises(WrongInput):
            named(*several)


def test_everybody_is_trusted_by_nobody_who_names_users(place: Place) -> None:
    more = '\n[web]\nproxy_header = "X-Remote-User"\ntrusted_proxies = ["*"]\n'
    file = place.settings.with_name("all.toml")
    file.write_text(place.settings.read_text() + more)
    ran = run("check", "operators", "--settings", file)
    assert ran.code == 2
    assert "would let anybody be anybody" in ran.err


class OnSocket(Web):
    """The web at a Unix socket."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.settings, web='proxy_header = "X-Remote-User"\ntrusted_proxies = ["unix"]')
        self.socket = self.folder / "web.sock"
        text = self.file.read_text().replace(f'"127.0.0.1:{self.port}"', f'"unix:{self.socket}"')
        self.file.write_text(text)

    def is_ready(self) -> bool:
        try:
            return self.get("/healthz").status_code == 200
        except httpx.HTTPError:
            return False

    def get(self, path: str, **headers: str) -> httpx.Response:
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(self.socket))) as client:
            return client.get(f"{self.url}{path}", headers=headers)


def test_a_unix_socket_works_and_its_clients_are_trusted_when_named(place: Place) -> None:
    with OnSocket(place) as server:
        assert server.get("/").status_code == 303
        assert server.get("/", **{"X-Remote-User": "cleo"}).status_code == 200
        assert server.get("/", **{"X-Forwarded-For": "198.51.100.1"}).status_code == 303
        until(lambda: "198.51.100.1 GET / 303" in server.log, "the line of the last answer")
        assert "unix GET / 303" in server.log
