"""D6 and case C35: what is fetched is whole and as it is, and comes only from where the site allows it."""

import gzip
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from datasets.conftest import Site
from datasets.test_kills import killed_at, until_unharmed
from datasets.workers import Workers
from xfc_notify.datasets import journal, orders
from xfc_notify.datasets.errors import Conflict, DatasetError
from xfc_notify.datasets.external import fetch, reach
from xfc_notify.datasets.external.fetch import Options
from xfc_notify.datasets.external.reach import NotAllowed, Url, is_reachable
from xfc_notify.datasets.journal import LEASE
from xfc_notify.datasets.settings import External
from xfc_notify.datasets.states import Command
from xfc_notify.datasets.tables import DatasetRow, JournalRow, ReplicaRow
from xfc_notify.errors import WrongInput

BODY = b"data of the world\n" * 10_000
Talk = Callable[[socket.socket, bytes], object]


class Server:
    """Talks plain bytes on an address of this machine; `heard` is what it was sent."""

    def __init__(self, talk: Talk, address: str = "127.0.0.2", port: int = 0, secure: Any = None) -> None:
        self.talk, self.secure = talk, secure
        self.heard: list[bytes] = []
        self.listening = socket.create_server((address, port))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        try:
            if self.secure:
                client = self.secure.wrap_socket(client, server_side=True)
            with client:
                heard = b""
                while b"\r\n\r\n" not in heard and (more := client.recv(65536)):
                    heard += more
                self.heard.append(heard)
                self.talk(client, heard)
        except OSError:
            pass


def says(*lines: str, body: bytes = b"", status: str = "200 OK") -> Talk:
    head = "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode()
    return lambda client, _: client.sendall(head + body)


def whole(body: bytes = BODY) -> Talk:
    return says(f"Content-Length: {len(body)}", body=body)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Makes servers."""
    made: list[Server] = []

    def start(*arguments: Any, **named: Any) -> Server:
        made.append(Server(*arguments, **named))
        return made[-1]

    yield start
    for server in made:
        server.listening.close()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Host → the addresses that it has when it is asked for the first, the second, … time; the last stays."""
    known: dict[str, list[str]] = {"data.example.org": ["127.0.0.2"]}
    asked = socket.getaddrinfo

    def resolve(host: str, *more: Any, **named: Any) -> Any:
        if host in known:
            answers = known[host]
            host = answers.pop(0) if len(answers) > 1 else answers[0]
        return asked(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


def allowed(**more: Any) -> External:
    table: dict[str, Any] = {"hosts": ("data.example.org",), "networks": (ip_network("127.0.0.2"),)}
    return External(**table | more)


def got(url: str, options: Options | None = None, limits: External | None = None) -> bytes:
    found = bytearray()
    fetch.fetch(url, options or Options(), limits or allowed(), found.extend)
    return bytes(found)


@pytest.fixture(autouse=True)
def _known(names: dict[str, list[str]]) -> None:
    """Names are resolved here."""


@pytest.mark.parametrize(
    ("address", "reachable"),
    [
        ("8.8.8.8", True), ("2001:4860:4860::8888", True), ("127.0.0.1", False), ("10.1.2.3", False),
        ("192.168.0.1", False), ("172.16.0.1", False), ("169.254.169.254", False), ("0.0.0.0", False),
        ("100.64.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False), ("::", False),
        ("fe80::1%eth0", False), ("fc00::1", False), ("ff02::1", False), ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("::127.0.0.1", False),
        ("::ffff:8.8.8.8", True), ("127.0.0.2", True), ("::ffff:127.0.0.2", True),
    ],
)  # fmt: skip
def test_which_addresses_may_be_reached(address: str, reachable: bool) -> None:
    assert is_reachable(address, [ip_network("127.0.0.2")]) is reachable


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://data.example.org/x", "gopher://x/", "http://", "//x/y", "http://a:b@x/", "http://[",
     "http://x:99999/", "http://x/a b", "http://x/\r\nHost: y", "http://x/é", "javascript:x", ""],
)  # fmt: skip
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(WrongInput):
        Url.of(url)


