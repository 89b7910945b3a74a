"""Groups, their heads and the heads' addresses from a real LDAP server: who is over the quota hears of it."""

from collections.abc import Callable

import pytest
from facility import Facility
from servers.slapd import BASE, Slapd, group_of_names, person

from reports.conftest import Site
from reports.wrstat import Entry
from xfc_notify.domain import Level
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.people import groups, limits
from xfc_notify.reports import views

PEOPLE = f"ou=people,{BASE}"
LAB = group_of_names("lab", 700, [f"uid=ada,{PEOPLE}", f"uid=ben,{PEOPLE}"], f"owner: uid=ada,{PEOPLE}\n")


@pytest.fixture
def site(site: Site, slapd: Callable[..., Slapd]) -> Site:
    """A site that asks an LDAP server, which is in `server`."""
    site.server = slapd(person("ada", 1001, more="mail: ada@example.edu\n"), LAB)  # type: ignore[attr-defined]
    plugins = {
        "disabled": ["growth"],
        "email": {"url": f"maildir:{site.folder}/mail", "sender": "XFC <xfc@example.org>"},
        "ldap": {"url": site.server.url, "base": BASE},  # type: ignore[attr-defined]
    }
    reports = {"data": "data", "volumes": [{"name": "one", "mount": "/v/one"}]}
    site.facility = Facility.at(site.folder, reports=reports, plugins=plugins, people={"email": ""})
    return site


def load(site: Site, size: int) -> None:
    site.now += 2 * groups.AGAIN
    site.capture("one", [Entry(b"/v/one/lab/a/b.bam", size, gid=700, mtime=1_700_000_000)], site.now)
    assert site.load() == 1


def test_the_head_whom_the_directory_names_hears_at_the_address_that_it_knows(site: Site) -> None:
    load(site, 1)
    limits.set_limit(groups.named("lab"), "one", 10_000, site.now)
    load(site, 11_000)
    (view,) = views.group_views()
    assert (view.group, view.head, view.level) == ("lab", "ada", Level.OVER)
    assert groups.members(groups.named("lab")) == ["ada", "ben"]
    (message,) = MessageRow.select()
    (delivery,) = DeliveryRow.select()
    assert message.user.name == "ada"
    assert delivery.address == "ada@example.edu"


def test_what_happens_while_the_directory_is_away_is_told_when_it_is_back_and_nothing_because_of_that(
    site: Site,
) -> None:
    load(site, 1)
    site.server.kill()  # type: ignore[attr-defined]
    load(site, 1)
    limits.set_limit(groups.named("lab"), "one", 10_000, site.now)
    load(site, 11_000)
    assert MessageRow.select().count() == 0, "her address was never asked for"
    assert (groups.head_of(groups.named("lab")), groups.members(groups.named("lab"))) == (
        "ada",
        ["ada", "ben"],
    )
    site.server.start()  # type: ignore[attr-defined]
    load(site, 11_001)
    (delivery,) = DeliveryRow.select()
    assert delivery.address == "ada@example.edu"
    site.server.kill()  # type: ignore[attr-defined]
    load(site, 1)
    load(site, 1)
    assert [row.address for row in DeliveryRow.select()] == ["ada@example.edu"] * 2, "it is well again"
