"""The images of deploy/container/Containerfile: built by buildah on a Debian made by debootstrap, and run as the pods
of deploy/kubernetes. `make test-container` calls it; it takes minutes, root, and a network with Debian's packages."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from acceptance.mail import MailServer
from servers.process import until
from servers.rabbitmq import GivenRabbitMQ, RabbitMQ, queue_lengths

from deploy.builder import CONTAINERFILE, ROOT, Builder, Image
from deploy.enclosure import Enclosure
from deploy.manifests import Pod, pods, put_together

pytestmark = pytest.mark.timeout(1800)

LARGEST = {"xfc-notify-scan": 100, "xfc-notify-service": 400, "xfc-notify-web": 450}
"""Megabytes that an image may have beyond its base."""
NOT_FOR_SCANNERS = {
    "apprise",
    "babel",
    "css_inline",
    "jinja2",
    "matplotlib",
    "numpy",
    "peewee",
    "PIL",
    "psycopg2",
    "requests",
}
DRAW = """
from datetime import UTC, datetime, timedelta
from xfc_notify.notify.words.course import Curve
from xfc_notify.notify.words.language import language
from xfc_notify.notify.words.plot import plot
from xfc_notify.outbox.picture import draw
now = datetime(2026, 3, 2, tzinfo=UTC)
curve = Curve("quota", ((now - timedelta(days=60), 0.5), (now, 1.1)), (), "40 TB")
print(draw(plot([curve], now, language("de", "Europe/Paris")))[1:4])
"""
TB = 10**12
OWNER = 20001


@pytest.fixture(scope="session")
def images() -> Iterator[dict[str, Image]]:
    """The images, by their names."""
    (base,) = re.findall(r"^ARG BASE=(.*:(.*)-slim)$", CONTAINERFILE.read_text(), re.MULTILINE)
    folder = Path(tempfile.mkdtemp(prefix="xfc-notify-images-"))
    builder = Builder(folder)
    try:
        builder.make_base(*base)
        seen = builder.fetch_packages()
        yield {f"xfc-notify-{target}": builder.build(target, seen) for target in ("scan", "service", "web")}
    finally:
        builder("rm", "--all")
        builder("rmi", "--all", "--force")
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def base(kustomize: list[str]) -> dict[str, Pod]:
    """The pods of the base, by what they do."""
    return {it.component: it for it in pods(put_together(kustomize, "base"))}


@pytest.fixture(scope="session")
def site(kustomize: list[str]) -> dict[str, Pod]:
    """The pods of the example of a site."""
    return {it.component: it for it in pods(put_together(kustomize, "overlays/example"))}


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    """A volume on which ada, over her quota, has a directory that is closed to all others."""
    closed = tmp_path / "vol1/user_cache/ada/closed"
    closed.mkdir(parents=True)
    for number in range(4):
        file = closed / f"{number}.nc"
        file.touch(mode=0o600)
        os.truncate(file, 11 * TB)
        os.chown(file, OWNER, OWNER)
    closed.chmod(0o700)
    for directory in (closed, closed.parent):
        os.chown(directory, OWNER, OWNER)
    return tmp_path / "vol1"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@dataclass(frozen=True)
class Secrets:
    """The folder of each Secret of the example of a site, by the namespace."""

    folders: dict[str, Path]
    broker: str


@pytest.fixture
def secrets(
    tmp_path: Path, postgres_url: str, rabbitmq: RabbitMQ | GivenRabbitMQ, mail: MailServer
) -> Iterator[Secrets]:
    """What docs/containers.md says has to be in them."""
    if isinstance(rabbitmq, GivenRabbitMQ):
        pytest.skip("imports definitions, so it needs a private server")
    made = tmp_path / "made"
    subprocess.run([CONTAINERFILE.with_name("make-secrets"), made], check=True, stdout=subprocess.DEVNULL)
    rabbitmq.ctl("import_definitions", str(made / "rabbitmq_definitions.json"))
    scan, service = (
        (made / f"{user}_broker_url").read_text().replace("@broker/", f"@127.0.0.1:{rabbitmq.port}/")
        for user in ("scan", "service")
    )
    contents = {
        "xfc-notify": {
            "database_url": postgres_url,
            "broker_url": service,
            "mail_url": mail.login_url,
            "link_secret": (made / "link_secret").read_text(),
        },
        "xfc-notify-scan": {"broker_url": scan},
    }
    for namespace, keys in contents.items():
        (tmp_path / "secrets" / namespace).mkdir(parents=True)
        for key, value in keys.items():
            (tmp_path / "secrets" / namespace / key).write_text(value)
    yield Secrets({it: tmp_path / "secrets" / it for it in contents}, service.strip())
    rabbitmq.ctl("delete_vhost", "xfc-notify")
    for user in ("xfc-notify-scan", "xfc-notify-service"):
        rabbitmq.ctl("delete_user", user)


@pytest.fixture
def enclosure(images: dict[str, Image], volume: Path, secrets: Secrets) -> Iterator[Enclosure]:
    settings = ROOT / "deploy/kubernetes/overlays/example"
    volumes = {
        (namespace, name): place
        for namespace, folder in secrets.folders.items()
        for name, place in {"secrets": folder, "settings": settings, "vol1": volume}.items()
    }
    environments = {
        name: dict(it.split("=", 1) for it in image.config["Env"]) for name, image in images.items()
    }
    files = {name: image.files for name, image in images.items()}
    enclosure = Enclosure(files, volumes, environments)
    yield enclosure
    enclosure.close()


def probe(pod: Pod, image: Image) -> list[str]:
    """How a pod is asked whether it is ready; the kubelet asks the web by HTTP, as its image does."""
    command: list[str] = image.config["Healthcheck"]["Test"][1:]
    asked = pod.containers[-1]["readinessProbe"]
    assert command == asked["exec"]["command"] if "exec" in asked else asked["httpGet"]["path"] in command[-1]
    return command


def test_an_image_is_small_and_has_no_compiler_and_no_installer(images: dict[str, Image]) -> None:
    for name, image in images.items():
        assert image.size < LARGEST[name], f"{name} has {image.size} MB beyond its base"
        for program in ("gcc", "cc", "pip", "pip3", "curl", "wget", "git"):
            for place in ("usr/bin", "usr/local/bin", "opt/xfc-notify/bin"):
                assert not (image.files / place / program).exists(), program
        assert not (image.files / "build").exists()


def test_all_have_the_native_scanner_and_a_scanner_has_no_driver_of_a_database_and_no_mail(
    images: dict[str, Image],
) -> None:
    for name, image in images.items():
        (packages,) = (image.files / "opt/xfc-notify/lib").glob("python3*/site-packages")
        assert (packages / "xfc_notify/scan/_native.abi3.so").exists()
        there = {
            it for it in NOT_FOR_SCANNERS if (packages / it).exists() or (packages / f"{it}.py").exists()
        }
        assert there == (set() if name == "xfc-notify-scan" else NOT_FOR_SCANNERS)


def test_an_image_runs_as_a_user_who_is_not_root_and_says_how_it_is(
    images: dict[str, Image], base: dict[str, Pod]
) -> None:
    for name, image in images.items():
        pod = base[name.removeprefix("xfc-notify-")]
        context = pod.spec["securityContext"]
        assert image.config["User"] == f"{context['runAsUser']}:{context['runAsGroup']}" != "0:0"
        assert image.config["Cmd"] == pod.containers[-1]["command"]
        assert image.config["Healthcheck"]["Test"] == ["CMD", *probe(pod, image)]


def test_from_an_empty_database_to_a_mail_in_pods(
    enclosure: Enclosure,
    images: dict[str, Image],
    site: dict[str, Pod],
    mail: MailServer,
    secrets: Secrets,
    tmp_path: Path,
) -> None:
    waiting = [it["command"] for it in site["service"].spec["initContainers"]]
    assert enclosure.run(site["service"], *waiting).returncode == 1
    assert enclosure.run(site["migrate"]).returncode == 0
    assert enclosure.run(site["service"], *waiting).returncode == 0
    assert "1 " in succeeded(enclosure.run(site["discover"]))
    assert enclosure.run(site["service"], ["xfc-notify", "go-live", "--yes"]).returncode == 0

    for component in ("scan", "service"):
        running = enclosure.start(site[component], tmp_path / f"{component}.log")
        running.wait_for("Worker process is ready for action.")
        succeeded(enclosure.run(site[component], probe(site[component], images[f"xfc-notify-{component}"])))
    succeeded(enclosure.run(site["tick"]))
    mail.expect("ada@example.org", "110 %")
    assert mail.unexpected == []
    until(lambda: not any(queue_lengths(secrets.broker).values()), "empty queues")
    enclosure.start(site["web"], tmp_path / "web.log").wait_for("Serving https://storage.example.org")
    asks = probe(site["web"], images["xfc-notify-web"])
    until(lambda: enclosure.run(site["web"], asks).returncode == 0, "the web that is ready")
    for running in enclosure.running:
        assert "Traceback" not in running.log.read_text()


def test_a_service_draws_with_nothing_to_write_to_but_tmp(enclosure: Enclosure, site: dict[str, Pod]) -> None:
    drawn = enclosure.run(site["service"], ["python3", "-c", DRAW])
    assert (succeeded(drawn), drawn.stderr) == ("b'PNG'\n", "")


def test_a_scanner_that_has_the_right_to_read_reads_all_and_another_says_what_it_could_not(
    enclosure: Enclosure, base: dict[str, Pod], site: dict[str, Pod]
) -> None:
    command = ["xfc-notify", "scan", "--json", "/data/xfc/vol1/user_cache/ada"]
    everything, less = (json.loads(succeeded(enclosure.run(it["scan"], command))) for it in (site, base))
    assert (everything["size"] >= 44 * TB, everything["files"], everything["errors"]) == (True, 4, {})
    assert less["files"] == 0
    assert sum(kind["count"] for kind in less["errors"].values()) == 1


def test_a_scanner_cannot_write_into_an_area_and_could_not_if_it_were_mounted_so(
    enclosure: Enclosure, site: dict[str, Pod], volume: Path
) -> None:
    for command in (
        ["touch", "/data/xfc/vol1/user_cache/ada/new"],
        ["rm", "/data/xfc/vol1/user_cache/ada/closed/0.nc"],
    ):
        assert "Read-only file system" in enclosure.run(site["scan"], command).stderr
        assert "Permission denied" in enclosure.run(site["scan"], command, read_only=False).stderr
    assert "Read-only file system" in enclosure.run(site["scan"], ["touch", "/opt/new"]).stderr


def succeeded(ran: "subprocess.CompletedProcess[str]") -> str:
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
