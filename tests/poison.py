"""Areas that end their scanner."""

import subprocess
from pathlib import Path


def poison(folder: Path) -> str:
    """A library for LD_PRELOAD: looking at a file named "crash" crashes, looking at one named "stuck" never ends."""
    library = folder / "poison.so"
    subprocess.run(["gcc", "-shared", "-fPIC", Path(__file__).with_suffix(".c"), "-o", library], check=True)
    return str(library)
