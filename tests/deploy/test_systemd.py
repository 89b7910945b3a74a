"""The units in deploy/systemd, as systemd's own tools see them."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[2] / "deploy/systemd"
SERVICES = [
    "xfc-notify-scan.service",
    "xfc-notify-service.service",
    "xfc-notify-tick.service",
    "xfc-notify-reports.service",
    "xfc-notify-transfers.service",
    "xfc-notify-web.service",
    "xfc-notify-directories.service",
]
MOST_EXPOSED = 20
"""In tenths: systemd's overall exposure level goes from 0 (safe) to 10."""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units, as if the program were installed where they look for it."""
    programs = tmp_path / "programs"  # a path without blanks, wherever this lies
    programs.symlink_to(Path(sys.executable).parent)
    for unit in UNITS.iterdir():
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/xfc-notify/bin", str(programs)))
    return tmp_path


def analyze(program: str, *arguments: str | Path) -> tuple[int, str]:
    ran = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)
    return ran.returncode, ran.stdout + ran.stderr


@pytest.mark.parametrize("unit", [*SERVICES, "xfc-notify-tick.timer"])
def test_a_unit_has_no_mistake(installed: Path, systemd_analyze: str, unit: str) -> None:
    assert analyze(systemd_analyze, "verify", "--man=no", installed / unit) == (0, "")


def test_a_mistake_would_be_seen(installed: Path, systemd_analyze: str) -> None:
    unit = installed / SERVICES[0]
    unit.write_text(unit.read_text().replace("ProtectClock=", "ProtectCluck="))
    assert "ProtectCluck" in analyze(systemd_analyze, "verify", "--man=no", unit)[1]


@pytest.mark.parametrize("unit", SERVICES)
def test_a_service_is_shut_in(installed: Path, systemd_analyze: str, unit: str) -> None:
    code, told = analyze(
        systemd_analyze, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", installed / unit
    )
    assert code == 0, told


def test_the_scanner_alone_may_read_everything_and_nobody_may_more() -> None:
    rights = {unit: [line for line in lines(unit) if "Capabilit" in line] for unit in SERVICES}
    assert rights["xfc-notify-scan.service"] == [
        "AmbientCapabilities=CAP_DAC_READ_SEARCH",
        "CapabilityBoundingSet=CAP_DAC_READ_SEARCH",
    ]
    directories = rights.pop("xfc-notify-directories.service")
    assert directories == ["CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE"]
    assert all(rights[unit] == ["CapabilityBoundingSet="] for unit in rights if "scan" not in unit)


@pytest.mark.parametrize("unit", SERVICES)
def test_the_command_of_a_service_is_one_that_there_is(installed: Path, unit: str) -> None:
    (command,) = (line.partition("=")[2] for line in lines(unit, installed) if line.startswith("ExecStart="))
    program, *arguments = shlex.split(command)
    ran = subprocess.run([program, *arguments, "--help"], capture_output=True, timeout=60, check=False)
    assert ran.returncode == 0


def lines(unit: str, folder: Path = UNITS) -> list[str]:
    return (folder / unit).read_text().splitlines()
