"""Heads of groups are told by the same rules as users of areas: once, and of all their groups in one message."""

import html
import re
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from facility import Facility, together

from reports.conftest import Site
from reports.wrstat import Entry
from xfc_notify.domain import Group, Level
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people import groups, limits, subjects, users
from xfc_notify.reports import judge, loads, views
from xfc_notify.reports.load import carry_out
from xfc_notify.reports.tables import LoadRow
from xfc_notify.states import Kind

DAY = timedelta(days=1)
LABS = {4_000_000_001: "lab1", 4_000_000_002: "lab2"}


@pytest.fixture
def heads(site: Site) -> Site:
    """Two groups with one head, ada, and a quota of 10,000 bytes each on both volumes."""
    for gid, name in LABS.items():
        groups.put(Group(gid, name, "ada", members=("ben",)), site.now)
        for volume in ("one", "two"):
            limits.set_limit(groups.named(name), volume, 10_000, site.now)
    return site


def at(site: Site, days: float, **sizes: int) -> int:
    """Load captures of so many days from now on, bytes by lab and volume (`lab1_one=5`); how many messages came."""
    before = MessageRow.select().count()
    later = replace(site, now=site.now + days * DAY)
    for volume in ("one", "two"):
        tree = [
            Entry(f"/v/{volume}/{lab}/data/{lab}.bam".encode(), size, gid=gid, mtime=1_500_000_000, atime=0)
            for gid, lab in LABS.items()
            if (size := sizes.get(f"{lab}_{volume}"))
        ]
        if tree:
            later.capture(volume, tree, later.now)
    later.load()
    return MessageRow.select().count() - before


def last() -> MessageRow:
    message: MessageRow = MessageRow.select().order_by(MessageRow.created_at.desc()).first()
    return message


def test_a_group_over_its_quota_on_two_volumes_is_one_message_to_its_head(heads: Site) -> None:
    assert at(heads, 0, lab1_one=9_500, lab2_one=12_000, lab1_two=11_000) == 1
    message = last()
    assert users.user_named("ada").id == message.user_id
    assert message.subject.startswith("[XFC] lab")
    assert len(message.subject) <= 77
    page = " ".join(re.sub("<[^>]*>", "", html.unescape(message.html)).split())
    for said in (
        "lab2 has used 120 % of its quota on one",
        "lab1 has used 110 % of its quota on two",
        "lab1 has used 95 % of its quota on one",
        "That is 12 kB of 10 kB.",
        "Most of it lies in /v/one/lab2/data",
        "Most of it belongs to 20001 (12 kB).",
        "You get this message because you are named as the head of lab",
    ):
        assert said in " ".join(message.text.split()), message.text
        assert said in page
    assert "area" not in message.text.replace("in your area", "")
    assert "measure again" not in message.text
    assert {subject.key for subject in subjects.of_kind(Kind.GROUP)} == {
        "4000000001@one", "4000000002@one", "4000000001@two"
    }  # fmt: skip


def test_the_message_leads_to_the_page_of_the_group_where_there_are_pages(heads: Site) -> None:
    assert at(heads, 0, lab1_one=11_000) == 1
    assert "how it grew" not in last().text
    tables = {
        "reports": {"data": "data", "volumes": [{"name": "one", "mount": "/v/one"}]},
        "web": {"url": "https://storage.example.org/mine"},
        "service": {"secret": "s" * 40},
    }
    linked = replace(heads, facility=Facility.at(heads.folder, **tables))
    assert at(linked, 2, lab1_one=11_000, lab2_one=12_000) == 1
    for gid in LABS:
        link = f"https://storage.example.org/mine/groups/{gid}?volume=one"
        assert link in last().text.split()
        assert f'href="{link}"' in last().html


def test_nothing_new_is_not_said_again(heads: Site) -> None:
    assert at(heads, 0, lab1_one=11_000) == 1
    assert at(heads, 2, lab1_one=11_001) == 0


