"""Reports with real workers: orders through RabbitMQ, one killed in the middle, and a mail to the head of a group."""

import os
from datetime import UTC, datetime, timedelta

from reports import wrstat
from reports.wrstat import Entry
from servers.process import until

from acceptance.facility import Facility

GID = 4_000_000_001
SETTINGS = """
[reports]
data = "data"
[[reports.volumes]]
name = "one"
mount = "/v/one"
[[reports.volumes]]
name = "two"
mount = "/v/two"
"""


def capture(facility: Facility, volume: str, count: int, size: int, when: datetime) -> None:
    """What wrstat would write of so many files of this size."""
    folder = facility.folder / "data" / f"{when:%Y%m%d-%H%M%S}_／v／{volume}"
    entries = (Entry(f"/v/{volume}/lab/d{n // 20}/{n}.bam".encode(), size, gid=GID) for n in range(count))
    wrstat.write(folder / "stats.gz", wrstat.lines(entries))
    os.utime(folder, (when.timestamp(), when.timestamp()))


def test_a_worker_killed_in_the_middle_a_second_one_and_a_mail_to_the_head(facility: Facility) -> None:
    with facility.service_settings.open("a") as settings:
        settings.write(SETTINGS)
    now = datetime.now(UTC).replace(microsecond=0)
    capture(facility, "one", 600_000, 1, now - timedelta(days=2))
    capture(facility, "two", 3, 5, now - timedelta(days=2))
    first = facility.start("reports1", ("reports",))
    facility.run("tick")
    work = facility.folder / "reports" / "loaded" / ".work"
    until(lambda: list(work.glob("*/cells.parquet")), "a load under way")
    first.kill()
    big = "SELECT state FROM load WHERE volume = 'one'"
    half = facility.query(big) == [("open",)]
    assert facility.query("SELECT count(*) FROM group_usage WHERE volume = 'one'") == [(0 if half else 1,)]

    facility.query("UPDATE load SET lease_until = lease_until - interval '1 day'")  # as if time had passed
    second = facility.start("reports2", ("reports",))
    facility.run("tick")
    facility.until_query("SELECT count(*) FROM load WHERE state = 'loaded'", 2)
    rows = facility.json("reports", "groups")
    assert [(row["volume"], row["bytes"], row["files"]) for row in rows] == [
        ("one", 600_000, 600_000),
        ("two", 15, 3),
    ]
    assert facility.query("SELECT count(*) FROM group_standing") == [(2,)]
    assert half, "it was killed too late to show anything"

    facility.run("groups", "set", str(GID), "--head", "ben", "--volume", "two", "--limit", "100 B")
    facility.start_service()
    capture(facility, "two", 24, 5, now)
    facility.run("tick")
    mail = facility.expect_mail("ben@example.org", "has used 120 % of its quota on two")
    assert "Most of it lies in /v/two/lab" in " ".join(mail.get_body(("plain",)).get_content().split())
    assert second.log.count("is loaded") >= 2
