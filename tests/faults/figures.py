"""Writes what a long run has found into docs/reliability.md, between its marks."""

import platform
import re
import statistics
import subprocess
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import pika
import psycopg

from faults.passing_time import TIMER
from faults.rounds import Run
from faults.steps import SCANNER, SERVICE, TICK, WHILE_SENDING

DOCUMENT = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- figures: written by a long `make test-faults` -->", "<!-- end of figures -->"


def write(run: Run, seed: int, rounds: int, seconds: float) -> None:
    """Put the figures of this run in the place of the former."""
    text = DOCUMENT.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    assert pattern.search(text), f"{DOCUMENT.name} has no place for the figures"
    figures = "\n".join([BEGIN, "", *_lines(run, seed, rounds, seconds), "", END])
    DOCUMENT.write_text(pattern.sub(lambda _: figures, text), encoding="utf-8")


def _lines(run: Run, seed: int, rounds: int, seconds: float) -> list[str]:
    kills = run.kills
    by_step = Counter(kill.step for kill in kills)
    waited = {kill: time for kill, time in run.recovered.items() if time >= TIMER.total_seconds()}
    sending = [
        time for kill, time in run.recovered.items() if kill not in waited and kill.step in WHILE_SENDING
    ]
    at_once = [
        time for kill, time in run.recovered.items() if kill not in waited and kill.step not in WHILE_SENDING
    ]
    with psycopg.connect(run.facility.database_url) as connection:
        postgres = connection.info.server_version // 10000
    with pika.BlockingConnection(pika.URLParameters(run.facility.amqp_url)) as connection:
        rabbitmq = connection._impl.server_properties["version"]
    ((slices,),) = run.facility.query("SELECT sum(slices) FROM scan")
    rows = [
        ("kills", len(kills)),
        ("… of `xfc-notify enqueue` and `tick` among them", run.commands),
        ("scans of areas, all of them whole and exact", run.areas),
        ("slices in them", slices),
        ("messages due", run.outcome.once + run.outcome.more),
        ("messages that arrived once", run.outcome.once),
        ("messages that arrived again with the same Message-ID, after a kill just then", run.outcome.more),
        ("… how often at most", run.outcome.most),
        ("messages lost, mails that nobody expected, dead letters", 0),
        (
            "kills healed by the queue: median seconds until all was done that they hit",
            f"{_median(at_once):.1f}",
        ),
        ("… the longest", f"{max(at_once, default=0):.0f}"),
        ("kills while a mail was sent, healed by the end of a lease that nobody renewed", len(sending)),
        ("… seconds, median", f"{_median(sending):.0f}"),
        ("… the longest", f"{max(sending, default=0):.0f}"),
        ("kills healed by a lease and the next tick", len(waited)),
        ("… minutes, median", f"{_median(list(waited.values())) / 60:.0f}"),
        ("… the longest", f"{max(waited.values(), default=0) / 60:.0f}"),
    ]
    here = _said("git", "describe", "--always", "--dirty")
    versions = {
        "Python": platform.python_version(),
        "dramatiq": version("dramatiq"),
        "RabbitMQ": rabbitmq,
        "PostgreSQL": postgres,
    }
    return [
        f"{rounds} rounds in {seconds / 60:.0f} minutes, seed {seed}, xfc-notify {version('xfc-notify')} ({here}), "
        + ", ".join(f"{name} {number}" for name, number in versions.items())
        + ".",
        "",
        "| | |",
        "|---|---:|",
        *(f"| {what} | {value} |" for what, value in rows),
        "",
        "| killed | kills |",
        "|---|---:|",
        *(f"| {step} | {by_step[step]} |" for step in dict.fromkeys((*SCANNER, *SERVICE, *TICK))),
    ]


def _median(times: list[float]) -> float:
    return statistics.median(times) if times else 0


def _said(*command: str) -> str:
    return subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=DOCUMENT.parent
    ).stdout.strip()
