"""What .ci/audit.py makes of pip-audit's report."""

import runpy
from pathlib import Path
from typing import Any

import pytest

judge = runpy.run_path(str(Path(__file__).parents[2] / ".ci" / "audit.py"))["judge"]

SAFE = {"name": "pika", "version": "1.4.4", "vulns": []}
HOLE = {"id": "PYSEC-2019-217", "fix_versions": ["2.10.1"], "aliases": [], "description": ""}
UNSAFE = {"name": "jinja2", "version": "2.10", "vulns": [HOLE]}
UNKNOWN = {"name": "peewee", "skip_reason": "Dependency not found and could not be audited: peewee (4.5.3)"}


@pytest.mark.parametrize(
    ("found", "code", "line"),
    [
        ([SAFE, SAFE], 0, "audit: no known vulnerability in 2 pinned versions"),
        ([SAFE, UNSAFE], 1, "audit: jinja2 2.10: PYSEC-2019-217, mended in 2.10.1"),
        ([SAFE, UNKNOWN], 1, "audit: peewee: this version is not known to the database"),
        ([UNKNOWN, UNKNOWN], 0, "audit: NOT DONE, the database of vulnerabilities is out of reach"),
    ],
)
def test_a_vulnerability_fails_and_nothing_looked_up_is_not_called_safe(
    found: list[dict[str, Any]], code: int, line: str
) -> None:
    assert judge({"dependencies": found, "fixes": []}) == (code, [line])
