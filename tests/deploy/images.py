"""The images of deploy/container/Containerfile: built by buildah on a Debian made by debootstrap, and run as the pods
of deploy/kubernetes. `make test-container` calls it; it takes minutes, root, and a network with Debian's packages."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from acceptance.mail import MailServer
from acceptance.processes import until
from servers.rabbitmq import GivenRabbitMQ, RabbitMQ, queue_lengths

from deploy.enclosure import Enclosure
from deploy.manifests import Pod, pods, put_together

pytestmark = pytest.mark.timeout(1800)

ROOT = Path(__file__).parents[2]
CONTAINERFILE = ROOT / "deploy/container/Containerfile"
PYTHON = "3.11"
"""Bookworm's, for which packages are fetched beforehand: the build is given a folder of them and no network address."""
LARGEST = {"xfc-notify-scan": 150, "xfc-notify-service": 450}
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
    "psycopg",
    "requests",
}
TB = 10**12
OWNER = 20001


@dataclass(frozen=True)
class Image:
    """An image that was built: its configuration, its files, and its megabytes beyond those of its base."""

    config: dict[str, Any]
    files: Path
    size: int


class Builder:
    """buildah, with a store of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._buildah = ["buildah", "--root", folder / "store", "--runroot", folder / "run"]

    def __call__(self, *arguments: str | Path) -> str:
        ran = subprocess.run([*self._buildah, *arguments], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr[-4000:] + ran.stdout[-4000:]
        return ran.stdout.strip()

    def make_base(self, name: str, suite: str) -> None:
        """A Debian as its images are: the least that there is."""
        made = self._folder / "debian"
        subprocess.run(
            ["debootstrap", "--variant=minbase", suite, made], check=True, stdout=subprocess.DEVNULL
        )
        shutil.rmtree(made / "var/cache/apt/archives")
        packed = self._folder / "debian.tar"
        subprocess.run(["tar", "-C", made, "-cf", packed, "."], check=True)
        working = self("from", "scratch")
        self("add", "--quiet", working, packed, "/")
        self("commit", "--quiet", "--rm", working, name)

    def fetch_packages(self) -> list[str]:
        """Fetch, in whatever way pip does it on this machine, what a build will install; how a build sees it."""
        wheels, config = self._folder / "wheels", self._folder / "pip.conf"
        wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"]
        kind = [
            "--python-version",
            PYTHON,
            "--only-binary",
            ":all:",
            "--constraint",
            ROOT / "constraints.txt",
        ]
        subprocess.run([*pip, *kind, "--dest", wheels, "setuptools", *wanted], check=True)
        config.write_text("[global]\nno-index = true\nfind-links = /wheels\n")
        return ["--volume", f"{wheels}:/wheels:ro", "--volume", f"{config}:/etc/pip.conf:ro"]

    def build(self, target: str, seen: list[str]) -> Image:
        """Build one of the images."""
        name = f"xfc-notify-{target}"
        how = ["--isolation", "chroot", "--pull-never", "--format", "docker", "--layers", "--quiet"]
        self("build", *how, *seen, "--file", CONTAINERFILE, "--target", target, "--tag", name, ROOT)
        config = json.loads(self("inspect", "--type", "image", name))["Docker"]["config"]
        files = Path(self("mount", self("from", "--pull-never", name)))
        return Image(config, files, megabytes(files) - megabytes(self._folder / "debian"))


def megabytes(folder: Path) -> int:
    return int(subprocess.check_output(["du", "-sxm", folder]).split()[0])


@pytest.fixture(scope="session")
def images() -> Iterator[dict[str, Image]]:
    """Both images, by their names."""
    (base,) = re.findall(r"^ARG BASE=(.*:(.*)-slim)$", CONTAINERFILE.read_text(), re.MULTILINE)
    folder = Path(tempfile.mkdtemp(prefix="xfc-notify-images-", dir=os.environ.get("XFC_TEST_IMAGES_FOLDER")))
    builder = Builder(folder)
    try:
        builder.make_base(*base)
        seen = builder.fetch_packages()
        yield {f"xfc-notify-{target}": builder.build(target, seen) for target in ("scan", "service")}
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
    """What docs/operators.md says has to be in them."""
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
        "xfc-notify": {"database_url": postgres_url, "broker_url": service, "mail_url": mail.login_url},
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
    path = dict(it.split("=", 1) for it in images["xfc-notify-scan"].config["Env"])["PATH"]
    enclosure = Enclosure({name: image.files for name, image in images.items()}, volumes, path)
    yield enclosure
    enclosure.close()


def probe(pod: Pod) -> list[str]:
    command: list[str] = pod.containers[-1]["readinessProbe"]["exec"]["command"]
    return command


def test_an_image_is_small_and_has_no_compiler_and_no_installer(images: dict[str, Image]) -> None:
    for name, image in images.items():
        print(f"{name}: {image.size} MB beyond its base")
        assert image.size < LARGEST[name]
        for program in ("gcc", "cc", "pip", "pip3", "curl", "wget", "git"):
            for place in ("usr/bin", "usr/local/bin", "opt/xfc-notify/bin"):
                assert not (image.files / place / program).exists(), program
        assert not (image.files / "build").exists()


def test_both_have_the_native_scanner_and_a_scanner_has_no_driver_of_a_database_and_no_mail(
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
        assert image.config["Healthcheck"]["Test"] == ["CMD", *probe(pod)]


def test_from_an_empty_database_to_a_mail_in_pods(
    enclosure: Enclosure, site: dict[str, Pod], mail: MailServer, secrets: Secrets, tmp_path: Path
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
        succeeded(enclosure.run(site[component], probe(site[component])))
    succeeded(enclosure.run(site["tick"]))
    mail.expect("ada@example.org", "110 %")
    assert mail.unexpected == []
    until(lambda: not any(queue_lengths(secrets.broker).values()), "empty queues")
    for running in enclosure.running:
        assert "Traceback" not in running.log.read_text()


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
