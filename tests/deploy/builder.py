"""Builds the images of deploy/container/Containerfile, with buildah, on a Debian that debootstrap makes."""

import json
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CONTAINERFILE = ROOT / "deploy/container/Containerfile"
PYTHON = "3.11"
"""Bookworm's, for which packages are fetched beforehand: the build is given a folder of them and no network address."""


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
        for folder in (made / "var/cache/apt", made / "var/lib/apt/lists"):
            shutil.rmtree(folder)
            folder.mkdir()
        packed = self._folder / "debian.tar"
        subprocess.run(["tar", "-C", made, "-cf", packed, "."], check=True)
        working = self("from", "scratch")
        self("add", "--quiet", working, packed, "/")
        self("commit", "--quiet", "--rm", working, name)

    def fetch_packages(self) -> list[str]:
        """Fetch, in whatever way pip does it on this machine, what a build will install; how a build sees it."""
        wheels, config = self._folder / "wheels", self._folder / "pip.conf"
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        wanted = [*project["dependencies"], *project["optional-dependencies"]["web"]]
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"]
        kind = ["--python-version", PYTHON, "--only-binary", ":all:"]
        pinned = ["--constraint", ROOT / "constraints.txt"]
        subprocess.run([*pip, *kind, *pinned, "--dest", wheels, "setuptools", *wanted], check=True)
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