def test_a_group_at_96_percent_in_seven_days_is_told_before_it_is_there(heads: Site) -> None:
    assert at(heads, 0, lab1_one=6_400, lab2_one=10) == 0
    assert at(heads, 7, lab1_one=8_000, lab2_one=10) == 1
    assert "In 7 days lab1 will have used about 96 % of its quota on one" in " ".join(last().text.split())
    levels = {(view.group, view.level) for view in views.group_views()}
    assert levels == {("lab1", Level.WARNING), ("lab2", Level.OK)}


def test_a_group_that_is_well_again_is_thanked_and_then_left_alone(heads: Site) -> None:
    assert at(heads, 0, lab1_one=10_500) == 1
    assert [at(heads, days, lab1_one=6_000) for days in (2, 10, 12)] == [1, 0, 0]
    assert "Thank you: lab1 is well within its quota on one again" in " ".join(last().text.split())


def test_a_sudden_drop_to_less_than_half_is_believed_the_second_time(heads: Site) -> None:
    assert at(heads, 0, lab1_one=10_500, lab2_one=1) == 1
    assert at(heads, 1, lab1_one=100, lab2_one=1) == 0
    assert at(heads, 2, lab1_one=10_600, lab2_one=1) == 0


def test_without_a_head_the_head_of_the_group_above_is_told(heads: Site) -> None:
    groups.put(Group(7, "institute", "eve"), heads.now)
    groups.put(Group(4_000_000_001, "lab1"), heads.now)
    assert at(heads, 0, lab1_one=11_000) == 0
    groups.change(groups.named("lab1"), groups.Change(parent="institute"))
    assert at(heads, 1, lab1_one=11_000) == 1
    assert users.user_named("eve").id == last().user_id


def test_what_an_operator_sets_counts_before_what_the_directory_says(heads: Site) -> None:
    groups.change(groups.named("lab1"), groups.Change(head="cleo", contact="lab1@example.org"))
    assert at(heads, 0, lab1_one=11_000) == 1
    assert users.user_named("cleo").id == last().user_id
    (subject,) = subjects.of_kind(Kind.GROUP)
    assert (subject.contact, judge.gid_of(subject)) == ("lab1@example.org", 4_000_000_001)


def test_german_heads_are_told_in_german(heads: Site) -> None:
    at(heads, 0, lab1_one=1)
    from xfc_notify.domain import Person

    users.add_user(Person("ada", "Ada", "ada@example.org", language="de"), heads.now)
    users.prefer(users.user_named("ada"), digest=None, timezone=None, language="de", now=heads.now)
    assert at(heads, 1, lab1_one=11_000) == 1
    assert "lab1 hat 110 % der Grenze auf one belegt" in " ".join(last().text.split())


def test_two_volumes_loaded_at_once_do_not_wait_for_each_others_heads(site: Site) -> None:
    heads = [f"head{number}" for number in range(8)]
    for volume, first, order in (("one", 5_000, heads), ("two", 6_000, heads[::-1])):
        gids = range(first, first + len(heads))
        for gid, head in zip(gids, order, strict=True):
            groups.put(Group(gid, f"g{gid}", head), site.now)
            limits.set_limit(groups.named(f"g{gid}"), volume, 10, site.now)
        tree = [
            Entry(f"/v/{volume}/{gid}".encode(), 11, gid=gid, mtime=1_500_000_000, atime=0) for gid in gids
        ]
        site.capture(volume, tree, site.now)
    site.owe()

    def take(load: LoadRow) -> bool:
        return carry_out(load.id, site.service, lambda: site.now, lambda _: None)

    assert together([partial(take, load) for load in loads.claim(site.now)]) == [True, True]
    judged = [subject.place for subject in subjects.of_kind(Kind.GROUP)]
    assert (judged.count("one"), judged.count("two")) == (len(heads), len(heads))
    assert MessageRow.select().count() == len(heads)
