"""Messages that nobody of ours sent: they end in the dead letters or do nothing, and the workers go on."""

import json
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from acceptance.facility import Facility, message
from xfc_notify.areas.messages import dump_result
from xfc_notify.outbox.number import dump_delivery
from xfc_notify.queues.broker import RETRIES
from xfc_notify.scan.order import SliceResult
from xfc_notify.store.tree_json import dump_tally
from xfc_notify.usage import Clock, Usage
from xfc_notify.usage.directories import NOTHING

ESCAPES = "\x1b[2J\r\nforged: all is well\u202e\u0085\ud800"
"""What must not reach a terminal through the log."""
FAR = 4_000_000_000_000
"""A time in milliseconds, in the year 2096."""


def order(root: str, *directories: str, **changes: object) -> dict[str, Any]:
    """A forged order."""
    return {
        "format": 1,
        "scan_id": str(uuid4()),
        "slice_id": str(uuid4()),
        "root": root,
        "directories": list(directories),
        "as_of": "2026-03-02T08:00:00+00:00",
        "clock": "mtime",
        "budget": 1.0,
        "one_file_system": True,
        "again": False,
        "uid": None,
        "exclude": [],
        "least": dump_tally(NOTHING),
    } | changes


def result(**changes: object) -> dict[str, Any]:
    """A forged answer to a scan that is unknown."""
    usage = Usage(datetime(2026, 3, 2, tzinfo=UTC), Clock.MTIME)
    return dump_result(SliceResult(str(uuid4()), str(uuid4()), usage, (), 1.0, "node", None)) | changes


def misshapen(actor: str, queue: str, argument: object) -> list[bytes]:
    """Messages that are wrong for any actor, whatever it is told."""
    deep = b"[" * 50_000 + b"]" * 50_000
    return [
        b"",
        b"\xff\xfe raw bytes",
        b"null",
        b"[1, 2, 3]",
        b'{"queue_name": "' + queue.encode() + b'"}',
        deep,
        message(actor, queue, argument, options=None),
        message(actor, queue, argument, options={"pipe_target": json.loads(message(actor, queue, 1))}),
        message(actor, queue, argument, options={"eta": "soon"}),
        message(actor, queue, argument, options={"eta": FAR}),
        message(actor, queue, argument, kwargs={"more": 1}),
        message(actor, queue, argument, message_id=7),
        message(actor, queue, argument, queue_name="elsewhere"),
        message(actor, queue, argument, queue_name=f"{queue}.DQ"),
        message("nobody", queue, argument),
        message(ESCAPES, queue, argument),
        message(actor, queue),
        message(actor, queue, argument, argument),
    ]


def test_a_scanner_goes_on_after_messages_that_are_not_ours(facility: Facility) -> None:
    facility.add_user("ada")
    scanner = facility.start_scanner()
    root = str(facility.volume / "ada")
    bad = [
        *misshapen("scan", "scan", order(root, "")),
        message("record", "scan", result()),
        message("deliver", "scan", 1),
        message("scan", "scan", order(root, "..")),
        message("scan", "scan", order(root, "a/../../ben")),
        message("scan", "scan", order(root, "/etc")),
        message("scan", "scan", order(root, "a\0b")),
        message("scan", "scan", order(root, scan_id=ESCAPES)),
        message("scan", "scan", order(root, "", budget=1e300)),
        message("scan", "scan", order(root, "", as_of="yesterday")),
        message("scan", "scan", "an order"),
        message("scan", "scan", None, message_id=ESCAPES),
    ]
    for body in bad:
        facility.publish("scan", body)
    dead = facility.expect_dead_letters("scan", len(bad))
    assert sorted(dead) == sorted(bad)

    outside = ["/etc", "/", "relative", f"{facility.volume}", f"{facility.volume}/../../etc", "\\x1b[2J"]
    for place in outside:
        facility.publish("scan", message("scan", "scan", order(place, "")))
    scanner.wait_for("could not measure: ", times=len(outside))
    facility.expect_tracebacks("DecodeError")
    assert_log_is_harmless(scanner.log)
    service = facility.start_service()  # gets those answers, and knows of no such scan
    service.wait_for("an answer that came before, or for a scan that is not open", times=len(outside))
    assert_a_normal_scan_works(facility)


