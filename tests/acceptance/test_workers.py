"""Workers that die, answers that come twice, and what a scanner does without."""

import os
import subprocess
import sys
from pathlib import Path

from servers.process import until

from acceptance.facility import GB, Facility, message
from acceptance.processes import Worker, environment


def test_the_order_of_a_scanner_killed_in_a_slice_goes_to_another(facility: Facility) -> None:
    area = facility.add_user("ada", {"data.nc": GB})
    for one in range(100):
        for other in range(200):
            os.makedirs(area / str(one) / str(other))
    scanners = [facility.start_scanner(name) for name in ("scanner1", "scanner2")]
    facility.start_service()
    facility.run("discover")
    facility.run("enqueue", "ada")
    victim = until(lambda: next((s for s in scanners if s.has_open(area)), None), "a scanner at work")
    victim.kill()
    (survivor,) = (scanner for scanner in scanners if scanner is not victim)
    assert "measured " not in victim.log
    facility.finish()
    assert survivor.log.count("measured ") == 1
    assert facility.usage("ada") == facility.measured_anew("ada")
    assert facility.usage("ada").directories == 100 + 100 * 200
    assert facility.query("SELECT state, slices FROM scan") == [("whole", 1)]


def test_an_answer_that_comes_three_times_counts_once(facility: Facility) -> None:
    facility.add_over_user("ben")
    facility.start_scanner()
    facility.run("discover")
    facility.run("enqueue", "--all")
    answer = until(lambda: facility.take("results"), "the scanner's answer")
    facility.publish("results", answer)
    facility.publish("results", answer)
    service = facility.start_service()
    facility.expect_mail("ben@example.org", "120 %")
    facility.finish()
    before = everything(facility)
    facility.publish("results", answer)
    service.wait_for("an answer that came before", times=2)
    facility.finish()
    assert everything(facility) == before
    assert facility.query("SELECT state, slices, size FROM scan") == [("whole", 1, 12 * GB)]
    assert len(facility.mail.messages) == 1


def everything(facility: Facility) -> list[list[tuple[object, ...]]]:
    """All that the database holds of scans and messages."""
    tables = ("area", "scan", "slice", "episode", "event", "message", "delivery")
    return [facility.query(f"SELECT * FROM {table} ORDER BY id") for table in tables]


def test_a_scanner_needs_no_database(facility: Facility) -> None:
    facility.add_user("ada", {"data.nc": GB})
    scanner = facility.start_scanner()
    facility.run("discover")
    facility.run("enqueue", "ada")
    until(lambda: facility.take("results"), "the scanner's answer")
    assert "database" not in facility.scanner_settings.read_text()
    assert facility.query("SELECT pid FROM pg_stat_activity WHERE application_name = 'xfc-notify'") == []
    assert loaded(scanner, "_cffi", "ssl"), "what a process has loaded can be seen"
    assert not loaded(scanner, "psycopg", "libpq", "sqlite")


def loaded(worker: Worker, *names: str) -> list[str]:
    """Libraries with one of these names that a worker's processes have loaded."""
    maps = "".join(Path(f"/proc/{pid}/maps").read_text() for pid in worker.pids)
    files = {line.rpartition("/")[2] for line in maps.splitlines()}
    return [file for file in files if any(name in file for name in names)]


def test_a_scanner_loads_no_module_of_the_database_or_of_plugins(facility: Facility) -> None:
    facility.add_user("ada", {"data.nc": GB})
    code = """
import sys
from xfc_notify import actors
from dramatiq import Worker
worker = Worker(actors.pipeline.broker, queues={"scan"}, worker_threads=1)
worker.start()
print("started", flush=True)
sys.stdin.readline()
worker.stop()
there = {name.partition(".")[0] for name in sys.modules}
print(sorted(there & {"peewee", "psycopg", "psycopg2", "sqlite3", "apprise", "pluggy", "jinja2", "xfc_notify_email"}))
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment(facility.folder, facility.scanner_settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    facility.run("discover")
    facility.run("enqueue", "ada")
    until(lambda: facility.take("results"), "the scanner's answer")
    out, _ = process.communicate("\n", timeout=30)
    assert out == "[]\n"


def test_a_scanner_refuses_to_take_what_needs_the_database(facility: Facility) -> None:
    scanner = facility.start_scanner()
    facility.publish("scan", message("deliver", "scan", 1))
    scanner.wait_for("does not belong in queue scan")
    facility.expect_dead_letters("scan", 1)


def test_check_says_whether_somebody_takes_from_every_queue(facility: Facility) -> None:
    facility.start_scanner()

    def told() -> list[dict[str, str]]:
        return [row for row in facility.json("check", "workers") if row["name"] == "workers"]

    wrong = told()
    assert [row["what"].partition(";")[0] for row in wrong] == [
        "no worker takes from the queue results",
        "no worker takes from the queue delivery",
    ]
    assert {row["state"] for row in wrong} == {"notice"}
    assert all("xfc-notify-service.service" in row["do"] for row in wrong)
    facility.start_service()
    until(lambda: [row["what"] for row in told()] == ["scan 1, results 1, delivery 1"], "all of them")
