"""A version to come, made of today's: a copy of the program in a folder of its own, with what is to be newer."""

import re
import shutil
from pathlib import Path

import xfc_notify

ADDED = '''"""Who opened a scan."""


def up(migrator, db):
    db.execute_sql("ALTER TABLE scan ADD COLUMN opened_by VARCHAR(8)")
'''
NEEDED = '''"""Versions that do not know who opened a scan would do harm from here on."""


def up(migrator, db):
    pass
'''


def newer_version(folder: Path, *, formats: bool = True, needed: bool = False) -> dict[str, str]:
    """What the environment of a process of the newer version has more.

    Its migration adds a column, which it fills with "newer" when it opens a scan.

    formats  its messages are of the next formats
    needed   a further migration says that no older version works with the tables
    """
    package = folder / "xfc_notify"
    shutil.copytree(Path(xfc_notify.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    migrations = package / "store" / "migrations"
    number = int(max(file.name[:4] for file in migrations.glob("[0-9]*.py"))) + 1
    (migrations / f"{number:04}_opened_by.py").write_text(ADDED)
    if needed:
        (migrations / f"{number + 1:04}_who_must_know_needs_{number:04}.py").write_text(NEEDED)
    column = 'opened_by = CharField(max_length=8, null=True, default="newer")'
    _change(
        package / "areas" / "tables.py",
        r"(class ScanRow\(.*\n(?:.*\n)*?)(    id = )",
        rf"\1    {column}\n\2",
        1,
    )
    if formats:
        _change(package / "queues" / "declared.py", r"\bformat=1\b", "format=2", 5)
    return {"PYTHONPATH": str(folder)}


def _change(file: Path, pattern: str, replacement: str, times: int) -> None:
    text, changed = re.subn(pattern, replacement, file.read_text(), flags=re.MULTILINE)
    assert changed == times, f"{file.name} is not written as it was"
    file.write_text(text)
