"""A wheel built twice, in different places, is the same file."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns("build", "dist", "demo", ".*", "*.egg-info", "__pycache__", "*.so")
MOMENT = "1772438400"
"""Seconds since the epoch, which every file in a wheel is dated."""


def build(folder: Path) -> Path:
    """The wheel of a copy of the sources."""
    shutil.copytree(ROOT, folder / "sources", ignore=LEFT_OUT)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run(
        [*command, "-w", folder, folder / "sources"],
        env=os.environ | {"SOURCE_DATE_EPOCH": MOMENT, "TMPDIR": str(folder)},
        check=True,
        timeout=100,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_a_wheel_is_the_same_wherever_it_is_built(tmp_path: Path) -> None:
    one, other = (build(tmp_path / name) for name in ("here", "in another place"))
    assert one.name == other.name
    assert one.read_bytes() == other.read_bytes()
    files = zipfile.ZipFile(one).namelist()
    assert "xfc_notify/notify/words/templates/message.html.j2" in files
    assert "xfc_notify_email/__init__.py" in files
    assert {name.partition("/")[0].partition("-")[0] for name in files} <= {
        "xfc_notify",
        *(path.name for path in (ROOT / "plugins").iterdir()),
    }
