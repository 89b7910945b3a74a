"""An area that ends every scanner which opens it."""

from pathlib import Path

import pytest
from acceptance.facility import Maker
from preload import POISON, library
from servers.process import until


@pytest.mark.timeout(120)
def test_an_area_that_kills_its_scanner_kills_one_and_is_told(make_facility: Maker, tmp_path: Path) -> None:
    facility = make_facility()
    facility.add_user("ada", {"crash": 1})
    facility.add_over_user("ben")
    facility.run("discover")
    facility.start_service()
    facility.run("enqueue", "--all")

    scanners = [facility.start("scanner1", ("scan",), LD_PRELOAD=library(POISON, tmp_path))]

    def is_done() -> bool:
        if scanners[-1].has_ended:  # systemd starts it again
            name = f"scanner{len(scanners) + 1}"
            scanners.append(facility.start(name, ("scan",), LD_PRELOAD=library(POISON, tmp_path)))
        return facility.query("SELECT count(*) FROM scan WHERE state = 'open'") == [(0,)]

    until(is_done, "the end of both scans", seconds=90)
    assert [scanner.has_ended for scanner in scanners] == [True, False]
    facility.finish()
    facility.expect_mail("ben@example.org", "120 %")
    assert facility.usage("ben") == facility.measured_anew("ben")
    (failed,) = facility.query("SELECT failure FROM scan WHERE state = 'failed'")
    assert failed == ("the scanner dies of it (SIGSEGV): its log says more",)
    assert "Segmentation fault" in scanners[-1].log
    assert "SIGSEGV" in facility.run("status").out
