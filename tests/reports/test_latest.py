"""Where groups stand by the last captures, in every order, searched and filtered."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reports.conftest import Site
from reports.wrstat import Entry
from xfc_notify.domain import Group, Level
from xfc_notify.people import groups, limits
from xfc_notify.reports.choice import Choice
from xfc_notify.reports.course import standing_views
from xfc_notify.reports.latest import Order, Wanted, latest_views, volumes_of
from xfc_notify.reports.tables import GroupStandingRow
from xfc_notify.reports.views import group_views, user_views

DAY = timedelta(days=1)
FIRST = 4_000_000_001
LABS = {"amoeba": ("ada", 500), "bat": ("ben", 9_500), "cat": ("ada", 12_000), "50%": ("dan", 12_500)}


def capture(site: Site, volume: str, days: float, sizes: dict[str, int]) -> None:
    """Load a capture of so many days from now on; files were changed ten days before it, by one a day more each."""
    later = replace(site, now=site.now + days * DAY)
    tree = [
        Entry(f"/v/{volume}/{lab}/data/x.bam".encode(), size, gid=FIRST + place,
              mtime=int((later.now - (10 + place) * DAY).timestamp()))
        for place, (lab, size) in enumerate(sizes.items())
    ]  # fmt: skip
    later.capture(volume, tree, later.now)
    later.load()


@pytest.fixture
def labs(site: Site) -> Site:
    """Four groups with quotas of 10,000 bytes on volume one, as of two days; two of them on volume two as well."""
    for place, (name, (head, _)) in enumerate(LABS.items()):
        groups.put(Group(FIRST + place, name, head), site.now)
        limits.set_limit(groups.named(name), "one", 10_000, site.now)
    sizes = {name: size for name, (_, size) in LABS.items()}
    capture(site, "one", 0, {**sizes, "bat": 9_000})
    capture(site, "one", 2, sizes)
    capture(site, "two", 1, {"amoeba": 77, "bat": 88})
    return site


def shown(wanted: Wanted, count: int | None = None, skipped: int = 0) -> list[tuple[str, str]]:
    return [(view.group, view.volume) for view in latest_views(wanted, count, skipped)]


def test_each_group_stands_once_on_each_volume_the_worst_first(labs: Site) -> None:
    assert shown(Wanted()) == [
        ("50%", "one"), ("cat", "one"), ("bat", "one"), ("amoeba", "one"), ("bat", "two"), ("amoeba", "two")
    ]  # fmt: skip
    assert shown(Wanted(), 2, 1) == [("cat", "one"), ("bat", "one")]
    assert {view.as_of for view in latest_views(Wanted(volume="one"))} == {labs.now + 2 * DAY}


def test_a_view_has_the_share_and_the_date(labs: Site) -> None:
    (bat, alone) = latest_views(Wanted(frozenset({FIRST + 1})))
    assert (bat.percent, bat.level) == (95, Level.WARNING)
    assert bat.full_at == labs.now + 4 * DAY  # 250 a day, 500 to go
    assert (alone.percent, alone.full_at) == (None, None)


def test_the_latest_of_a_group_is_the_first_of_its_course(labs: Site) -> None:
    for days, size in ((3, 9_600), (4, 9_650), (5, 9_800)):
        capture(labs, "one", days, {"amoeba": 600 + size, "bat": size})
    found = latest_views(Wanted())
    assert [view.as_of for view in found if view.volume == "one"] == [labs.now + 5 * DAY] * 2
    assert found == [standing_views(view.gid, view.volume, 1)[0] for view in found]
    assert [view.full_at is not None for view in found] == [True, True, False, False]


def test_every_order(labs: Site) -> None:
    by_size = [view.bytes for view in latest_views(Wanted(order=Order.SIZE))]
    assert by_size == [12_500, 12_000, 9_500, 500, 88, 77]
    ages = [view.last_modified for view in latest_views(Wanted(order=Order.UNTOUCHED))]
    assert ages == sorted(ages)
    names = [name for name, _ in shown(Wanted(order=Order.GROUP))]
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(search="AM"), ["amoeba", "amoeba"]),
        (Wanted(search="ada"), ["cat", "amoeba", "amoeba"]),
        (Wanted(search="%"), ["50%"]),
        (Wanted(search="none"), []),
        (Wanted(volume="two"), ["bat", "amoeba"]),
        (Wanted(level=Level.OVER), ["50%", "cat"]),
        (Wanted(frozenset({FIRST, FIRST + 3}), volume="one"), ["50%", "amoeba"]),
        (Wanted(frozenset()), []),
    ],
)
def test_what_is_searched_and_chosen(labs: Site, wanted: Wanted, found: list[str]) -> None:
    assert [name for name, _ in shown(wanted)] == found


def test_who_has_nothing_any_more_and_captures_that_come_late_are_not_the_latest(labs: Site) -> None:
    capture(labs, "one", 3, {"bat": 5})
    capture(labs, "one", 2.5, {"cat": 5})
    assert shown(Wanted(volume="one")) == [("amoeba", "one")]  # the only one left has the first gid
    assert GroupStandingRow.select().where(GroupStandingRow.latest).count() == 3


def test_the_volumes_of_groups(labs: Site) -> None:
    assert volumes_of(frozenset({FIRST})) == ["one", "two"]
    assert volumes_of(frozenset({FIRST + 2, FIRST + 3})) == ["one"]
    assert volumes_of(frozenset()) == []


@pytest.mark.parametrize("number_of_groups", [1, 4])
def test_a_list_takes_as_many_queries_for_many_groups_as_for_one(
    labs: Site, caplog: pytest.LogCaptureFixture, number_of_groups: int
) -> None:
    gids = frozenset(range(FIRST, FIRST + number_of_groups))
    of_one = Choice("one", gids, count=50)
    with caplog.at_level("DEBUG", logger="peewee"):
        found = (latest_views(Wanted(gids)), list(group_views(of_one)), list(user_views(of_one)))
        assert len(groups.headed_by("ada")) == 2
    assert all(len(views) >= number_of_groups for views in found)
    queries = [record.args for record in caplog.records if record.name == "peewee"]
    assert len(queries) == 3 + 4 + 3 + 2, queries
