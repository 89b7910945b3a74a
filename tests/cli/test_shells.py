"""Completion in real shells, and the manual page."""

import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.console import environment, run

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shell_environment(tmp_path: Path) -> dict[str, str]:
    """One in which xfc-notify is found, and no shell reads a person's files."""
    programs = Path(sys.executable).parent
    return environment({"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(tmp_path), "TERM": "dumb"})


def script(shell: str) -> str:
    ran = run("completion", shell)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


ASKED = [
    ("sta", {"status"}),
    ("users s", {"show", "set"}),
    ("status --level ", {"ok", "notice", "warning", "over"}),
    ("--se", {"--settings"}),
]


@pytest.mark.parametrize(("words", "could_come"), ASKED)
def test_bash_completes(shell_environment: dict[str, str], words: str, could_come: set[str]) -> None:
    typed = ["xfc-notify", *words.split(" ")]
    asked = f"COMP_WORDS=({' '.join(repr(word) for word in typed)}); COMP_CWORD={len(typed) - 1}"
    call = "_xfc_notify_completion xfc-notify; printf '%s\\n' \"${COMPREPLY[@]}\""
    done = subprocess.run(
        ["bash", "--norc", "-c", f"{script('bash')}\n{asked}\n{call}"],
        env=shell_environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (set(done.stdout.split()), done.stderr) == (could_come, "")


@pytest.mark.parametrize("installed", ["fish"], indirect=True)
@pytest.mark.parametrize(("words", "could_come"), ASKED)
def test_fish_completes(
    shell_environment: dict[str, str], installed: str, words: str, could_come: set[str]
) -> None:
    asked = f"{script('fish')}\ncomplete -C 'xfc-notify {words}'"
    done = subprocess.run(
        [installed, "--no-config", "-c", asked],
        env=shell_environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {line.split("\t")[0] for line in done.stdout.splitlines()} == could_come


@pytest.mark.parametrize("installed", ["zsh"], indirect=True)
def test_zsh_completes(shell_environment: dict[str, str], installed: str) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [installed, "-f", "-i"], env=shell_environment, stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    try:
        os.write(
            ours, b"autoload -U compinit; compinit -u -D; source <(xfc-notify completion zsh); echo re''ady\n"
        )
        until(ours, b"\nready")
        os.write(ours, b"xfc-notify users se\t")
        until(ours, b"users set ")
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def until(terminal: int, wanted: bytes) -> None:
    """Read what a shell writes up to these bytes."""
    ends, seen = time.monotonic() + 30, b""
    while wanted not in seen:
        assert time.monotonic() < ends, seen
        seen += os.read(terminal, 10_000)


def test_a_shell_that_is_none_of_these_is_a_mistake() -> None:
    assert run("completion", "tcsh").code == 2


@pytest.mark.parametrize("installed", ["man"], indirect=True)
def test_the_manual_page_reads_without_a_warning_and_names_every_command(installed: str) -> None:
    done = subprocess.run(
        [installed, "--warnings", "-l", ROOT / "docs" / "xfc-notify.1"],
        env=environment({"MANWIDTH": "100", "LC_ALL": "C.UTF-8"}), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    for words in ("scan PATH", "users set USER", "exempt grant USER", "EXIT STATUS", "XFC_NOTIFY_SETTINGS"):
        assert words in done.stdout