def test_the_service_goes_on_after_messages_that_are_not_ours(facility: Facility) -> None:
    service = facility.start_service()
    facility.expect_tracebacks("DecodeError")
    answers = [
        *misshapen("record", "results", result()),
        message("deliver", "results", 1),
        message("record", "results", "an answer"),
        message("record", "results", result(usage=None)),
        message("record", "results", result(scan_id="1; DROP TABLE users")),
        message("record", "results", result(remaining=["../ben"])),
        message("record", "results", result(failure=ESCAPES)),
    ]
    numbers: list[object] = ["1", 1.5, True, None, [1], {}, -1, 0, 2**31, 10**400]
    ours: list[object] = [{"format": 1, "number": number} for number in numbers]
    formats: list[object] = ["2", 2.5, True, None, -2, 0, 2**63, 10**400]
    of_no_format: list[object] = [{"format": number, "number": 1} for number in formats]
    deliveries = [
        *misshapen("deliver", "delivery", {"format": 1, "number": 1}),
        *(message("deliver", "delivery", it) for it in (1, {"number": 1}, *numbers, *ours, *of_no_format)),
    ]
    for queue, bad in (("results", answers), ("delivery", deliveries)):
        for body in bad:
            facility.publish(queue, body)
        assert sorted(facility.expect_dead_letters(queue, len(bad))) == sorted(bad)

    facility.publish(
        "delivery", message("deliver", "delivery", dump_delivery(2**31 - 1))
    )  # there is no such delivery
    facility.publish("results", message("record", "results", result()))
    service.wait_for("an answer that came before, or for a scan that is not open")
    assert_log_is_harmless(service.log)
    facility.start_scanner()
    assert_a_normal_scan_works(facility)


def test_a_forged_answer_to_a_real_scan_changes_nothing(facility: Facility) -> None:
    facility.add_over_user("ben")
    facility.run("discover")
    facility.run("enqueue", "--all")
    ((scan_id, as_of),) = facility.query("SELECT id, as_of FROM scan")
    ((slice_id,),) = facility.query("SELECT id FROM slice")
    service = facility.start_service()
    true = result(scan_id=scan_id, slice_id=slice_id)
    true["usage"]["as_of"] = f"{as_of.isoformat()}+00:00"
    bad = [
        true | {"usage": result()["usage"]},  # of another time
        true | {"remaining": [""]},  # nothing of it measured: it would never end
        true | {"usage": true["usage"] | {"clock": "ctime"}},
    ]
    for answer in bad:
        facility.publish("results", message("record", "results", answer))
    facility.publish("results", message("record", "results", true | {"slice_id": str(uuid4())}))
    facility.expect_dead_letters("results", len(bad))
    service.wait_for("an answer that came before, or for a scan that is not open")
    facility.start_scanner()
    facility.expect_mail("ben@example.org", "120 %")
    facility.finish()
    assert facility.usage("ben") == facility.measured_anew("ben")


@pytest.mark.parametrize("wait", [None, -60_000, 3_600_000])
def test_an_order_in_the_queue_of_retries_is_a_dead_letter(facility: Facility, wait: int | None) -> None:
    facility.add_user("ada")
    facility.run("discover")
    facility.run("enqueue", "--all")
    body = facility.take("scan")
    assert body is not None
    options = {} if wait is None else {"eta": int(time.time() * 1000) + wait}
    again = json.dumps(json.loads(body) | {"queue_name": "scan.DQ", "options": options}).encode()
    facility.start_scanner()
    facility.publish("scan.DQ", again)
    assert facility.expect_dead_letters("scan", 1) == [again]


def test_a_newer_message_that_nobody_understands_becomes_a_dead_letter_in_the_end(facility: Facility) -> None:
    service = facility.start_service()
    last_try = {"retries": RETRIES}
    bodies = {
        "results": message("record", "results", result(format=2), options=last_try),
        "delivery": message("deliver", "delivery", {"format": 2}, options=last_try),
    }
    for queue, body in bodies.items():
        facility.publish(queue, body)
        assert facility.expect_dead_letters(queue, 1) == [body]
    service.wait_for(
        "a slice result of format 2, of which this version knows formats up to 1: upgrade this worker"
    )
    service.wait_for(
        "a delivery of format 2, of which this version knows formats up to 1: upgrade this worker"
    )


def assert_log_is_harmless(log: str) -> None:
    """Every line prints, and begins as ours do or belongs to a traceback."""
    assert "forged: all is well" in log
    for line in log.split("\n"):
        assert line.isprintable(), line
        assert not line.startswith("forged")


def assert_a_normal_scan_works(facility: Facility) -> None:
    """As if nothing had been."""
    facility.add_over_user("ben")
    facility.run("discover")
    facility.run("enqueue", "ben")
    facility.expect_mail("ben@example.org", "120 %")
    facility.finish()
    assert facility.usage("ben") == facility.measured_anew("ben")
