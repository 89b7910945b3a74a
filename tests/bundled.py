"""The plugins that come with it, as pyproject.toml names them: its entry points are the one place that lists them."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BUNDLED = tuple(sorted(PROJECT["entry-points"]["xfc_notify"]))
