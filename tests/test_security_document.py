"""docs/security.md names tests that exist, and leaves no threat without one."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "security.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))
WITHOUT = {"to read"}
"""Threats against which the broker's own encryption is all."""


@pytest.mark.parametrize("file", sorted({file for file, _ in NAMED}))
def test_the_tests_named_there_exist(file: str) -> None:
    tree = ast.parse((ROOT / file).read_text())
    there = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert {name for named, name in NAMED if named == file} <= there


def test_every_threat_names_a_test() -> None:
    rows = [line.strip("| ").split(" | ") for line in TEXT.splitlines() if line.startswith("| ")]
    threats = {
        row[0]: "::test_" in row[-1]
        for row in rows
        if not row[0].startswith(("they try", "it tries", "what may"))
    }
    assert len(threats) > 30
    assert {threat for threat, shown in threats.items() if not shown} == WITHOUT
