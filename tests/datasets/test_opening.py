"""The catalogue as a program uses it."""

import subprocess
import sys
from pathlib import Path

from cli.console import run

PROGRAM = """
import sys
from pathlib import Path

import xfc_notify.datasets

assert "peewee" not in sys.modules, "to import the package costs nothing"
from xfc_notify.datasets import Catalog

with Catalog.open(Path("settings.toml")) as catalog:
    uid = catalog.register("tree", "one:", "2016/04/28/aardvark").uid
    catalog.copy(uid, "two:")
    for path in catalog.retrieve(uid).files:
        print(Path(path).read_text())
"""


def test_a_program_opens_the_catalogue_by_its_settings(tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    data = tmp_path / "one/2016/04/28/aardvark/data"
    data.parent.mkdir(parents=True)
    data.write_text("some data")
    stores = [f'[[stores]]\nname = "{name}"\nurl = "file://{tmp_path}/{name}"\n' for name in ("one", "two")]
    (tmp_path / "settings.toml").write_text("\n".join(stores))
    assert run("stores", "init", "--settings", tmp_path / "settings.toml").code == 0
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.stderr, ran.returncode) == ("some data\n", "", 0)
    assert (tmp_path / "two/2016/04/28/aardvark/data").read_text() == "some data"