@pytest.mark.parametrize(
    "host", ["other.example.org", "xdata.example.org", "data.example.org.evil.test", "127.0.0.2"]
)
def test_only_from_listed_hosts(host: str, serve: Callable[..., Server]) -> None:
    server = serve(whole())
    with pytest.raises(NotAllowed):
        got(f"http://{host}:{server.port}/x")
    assert server.heard == []


def test_the_very_bytes(serve: Callable[..., Server]) -> None:
    server = serve(whole())
    assert got(f"http://data.example.org:{server.port}/a/b?c=d") == BODY
    (heard,) = server.heard
    assert heard.startswith(b"GET /a/b?c=d HTTP/1.1\r\n")
    assert f"Host: data.example.org:{server.port}\r\n".encode() in heard
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (b"one", b"two" * 999)) + b"0\r\n\r\n"
    server = serve(says("Transfer-Encoding: chunked", body=chunks))
    assert got(f"http://data.example.org:{server.port}/") == b"one" + b"two" * 999
    server = serve(says("Content-Length: 3", body=b"abcdef"))
    assert got(f"http://data.example.org:{server.port}/") == b"abc"
    assert got(f"http://data.example.org:{serve(whole(b'')).port}/") == b""


@pytest.mark.parametrize(
    ("talk", "why"),
    [
        (says(f"Content-Length: {len(BODY)}", body=BODY[: len(BODY) * 9 // 10]), "ended after"),
        (says("Transfer-Encoding: chunked", body=b"5\r\nabc"), "ended before"),
        (says("Transfer-Encoding: chunked", body=b"3\r\nabc\r\n"), "ended before"),
        (says("Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"), "does not say how long"),
        (says(body=BODY), "does not say how long"),
        (says("Content-Length: 20", "Content-Encoding: gzip", body=gzip.compress(b"")), "encoded as gzip"),
        (says("Content-Length: 99999999999"), "more than"),
        (says("Transfer-Encoding: chunked", body=b"%x\r\n" % 2**20 + bytes(2**20)), "more than"),
        (says("Content-Length: 9", status="404 Not \x1b[31mFound", body=b"not found"), r"404 Not \\x1b"),
        (says("Content-Length: 9", status="206 Partial", body=b"not found"), "206"),
        (lambda client, _: client.sendall(b"nonsense\r\n\r\n"), "nonsense"),
        (lambda client, _: client.close(), "closed|without"),
        (lambda client, _: client.sendall(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n"), "headers"),
    ],
)  # fmt: skip
def test_c35_what_is_not_whole_or_not_as_it_is_fails(
    site: Site, serve: Callable[..., Server], talk: Talk, why: str
) -> None:
    server = serve(talk)
    url, limits = f"http://data.example.org:{server.port}/x", allowed(largest=500_000)
    with pytest.raises(DatasetError, match=why):
        site.catalog.receive("one:", "in/x", lambda sink: fetch.fetch(url, Options(), limits, sink), "there")
    assert_nothing_came(site)


def assert_nothing_came(site: Site) -> None:
    assert site.tree("one") == {}
    assert [path.name for path in site.root("one").iterdir()] == [".xfc-store"]
    assert (DatasetRow.select().count(), ReplicaRow.select().count()) == (0, 0)
    (line,) = site.catalog.journal()
    assert (line.command, line.success) == ("receive", False)
    assert line.outcome


def test_c35_what_never_ends_is_given_up(site: Site, serve: Callable[..., Server]) -> None:
    """By its time, however slowly it comes: in the body, in the head, or not at all."""

    def drip(begin: bytes) -> Talk:
        def talk(client: socket.socket, _: bytes) -> None:
            client.sendall(begin)
            while True:
                client.sendall(b"x")
                threading.Event().wait(0.05)

        return talk

    limits = allowed(longest=timedelta(seconds=1))
    for begin in (b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: ", b""):
        server = serve(drip(begin))
        with pytest.raises(DatasetError, match="took longer"):
            got(f"http://data.example.org:{server.port}/", limits=limits)
    silent = serve(lambda *_: bool(threading.Event().wait(20)))
    with pytest.raises(DatasetError, match="took longer"):
        got(f"http://data.example.org:{silent.port}/", limits=limits)


def test_c35_the_connection_goes_to_the_address_that_was_checked(
    serve: Callable[..., Server], names: dict[str, list[str]]
) -> None:
    good = serve(whole(b"public"))
    bad = serve(whole(b"private"), address="127.0.0.1", port=good.port)
    names["data.example.org"] = ["127.0.0.2", "127.0.0.1"]
    assert got(f"http://data.example.org:{good.port}/") == b"public"
    with pytest.raises(NotAllowed, match=r"127\.0\.0\.1"):
        got(f"http://data.example.org:{good.port}/")
    assert bad.heard == []


@pytest.mark.parametrize(
    "location",
    ["http://169.254.169.254/latest/meta-data", "http://[::ffff:127.0.0.1]:{port}/", "http://127.0.0.1:{port}/",
     "file:///etc/passwd", "http://inside.example.org:{port}/", "//127.0.0.1:{port}/", "gopher://x/", ""],
)  # fmt: skip
def test_c35_a_redirect_leads_nowhere_else(
    site: Site, serve: Callable[..., Server], names: dict[str, list[str]], location: str
) -> None:
    names["inside.example.org"] = ["127.0.0.1"]
    inside = serve(whole(b"secret"), address="127.0.0.1")
    server = serve(
        says(f"Location: {location.format(port=inside.port)}", "Content-Length: 0", status="302 Found")
    )
    limits = allowed(
        hosts=("*.example.org", "127.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"), largest=10**6
    )
    url = f"http://data.example.org:{server.port}/"
    with pytest.raises(DatasetError):
        site.catalog.receive("one:", "x", lambda sink: fetch.fetch(url, Options(), limits, sink), "there")
    assert inside.heard == []
    assert_nothing_came(site)


def test_redirects_are_followed_so_many_times(serve: Callable[..., Server]) -> None:
    def talk(client: socket.socket, heard: bytes) -> None:
        left = int(heard.split(b" ")[1].strip(b"/"))
        answer = (
            whole(b"there")
            if left == 0
            else says(f"Location: {left - 1}", "Content-Length: 0", status="307 X")
        )
        answer(client, heard)

    server = serve(talk)
    assert got(f"http://data.example.org:{server.port}/5") == b"there"
    with pytest.raises(DatasetError, match="more than 5 times"):
        got(f"http://data.example.org:{server.port}/6")


def test_c35_what_is_secret_goes_to_no_other_host(
    serve: Callable[..., Server], names: dict[str, list[str]]
) -> None:
    names["other.example.org"] = ["127.0.0.2"]
    other = serve(whole(b"there"))
    options = Options.read({"user": "ada", "password": "s3cret", "headers": {"X-Key": "k3y"}})
    first = serve(
        says(f"Location: http://other.example.org:{other.port}/", "Content-Length: 0", status="302 F")
    )
    limits = allowed(hosts=("*.example.org",))
    assert got(f"http://data.example.org:{first.port}/", options, limits) == b"there"
    assert b"Authorization: Basic YWRhOnMzY3JldA==" in first.heard[0]
    assert b"X-Key: k3y" in first.heard[0]
    assert b"uthorization" not in other.heard[0]
    assert b"k3y" not in other.heard[0]
    assert "s3cret" not in repr(options)


@pytest.mark.parametrize(
    "options",
    [[], {"proxy": "x"}, {"user": 1}, {"user": "a:b"}, {"headers": ["x"]}, {"headers": {"X": "a\r\nY: b"}},
     {"headers": {"Host": "x"}}, {"headers": {"a b": "c"}}, {"headers": {"Transfer-Encoding": "chunked"}}],
)  # fmt: skip
def test_which_options_are_refused(options: Any) -> None:
    with pytest.raises(WrongInput):
        Options.read(options)


def test_tls_is_verified(
    tmp_path: Path, serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2",
         "-subj", "/CN=data.example.org", "-addext", "subjectAltName=DNS:data.example.org"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server = serve(whole(b"by TLS"), secure=context)
    with pytest.raises(DatasetError, match="certificate"):
        got(f"https://data.example.org:{server.port}/")
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    assert got(f"https://data.example.org:{server.port}/") == b"by TLS"
    with pytest.raises(DatasetError, match="certificate"):
        got(f"https://www.example.org:{server.port}/", limits=allowed(hosts=("www.example.org",)))


@pytest.fixture(autouse=True)
def _www(names: dict[str, list[str]]) -> None:
    names["www.example.org"] = ["127.0.0.2"]


def test_what_was_received_is_a_dataset(site: Site, serve: Callable[..., Server]) -> None:
    url = f"http://data.example.org:{serve(whole()).port}/secret?token=t0ken"
    view = site.catalog.receive(
        "one:",
        "new/x.bin",
        lambda sink: fetch.fetch(url, Options(), allowed(), sink),
        Url.of(url).shown,
        "ada",
    )
    assert site.tree("one") == {"new/x.bin": BODY}
    assert (view.owner, view.spec, view.replicas[0].state, view.replicas[0].bytes) == (
        "ada",
        "file",
        "good",
        len(BODY),
    )
    assert site.catalog.verify(view.uid)[0].state == "good"
    assert "t0ken" not in str(site.catalog.journal())
    assert [move.cmd for move in site.catalog.history(view.uid)] == ["receive"]
    with pytest.raises(Conflict):
        site.catalog.receive("one:", "new/x.bin", lambda sink: sink(memoryview(b"other")), "there")
    assert site.tree("one") == {"new/x.bin": BODY}


def test_reach_asks_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *_, **__: asked.append(host) or [(2, 1, 6, "", ("127.0.0.2", 80))]
    )
    assert reach.checked(Url.of("http://data.example.org/"), allowed()) == "127.0.0.2"
    assert asked == ["data.example.org"]


def ordered(url: str, path: str = "in/x") -> str:
    about = {"owner": "ada", "group": "", "description": "", "originator": "", "metadata": ""}
    asked = {"url": url, "root": "one:", "path": path, "about": about}
    return str(journal.order(Command.RECEIVE, str(uuid4()), asked, datetime.now(UTC)).id)


def test_a_worker_that_fetches_and_is_killed_is_followed_by_another(
    tmp_path: Path, store: str, serve: Callable[..., Server]
) -> None:
    limits = {"hosts": ["data.example.org"], "networks": ["127.0.0.2"]}
    site = Site.at(tmp_path, datasets={"external": limits})
    url = f"http://data.example.org:{serve(whole()).port}/x"

    def kill(step: int) -> bool:
        workers, task = Workers(site), ordered(url)
        was_killed = killed_at(step, store, workers.work)
        workers.ahead = 2 * LEASE + orders.SENT
        workers.work()
        row = JournalRow.get_by_id(task)
        assert row.success is True, row.outcome
        assert site.tree("one") == {"in/x": BODY}
        assert not list(site.root("one").rglob(".xfc-part*"))
        assert [view.uid for view in site.catalog.find()] == [row.dataset]
        site.catalog.remove(row.dataset, "one:", force_last=True)
        return was_killed

    until_unharmed(kill, 10)


def test_what_cannot_be_fetched_ends_as_failed(
    tmp_path: Path, store: str, serve: Callable[..., Server]
) -> None:
    site = Site.at(tmp_path)
    task = ordered(f"http://data.example.org:{serve(whole()).port}/x")
    Workers(site).work()
    row = JournalRow.get_by_id(task)
    assert row.success is False
    assert "none of the hosts" in row.outcome
    assert DatasetRow.select().count() == 0
