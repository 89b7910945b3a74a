"""The logs of commands and workers, read together, tell what became of a scan, and nothing that nobody may know."""

import json
from typing import Any

from acceptance.facility import Facility
from acceptance.mail import PASSWORD as MAIL_PASSWORD


def records(facility: Facility) -> list[dict[str, Any]]:
    """All that the workers logged, but for the lines of the process that only starts the others."""
    lines = [line for worker in facility.workers for line in worker.log.rstrip().split("\n")]
    return [json.loads(line) for line in lines if "[dramatiq.MainProcess]" not in line]


def test_one_id_leads_from_the_order_to_the_record_and_another_from_there_to_the_mail(
    facility: Facility,
) -> None:
    for settings in (facility.scanner_settings, facility.service_settings):
        settings.write_text(settings.read_text() + '\n[logs]\nformat = "json"\n')
    facility.add_over_user()
    facility.run("discover")
    facility.start_scanner()
    facility.start_service()
    ordered = [json.loads(line) for line in facility.run("enqueue", "--all").err.splitlines()]
    facility.expect_mail("ben@example.org", "120 %")
    facility.finish()
    found = records(facility)
    (order,) = (it for it in ordered if it["message"] == "a scan order is sent")
    (measured,) = (it for it in found if it.get("actor") == "scan" and it["message"].startswith("measured"))
    (written,) = (it for it in found if it["message"].startswith("a message is written"))
    (sent,) = (it for it in found if it.get("delivery") and " sent at attempt " in it["message"])
    ((scan_id,),) = facility.query("SELECT id FROM scan")
    ((message_id, number),) = facility.query("SELECT message_id, id FROM delivery")
    assert measured["scan_id"] == written["scan_id"] == scan_id
    assert order["scan_id"] == scan_id
    assert order["slice_id"] == measured["slice_id"] == written["slice_id"]
    assert written["message_id"] == sent["message_id"] == message_id
    assert sent["delivery"] == number
    for secret in (MAIL_PASSWORD, "rabbitmq-secret", "postgres-secret"):
        assert all(secret not in json.dumps(it) for it in [*ordered, *found])
