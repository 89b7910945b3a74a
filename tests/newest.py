"""Runs tests on newer Debians: on their RabbitMQ, PostgreSQL and Python. `make test-newest`; as root, takes minutes.

    python tests/newest.py [--on SUITE] [PYTEST ARGUMENT …]

Each Debian is made by debootstrap in a folder that is removed in the end; XFC_TEST_ROOTS names one where they are kept.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SUITES = ("trixie", "testing")
PACKAGES = (
    "gcc",
    "libc6-dev",
    "postgresql",
    "procps",
    "python3",
    "python3-dev",
    "python3-venv",
    "rabbitmq-server",
    "systemd",
)
TESTS = ("tests/acceptance", "tests/deploy", "tests/queues", "tests/outbox", "tests/faults/cluster.py")
SEPARATE = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
INSIDE = """
mount -t proc proc "$0/proc"
mount -t tmpfs tmpfs "$0/dev/shm"
mount -t tmpfs tmpfs "$0/tmp"
exec chroot "$0" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root sh -euc "cd /src; $1" "$@"
"""
"""Processes and mounts of their own, which end with the shell. The network is that of this machine."""


def run(*command: str | Path, **more: object) -> None:
    subprocess.run([*command], check=True, **more)  # type: ignore[call-overload]


def inside(root: Path, script: str, *arguments: str) -> None:
    """Run a script in a Debian, in the copy of this clone."""
    run(*SEPARATE, "sh", "-euc", INSIDE, root, script, *arguments)


@contextmanager
def folder() -> Iterator[Path]:
    """Where the roots are."""
    if kept := os.environ.get("XFC_TEST_ROOTS"):
        yield Path(kept)
        return
    made = Path(tempfile.mkdtemp(prefix="xfc-notify-newest-"))
    try:
        yield made
    finally:
        shutil.rmtree(made)


def make(root: Path, suite: str) -> None:
    """A Debian with the servers, unless it is there."""
    done = root.with_name(f"{root.name}.ok")
    if done.exists():
        return
    shutil.rmtree(root, ignore_errors=True)
    run(
        "debootstrap",
        "--variant=minbase",
        f"--include={','.join(PACKAGES)}",
        suite,
        root,
        stdout=subprocess.DEVNULL,
    )
    done.touch()


def copy_clone(root: Path) -> None:
    """What git knows of this clone, as it is now."""
    there = root / "src"
    shutil.rmtree(there, ignore_errors=True)
    files = subprocess.check_output(["git", "-C", ROOT, "ls-files", "-z"], text=True).split("\0")
    for name in filter(None, files):
        (there / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, there / name, follow_symlinks=False)


def of_extra(project: dict[str, Any], extra: str) -> Iterator[str]:
    """What an extra needs, and the extras of ours that it names."""
    for wanted in project["optional-dependencies"][extra]:
        inner = re.fullmatch(rf"{project['name']}\[(\w+)\]", wanted)
        yield from of_extra(project, inner[1]) if inner else (wanted,)


def install(root: Path) -> None:
    """Into a virtual environment of its Python, from packages that pip here has fetched in whatever way it does."""
    python = max((root / "usr/lib").glob("python3.*")).name.removeprefix("python")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = ["setuptools", *project["dependencies"], *of_extra(project, "test")]
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"]
    kind = ["--python-version", python, "--only-binary", ":all:", "--constraint", ROOT / "constraints.txt"]
    run(*pip, *kind, "--dest", root / "wheels", *wanted)
    pip_there = "/venv/bin/pip --quiet --disable-pip-version-check install --no-index --find-links /wheels"
    inside(
        root,
        f"python3 -m venv --clear /venv; {pip_there} -c constraints.txt setuptools;"
        f" {pip_there} -c constraints.txt --no-build-isolation -e '.[test]'",
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--on", choices=SUITES, help="this Debian only")
    chosen, arguments = parser.parse_known_args()
    failed = []
    with folder() as roots:
        for suite in (chosen.on,) if chosen.on else SUITES:
            root = roots / suite
            make(root, suite)
            copy_clone(root)
            install(root)
            versions = (
                "/usr/lib/rabbitmq/bin/rabbitmqctl version; /usr/lib/postgresql/*/bin/postgres -V; python3 -V"
            )
            print(f"--- {suite}", flush=True)
            try:
                inside(
                    root,
                    f'{versions}; shift; exec /venv/bin/pytest "$@"',
                    "-q",
                    "-n",
                    "2",
                    *(arguments or TESTS),
                )
            except subprocess.CalledProcessError:
                failed.append(suite)
    sys.exit(f"failed on: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
