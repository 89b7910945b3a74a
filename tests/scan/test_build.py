"""The native scanner is made of all its files, and they travel with a package."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_all_files_in_c_are_built_and_a_change_of_any_builds_anew() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    (module,) = (it for it in settings["ext-modules"] if it["name"] == "xfc_notify.scan._native")
    for listed, kind in ((module["sources"], "*.c"), (module["depends"], "*.h")):
        there = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(f"xfc_notify/scan/c/{kind}"))
        assert listed == there != []
