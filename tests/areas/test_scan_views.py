"""What is shown of scans is harmless, whatever a scanner sent."""

from dataclasses import replace

from facility import Facility, measured, new_area, order_for

from xfc_notify.areas.scan_views import failed_scans

FORGED = "not mounted\nvolume vol1: over: 9.2 EB of 2 PB used\x1b[31m"


def test_the_failure_that_a_scanner_names_cannot_forge_a_line(store, tmp_path, now):
    facility, area = Facility.at(tmp_path), new_area("alice", now)
    assert facility.record(replace(measured(order_for(area, now), 0), failure=FORGED), now)
    (failed,) = failed_scans(None, 10)
    assert failed.failure == "not mounted\\x0avolume vol1: over: 9.2 EB of 2 PB used\\x1b[31m"
    assert failed.failure.isprintable()
