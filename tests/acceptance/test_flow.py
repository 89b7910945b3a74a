"""The whole flow: discover, enqueue, scan, record, deliver."""

import shutil
from datetime import datetime

from acceptance.facility import GB, Facility, Maker


def test_the_one_over_quota_gets_one_mail_and_later_the_good_news(facility: Facility) -> None:
    facility.add_user("ada", {"thesis/data.nc": 2 * GB, "notes.txt": 17})
    ben = facility.add_over_user("ben")
    facility.add_user("cleo")
    facility.start_scanner("scanner1")
    facility.start_scanner("scanner2")
    facility.start_service()
    assert facility.json("discover")["new_users"] == ["ada", "ben", "cleo"]

    facility.run("enqueue", "--all")
    first = facility.expect_mail("ben@example.org", "120 %")
    facility.finish()
    assert_status(facility, {"ada": (2 * GB + 17, 2), "ben": (12 * GB, 2), "cleo": (0, 0)}, over={"ben"})

    facility.run("enqueue", "--all")
    facility.finish()
    assert len(facility.mail.messages) == 1

    shutil.rmtree(ben / "runs")
    facility.run("enqueue", "ben")
    facility.finish()
    assert len(facility.mail.messages) == 1, "less than half is believed when it was seen twice"
    facility.run("enqueue", "ben")
    second = facility.expect_mail("ben@example.org", "10 %")
    assert second["In-Reply-To"] == first["Message-ID"]
    facility.finish()
    assert_status(facility, {"ada": (2 * GB + 17, 2), "ben": (GB, 1), "cleo": (0, 0)}, over=set())


def assert_status(facility: Facility, expected: dict[str, tuple[int, int]], over: set[str]) -> None:
    """`status --json` shows exactly these sizes and numbers of files, all of files ten days old."""
    for row in facility.json("status"):
        user = row["user"]
        size, files = expected.pop(user)
        level = "over" if user in over else "ok"
        mtimes = {int(p.stat().st_mtime) for p in (facility.volume / user).rglob("*") if p.is_file()}
        as_of = int(datetime.fromisoformat(row["last_scanned"]).timestamp())
        ages = {as_of - mtime for mtime in mtimes} or {0}
        byte_days = {size * age / 86_400 for age in ages}
        assert len(ages) == 1, "the files of the test are of one age"
        findings = {finding.pop("policy"): finding for finding in row.pop("findings")}
        assert findings.keys() - {"growth"} == {"quota_hard", "quota_temporal"}, "growth needs two scans"
        hard = {"level": level, "used": size, "limit": 10 * GB, "unit": "bytes", "due": None}
        hard["thresholds"] = [0.8, 0.9, 1.0]
        assert findings["quota_hard"] == hard
        assert findings["quota_temporal"]["used"] in byte_days
        assert row.pop("last_scanned")
        assert row.pop("temporal_usage") in byte_days
        assert row.pop("allocated") is not None
        assert row == {
            "user": user,
            "area": str(facility.volume / user),
            "volume": "vol1",
            "size": size,
            "hard_quota": 10 * GB,
            "temporal_quota": 1000e15,
            "files": files,
            "level": level,
            "complete": True,
            "source": "scan",
            "counts": "apparent",
            "left_out": {},
        }
    assert expected == {}


def test_a_long_scan_is_shared_by_the_scanners_and_adds_up(make_facility: Maker) -> None:
    facility = make_facility(slice_seconds=0)  # one directory a slice
    facility.add_user("ada", {f"{i}/{j}/data.nc": 1000 + i * j for i in range(6) for j in range(5)})
    scanners = [facility.start_scanner(name) for name in ("scanner1", "scanner2")]
    facility.start_service()
    facility.run("discover")
    facility.run("enqueue", "ada")
    facility.finish()
    assert facility.usage("ada") == facility.measured_anew("ada")
    assert facility.usage("ada").files == 30
    shares = [scanner.log.count("measured ") for scanner in scanners]
    assert sum(shares) == 1 + 6 + 6 * 5
    assert min(shares) >= 3


def test_an_area_that_became_a_link_is_not_scanned_and_nobody_is_told(facility: Facility) -> None:
    facility.add_user("ada")
    ben = facility.add_over_user("ben")
    facility.run("discover")
    shutil.rmtree(facility.volume / "ada")
    (facility.volume / "ada").symlink_to(ben)
    facility.start_scanner()
    facility.start_service()
    facility.run("enqueue", "ada")
    facility.finish()
    (line,) = [line for line in facility.run("status").out.splitlines() if "last scan failed" in line]
    assert f"{facility.volume}/ada is a link" in line
    (row,) = facility.json("status", "ada")
    assert (row["size"], row["last_scanned"]) == (None, None)
