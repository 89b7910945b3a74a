"""The configurations for nginx and Apache, behind which the web is tried. Cases 5, 6, 7 and 13."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cli.place import Place
from servers.process import Server, free_port, until
from servers.web import Web

DEPLOY = Path(__file__).parents[2] / "deploy"
MODULES = "mpm_event authz_core ssl socache_shmcb proxy proxy_http headers setenvif alias env"


class Proxy(Server):
    """A proxy with the configuration that we ship, at the ports and with the files of the tests."""

    def __init__(self, kind: str, web_port: int, port: int) -> None:
        super().__init__("www-data")
        self.kind, self.port = kind, port
        pem, key = self.folder / "storage.pem", self.folder / "storage.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-out", pem, "-keyout", key],
            check=True, capture_output=True,
        )  # fmt: skip
        shutil.chown(key, "www-data")
        text = (DEPLOY / kind / "xfc-notify.conf").read_text()
        for shipped, here in (
            ("/etc/ssl/certs/storage.pem", str(pem)),
            ("/etc/ssl/private/storage.key", str(key)),
            (f"/var/log/{'nginx' if kind == 'nginx' else 'apache2'}", str(self.folder)),
            ("127.0.0.1:8080", f"127.0.0.1:{web_port}"),
            ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
            ("*:443", f"127.0.0.1:{port}"),
        ):
            text = text.replace(shipped, here)
        self.conf = self.folder / "proxy.conf"
        self.conf.write_text((self._nginx if kind == "nginx" else self._apache)(text))

    def _nginx(self, text: str) -> str:
        places = "".join(
            f"{name}_temp_path {self.folder}/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        return (
            f"daemon off;\npid {self.folder}/pid;\nerror_log {self.folder}/errors.log;\nevents {{}}\n"
            f"http {{\nunderscores_in_headers on;\n{places}{text}}}\n"
        )

    def _apache(self, text: str) -> str:
        loads = "".join(
            f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in MODULES.split()
        )
        return (
            f"ServerRoot {self.folder}\nPidFile {self.folder}/pid\nListen 127.0.0.1:{self.port}\nServerName localhost\n"
            f"DefaultRuntimeDir {self.folder}\nErrorLog {self.folder}/errors.log\n{loads}{text}"
        )

    def command(self) -> list[str]:
        if self.kind == "nginx":
            return ["nginx", "-c", str(self.conf), "-p", str(self.folder)]
        return ["apache2", "-f", str(self.conf), "-DFOREGROUND"]

    def environment(self) -> dict[str, str]:
        return {}

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"https://127.0.0.1:{self.port}/healthz", verify=False).status_code == 200
        except httpx.HTTPError:
            return False

    @property
    def logs(self) -> str:
        return "".join(file.read_text() for file in self.folder.glob("*log*"))


@pytest.fixture(scope="module", params=["nginx", "apache"])
def proxied(request: pytest.FixtureRequest, place: Place) -> Iterator[tuple[Proxy, Web]]:
    """The web, which trusts the proxy in front of it."""
    program = "nginx" if request.param == "nginx" else "apache2"
    if shutil.which(program) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{program} is not installed", pytrace=False)
        pytest.skip(f"UNTESTED: {program} is missing")
    port = free_port()
    trusted = 'operators = ["op"]\nproxy_header = "X-Remote-User"\ntrusted_proxies = ["127.0.0.1"]'
    web = Web(place.settings, web=trusted, url=f"https://127.0.0.1:{port}")
    with web, Proxy(request.param, web.port, port) as proxy:
        yield proxy, web


def test_no_client_names_a_user_through_the_proxy(proxied: tuple[Proxy, Web]) -> None:
    _, web = proxied
    with httpx.Client(base_url=web.url, verify=False) as client:
        for header in ("X-Remote-User", "X_Remote_User", "x-remote-user"):
            for path in ("/", "/sign-in", "/api/v1/me"):
                answer = client.get(path, headers={header: "op"})
                assert answer.status_code in {303, 200, 401}
                assert "op</span>" not in answer.text
        assert client.get("/metrics").status_code == 404
        assert client.get("/static/style.css").headers["cache-control"] == "public, max-age=3600"
        assert client.get("/").headers["location"] in {"/sign-in", f"{web.url}/sign-in"}
        assert client.post("/sign-in", data={"name": "nobody"}).status_code == 200


def test_the_client_is_who_the_proxy_saw(proxied: tuple[Proxy, Web]) -> None:
    _, web = proxied
    stranger = httpx.HTTPTransport(local_address="127.0.0.2", verify=False)
    with httpx.Client(transport=stranger) as client:
        client.get(f"{web.url}/sign-in", headers={"X-Forwarded-For": "203.0.113.1"})
    line = "127.0.0.2 GET /sign-in 200"
    until(lambda: line in web.log, line)  # it is logged after it is answered
    assert "203.0.113.1" not in web.log


def test_no_token_is_in_the_logs_of_the_proxy(proxied: tuple[Proxy, Web]) -> None:
    proxy, web = proxied
    with httpx.Client(base_url=web.url, verify=False) as client:
        for path in (
            "/answer/SECRET.TOKEN",
            "/enter/SECRET.TOKEN?x=SECRET",
            "/confirm/SECRET.TOKEN",
            "/?next=SECRET",
        ):
            client.get(path)
        web.pause()
        with pytest.raises(httpx.TimeoutException):
            client.get("/answer/SECRET.TOKEN", timeout=1)
        web.resume()
    assert "SECRET" not in proxy.logs
    assert "GET /answer/..." in proxy.logs
    assert "SECRET" not in web.log
