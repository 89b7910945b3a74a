#!/usr/bin/env python3
"""Looks up the pinned versions among the known vulnerabilities, with pip-audit in an environment of its own.

Leaves with 1 for a known vulnerability, and for a version that could not be looked up while others could. Where
none could, the database is out of reach: one line says so, and it leaves with 0. pip-audit itself calls that
"no known vulnerabilities".
"""

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / "build" / "audit"
OUT_OF_REACH = (
    "ConnectionError",
    "Timeout",
    "Max retries",
    "No matching distribution",
    "Could not find a version",
)


def judge(report: dict[str, Any]) -> tuple[int, list[str]]:
    """Exit code and lines for what pip-audit reported as JSON."""
    pinned = report["dependencies"]
    unknown = [it["name"] for it in pinned if "skip_reason" in it]
    if len(unknown) == len(pinned):
        return 0, ["audit: NOT DONE, the database of vulnerabilities is out of reach"]
    lines = [
        f"audit: {it['name']} {it['version']}: {found['id']}, mended in {', '.join(found['fix_versions'])}"
        for it in pinned
        for found in it.get("vulns", ())
    ]
    lines += [f"audit: {name}: this version is not known to the database" for name in unknown]
    return (1, lines) if lines else (0, [f"audit: no known vulnerability in {len(pinned)} pinned versions"])


def main() -> int:
    """Install pip-audit, run it, judge."""
    report = PLACE / "report.json"
    report.unlink(missing_ok=True)
    venv.create(PLACE, with_pip=True)
    run = [
        str(PLACE / "bin" / "pip-audit"),
        "-r",
        str(ROOT / "constraints.txt"),
        "--no-deps",
        "--disable-pip",
    ]
    for command in (
        [str(PLACE / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", "pip-audit"],
        [*run, "--progress-spinner", "off", "--format", "json", "--output", str(report)],
    ):
        ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if ran.returncode != 0 and not report.exists():
            away = any(sign in ran.stderr for sign in OUT_OF_REACH)
            print("audit: NOT DONE, out of reach" if away else f"audit: failed: {ran.stderr[-2000:]}")
            return 0 if away else 1
    code, lines = judge(json.loads(report.read_text()))
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
