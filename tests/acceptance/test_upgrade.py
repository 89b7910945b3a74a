"""Two versions at once, as real processes on the same queues and tables: nothing stands still, nothing is lost."""

from servers.process import until
from servers.rabbitmq import queue_lengths

from acceptance.facility import GB, Facility, Maker
from acceptance.versions import newer_version

TOO_NEW = "of format 2, of which this version knows formats up to 1: upgrade this worker"
OVER = ("ben", "cleo", "dora", "emil")


def add_users(facility: Facility) -> None:
    """Eight users with some directories each; four of them are over their quota."""
    for name in (*OVER, "fay", "gus", "hal", "ida"):
        size = 3 * GB if name in OVER else GB
        facility.add_user(name, {f"{run}/data.nc": size for run in range(4)})
    facility.run("discover")


def assert_all_is_scanned_and_told_once(facility: Facility) -> None:
    """Every area was scanned to its end, exactly; who is over the quota has one mail, and nobody else."""
    for name in OVER:
        facility.expect_mail(f"{name}@example.org", "120 %")
    facility.finish()
    assert facility.query("SELECT DISTINCT state FROM scan") == [("whole",)]
    for (name,) in facility.query("SELECT name FROM users WHERE name NOT LIKE ':%%'"):
        assert facility.usage(name) == facility.measured_anew(name)
    assert len(facility.mail.messages) == len(OVER)
    assert facility.query("SELECT DISTINCT state FROM delivery") == [("sent",)]


def test_a_rolling_upgrade_loses_nothing(make_facility: Maker) -> None:
    facility = make_facility(slice_seconds=0)
    newer = newer_version(facility.folder / "newer")
    add_users(facility)
    old_scanner, old_service = facility.start_scanner("old-scanner"), facility.start_service("old-service")
    facility.run("enqueue", "--count", "3")
    old_scanner.wait_for("measured ")

    facility.run("migrate", **newer)
    facility.finish_scans()  # by the old ones, with the new tables
    facility.run("enqueue", "fay")
    facility.finish_scans()
    assert facility.query("SELECT count(*), count(opened_by) FROM scan") == [(4, 0)]
    assert "newer than this program, which still works with it" in facility.run("check", "database").out

    new_service = facility.start_service("new-service", **newer)
    facility.run("tick", **newer)
    old_scanner.wait_for(f"a scan order {TOO_NEW}")
    facility.start_scanner("new-scanner", **newer)
    old_service.wait_for(f"a slice result {TOO_NEW}")
    old_service.stop()
    old_scanner.stop()
    new_service.wait_for("a message is written")
    assert_all_is_scanned_and_told_once(facility)
    assert facility.query("SELECT count(*), count(opened_by) FROM scan WHERE opened_by = 'newer'")[0][0] >= 4


def test_an_order_of_the_old_version_is_done_by_a_new_scanner_and_answered_to_a_new_service(
    facility: Facility,
) -> None:
    newer = newer_version(facility.folder / "newer")
    add_users(facility)
    facility.run("enqueue", "--all")
    facility.run("migrate", **newer)
    facility.start_scanner(**newer)
    facility.start_service(**newer)
    assert_all_is_scanned_and_told_once(facility)


def test_a_newer_order_waits_for_a_newer_scanner(facility: Facility) -> None:
    newer = newer_version(facility.folder / "newer")
    facility.run("migrate", **newer)
    facility.add_over_user("ben")
    facility.run("discover")
    old_scanner = facility.start_scanner("old-scanner")
    facility.run("enqueue", "--all", **newer)
    old_scanner.wait_for(f"a scan order {TOO_NEW}")
    old_scanner.stop()
    until(lambda: queue_lengths(facility.amqp_url)["scan"] == 1, "the order in its queue")
    facility.start_scanner("new-scanner", **newer)
    facility.start_service(**newer)
    facility.expect_mail("ben@example.org", "120 %")
    facility.finish()
    assert old_scanner.log.count("upgrade this worker") == 1, "no hot loop"


def test_a_new_service_before_its_migration_says_what_to_run_and_takes_nothing(facility: Facility) -> None:
    newer = newer_version(facility.folder / "newer")
    facility.add_over_user("ben")
    facility.run("discover")
    facility.run("enqueue", "--all")
    facility.start_scanner()
    until(lambda: queue_lengths(facility.amqp_url).get("results") == 1, "the scanner's answer")
    early = facility.start("early", ("results", "delivery"), **newer)
    until(lambda: "are older than this program" in early.log, "the refusal")
    early.wait()
    assert "Run: xfc-notify migrate" in early.log
    assert "Traceback" not in early.log
    assert "Run: xfc-notify migrate" in facility.run("status", code=1, **newer).err
    assert queue_lengths(facility.amqp_url)["results"] == 1

    facility.run("migrate", **newer)
    facility.start_service(**newer)
    facility.expect_mail("ben@example.org", "120 %")
    facility.finish()


def test_an_old_service_leaves_its_work_where_the_tables_need_the_new_one(facility: Facility) -> None:
    newer = newer_version(facility.folder / "newer", formats=False, needed=True)
    facility.add_over_user("ben")
    facility.run("discover")
    old_service = facility.start_service("old-service")
    facility.start_scanner()
    facility.run("migrate", **newer)
    facility.run("enqueue", "--all", **newer)
    old_service.wait_for("too new for this program (they have 00")
    for command in ("enqueue", "tick", "status", "migrate"):
        said = facility.run(command, code=1).err
        assert "too new for this program" in said
        assert "Upgrade this program." in said
    assert "Traceback" not in old_service.log
    facility.start_service("new-service", **newer)
    old_service.stop()
    facility.expect_mail("ben@example.org", "120 %")
    facility.finish()
    assert facility.query("SELECT state, opened_by FROM scan") == [("whole", "newer")]
