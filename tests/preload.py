"""Libraries that are loaded before all others, to change what system calls do."""

import shutil
import subprocess
from pathlib import Path

import pytest

POISON = Path(__file__).with_name("poison.c")


def library(source: Path, folder: Path) -> str:
    """For LD_PRELOAD, made of a C file in a folder; without a compiler the test is skipped."""
    if not shutil.which("gcc"):
        pytest.skip(f"NO COMPILER HERE: what needs {source.name} goes untested")
    made = folder / source.with_suffix(".so").name
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", source, "-o", made], check=True)
    return str(made)
