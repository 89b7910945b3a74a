"""What is too large for a message loses nothing and holds nobody up."""

import json
import os
from pathlib import Path

import pika
from servers.rabbitmq import RabbitMQ, queue_lengths, small_messages_only

from acceptance.facility import Facility, Maker


def add_hostile_names(area: Path, count: int) -> None:
    """Directories whose names are 255 bytes that are no characters, with one file each."""
    for number in range(count):
        name = f"{number:08}".encode().translate(bytes(range(128, 256)) * 2) + b"\xff" * 247
        directory = os.fsencode(area) + b"/" + name
        os.mkdir(directory)
        Path(os.fsdecode(directory), "f").write_bytes(b"12345678")


def test_ten_thousand_directories_with_names_of_undecodable_bytes_are_measured(facility: Facility) -> None:
    add_hostile_names(facility.add_user("ada"), 10_000)
    facility.start_scanner()
    facility.start_service()
    facility.run("discover")
    facility.run("enqueue", "--all")
    facility.finish()
    found = facility.usage("ada")
    assert (found.files, found.directories, found.size) == (10_000, 10_000, 80_000)
    assert sum(tally.files for tally in found.by_directory.values()) == 10_000


def test_and_so_they_are_in_slices_whose_orders_name_them(make_facility: Maker) -> None:
    facility = make_facility(slice_seconds=0.05)
    add_hostile_names(facility.add_user("ada"), 10_000)
    facility.start_scanner()
    facility.start_service()
    facility.run("discover")
    facility.run("enqueue", "--all")
    facility.finish()
    found = facility.usage("ada")
    assert (found.files, found.directories, found.size) == (10_000, 10_000, 80_000)
    ((slices,),) = facility.query("SELECT slices FROM scan")
    assert slices > 1


def test_an_order_that_is_too_large_fails_its_scan_and_all_others_go_on(facility: Facility) -> None:
    for user in ("ada", "ben"):
        facility.add_over_user(user)
    facility.run("discover")
    facility.run("enqueue", "--all")
    with pika.BlockingConnection(pika.URLParameters(facility.amqp_url)) as connection:
        connection.channel().queue_purge("scan")  # the orders are lost, and due again
    facility.query("UPDATE slice SET lease_until = NULL")
    many = json.dumps(["d" * 200 + str(number) for number in range(25_000)])
    area = "SELECT s.id FROM scan s JOIN area a ON a.id = s.area_id WHERE a.path LIKE '%%/ada'"
    facility.query(f"UPDATE slice SET directories = %s WHERE scan_id = ({area})", many)
    facility.run("tick")
    assert queue_lengths(facility.amqp_url)["scan"] == 1
    (failure,) = facility.query("SELECT failure FROM scan WHERE state = 'failed'")
    assert failure == ("its order cannot be sent: a message of 5.2 MB; at most 4 MB are sent",)
    facility.start_scanner()
    facility.start_service()
    facility.expect_mail("ben@example.org", "120 %")
    facility.finish()
    assert "5.2 MB" in facility.run("status").out


def test_an_answer_that_rabbitmq_refuses_for_its_size_is_told_as_a_failure(
    facility: Facility, rabbitmq: RabbitMQ
) -> None:
    add_hostile_names(facility.add_user("ada"), 500)
    facility.run("discover")
    facility.start_service()
    facility.run("enqueue", "--all")
    with small_messages_only(rabbitmq, 100_000):
        scanner = facility.start_scanner()
        facility.finish()
    (failure,) = facility.query("SELECT failure FROM scan")
    assert failure[0].startswith("the answer cannot be sent: RabbitMQ refuses it: 406 PRECONDITION_FAILED")
    assert failure[0] in scanner.log
