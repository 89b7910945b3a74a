"""How fast is the web at 100,000 areas? Loaded by wrk; writes docs/benchmarks-web.md.

    python benchmarks/web.py [--areas 100000] [--seconds 10] [--output docs/benchmarks-web.md]

The peer is the smallest application on the same server, which answers with a constant page of 10 kB and looks nothing
up: no page can be faster than that. The database is PostgreSQL; everything is private, on this machine, wrk too.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent))

from areas import fill
from servers.postgres import Postgres
from servers.process import Server
from servers.web import Web

from xfc_notify.store import database, migrate

CONNECTIONS = 4
PROCESSES = 2
PAGES = {
    "my storage": ("user000314", "/"),
    "messages": ("user000314", "/messages"),
    "what lies where": ("user000314", "/areas/315"),
    "preferences": ("user000314", "/preferences"),
    "overview": ("op", "/operations"),
    "areas, the worst first": ("op", "/operations/areas"),
    "areas, by size": ("op", "/operations/areas?sort=size&volume=vol1"),
    "areas, searched": ("op", "/operations/areas?search=0314"),
    "areas, page 100": ("op", "/operations/areas?page=100"),
    "users, searched": ("op", "/operations/users?search=0314"),
    "volume, who uses most": ("op", "/operations/volumes/vol1"),
    "one user": ("op", "/operations/users/user000314"),
    "REST: /me/standings": ("user000314", "/api/v1/me/standings"),
}
SETTINGS = """\
[service]
contact = "help@example.org"
[database]
url = "{database}"
[[volumes]]
name = "vol1"
path = "/data/vol1"
"""
WEB = 'operators = ["op"]\nproxy_header = "X-Remote-User"\ntrusted_proxies = ["127.0.0.1"]'
PEER = """\
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        return
    headers = [(b"content-type", b"text/html"), (b"content-length", b"10000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"x" * 10000})
"""


class Peer(Server):
    """uvicorn with an application that does nothing."""

    def command(self) -> list[str]:
        (self.folder / "peer.py").write_text(PEER)
        return [sys.executable, "-m", "uvicorn", "peer:app", "--port", str(self.port), "--no-access-log", "--lifespan",
                "off"]  # fmt: skip

    def environment(self) -> dict[str, str]:
        return {}

    def is_ready(self) -> bool:
        return (
            subprocess.run(
                ["curl", "-sf", "-o", "/dev/null", f"http://127.0.0.1:{self.port}/"], check=False
            ).returncode
            == 0
        )


class Processes(Web):
    """The web as a machine of two cores runs it."""

    def command(self) -> list[str]:
        return [*super().command(), "--processes", str(PROCESSES)]


@dataclass(frozen=True)
class Load:
    """Requests a second, and milliseconds at the 50th and 95th percentile."""

    rate: float
    half: float
    most: float


def load(url: str, user: str, seconds: int) -> Load:
    """What wrk measures."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(
            "done = function(summary, latency)\n"
            '  print(string.format("P %f %f", latency:percentile(50) / 1000, latency:percentile(95) / 1000))\nend\n'
        )
        script.flush()
        command = [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds}s",
            "-H",
            f"X-Remote-User: {user}",
            "-s",
            script.name,
            url,
        ]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in printed:
        raise SystemExit(f"{url}: not every answer was a page:\n{printed}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    times = re.search(r"^P ([\d.]+) ([\d.]+)", printed, re.MULTILINE)
    assert rate, printed
    assert times, printed
    return Load(float(rate[1]), float(times[1]), float(times[2]))


def resident(web: Web) -> int:
    """Bytes in the memory of the largest of the server's processes, at their highest."""
    assert web._process is not None
    pid = web._process.pid
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    peaks = [
        re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{one}/status").read_text()) for one in (pid, *below)
    ]
    return max(int(peak[1]) * 1024 for peak in peaks if peak)


def report(areas: int, seconds: int, peer: Load, found: dict[str, Load], memory: int) -> str:
    """The document."""
    rows = "\n".join(
        f"| {name} | {one.rate:.0f} | {one.rate / peer.rate:.2f} | {one.half:.0f} | {one.most:.0f} |"
        for name, one in found.items()
    )
    machine = f"{os.cpu_count()} cores ({platform.machine()}, Python {platform.python_version()})"
    return f"""# Benchmarks: the web

Made by `python benchmarks/web.py` with {areas:,} areas in PostgreSQL: {CONNECTIONS} connections of wrk for {seconds}
seconds each, {PROCESSES} processes of the web, on {machine} that wrk, PostgreSQL and others
share: the load of the machine was {os.getloadavg()[0]:.1f} in the end. The peer is the smallest application on the same
server, which answers with 10 kB and looks nothing up.

| page | requests/s | × the peer's | half within ms | 95 % within ms |
|---|---|---|---|---|
| the peer | {peer.rate:.0f} | 1 | {peer.half:.1f} | {peer.most:.1f} |
{rows}

Memory of a process at its highest: {memory / 10**6:.0f} MB.
"""


def main() -> None:
    """Measure, and write the document."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--areas", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--output", type=Path, default=Path("docs/benchmarks-web.md"))
    asked = parser.parse_args()
    with Postgres() as server, Peer() as peer, tempfile.TemporaryDirectory() as folder:
        url = server.new_database()
        database.prepare(url)
        with database.connected():
            migrate.upgrade()
            fill(asked.areas)
        settings = Path(folder) / "settings.toml"
        settings.write_text(SETTINGS.format(database=url))
        bare = load(f"http://127.0.0.1:{peer.port}/", "nobody", asked.seconds)
        with Processes(settings, web=WEB) as web:
            for user, path in PAGES.values():
                load(f"{web.url}{path}", user, 1)
            found = {
                name: load(f"{web.url}{path}", user, asked.seconds) for name, (user, path) in PAGES.items()
            }
            memory = resident(web)
    text = report(asked.areas, asked.seconds, bare, found, memory)
    asked.output.write_text(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
