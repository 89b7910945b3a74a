"""Mail servers that refuse, and a worker that dies between their acceptance and our note of it."""

from typing import Any

from servers.process import until

from acceptance.facility import Facility


def start(facility: Facility) -> None:
    """Everything runs, and ben is over his quota."""
    facility.add_over_user("ben")
    facility.run("discover")
    facility.start_scanner()
    facility.start_service()
    facility.run("enqueue", "--all")


def listed(facility: Facility, state: str) -> dict[str, Any]:
    """The one delivery, which comes to this state."""
    facility.until_query("SELECT state FROM delivery", state)
    (row,) = facility.json("deliveries", "list", "--state", state)
    assert (row["user"], row["channel"], row["address"]) == ("ben", "email", "ben@example.org")
    return dict(row)


def test_a_mail_refused_for_now_is_sent_later_with_the_same_message_id(facility: Facility) -> None:
    facility.mail.on_data = "451 try again later"
    start(facility)
    row = listed(facility, "retry")
    assert "451" in row["error"]
    facility.run("tick")
    assert listed(facility, "retry")["attempts"] == 1  # its time has not come

    facility.mail.on_data = None
    facility.make_due()
    facility.run("tick")
    mail = facility.expect_mail("ben@example.org", "120 %")
    assert facility.mail.offered == [mail["Message-ID"]] * 2
    assert mail["Message-ID"].startswith(f"<{row['message_id']}@")
    assert listed(facility, "sent")["attempts"] == 2


def test_a_mail_refused_for_good_is_kept_until_somebody_sends_it_again(facility: Facility) -> None:
    facility.mail.replies["ben@example.org"] = 550
    start(facility)
    row = listed(facility, "dead")
    assert "550" in row["error"]
    facility.make_due()
    facility.run("tick")
    assert listed(facility, "dead")["attempts"] == 1  # it is not tried again by itself
    facility.run("deliveries", "retry", str(row["number"] + 1), code=2)

    facility.mail.replies.clear()
    assert facility.json("deliveries", "retry", str(row["number"])) == {"retried": 1}
    mail = facility.expect_mail("ben@example.org", "120 %")
    assert mail["Message-ID"].startswith(f"<{row['message_id']}@")
    assert listed(facility, "sent")["attempts"] == 2


def test_a_worker_killed_after_the_server_accepted_leads_to_one_duplicate_at_most(facility: Facility) -> None:
    facility.add_over_user("ben")
    facility.run("discover")
    facility.start_scanner()
    service = facility.start_service()
    facility.mail.on_accepted = service.kill
    facility.run("enqueue", "--all")
    first = facility.expect_mail("ben@example.org", "120 %")
    service.wait()
    facility.mail.on_accepted = None

    again = facility.start_service("service2")
    facility.run("tick")  # the lease has not ended: it may still be on its way
    assert listed(facility, "sending")["attempts"] == 1
    until(lambda: "sent at attempt 2" in again.log, "the end of its lease, without a tick", seconds=100)
    assert "taken over from a worker that has died" in again.log
    second = facility.expect_mail("ben@example.org", "120 %")
    assert second["Message-ID"] == first["Message-ID"]
    assert listed(facility, "sent")["attempts"] == 2
    facility.make_due()
    facility.run("tick")
    facility.finish()
    assert len(facility.mail.messages) == 2
