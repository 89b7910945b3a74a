"""Areas on a volume that wrstat has walked are measured by its captures, and by nothing else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from facility import QUOTA, Facility, claim, measured, new_area, order_for

from reports.conftest import Site
from reports.wrstat import Entry
from xfc_notify.areas import areas, scans
from xfc_notify.areas.duties import open_due
from xfc_notify.areas.scans import Choice
from xfc_notify.areas.tables import AreaRow, ScanRow, SliceRow
from xfc_notify.components import load_settings
from xfc_notify.domain import Level
from xfc_notify.errors import SettingsError, WrongInput
from xfc_notify.notify import views
from xfc_notify.notify.listen import rescan
from xfc_notify.notify.replies import SURVEYED, By
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people import users
from xfc_notify.reports.measured import measure_areas
from xfc_notify.states import ScanState
from xfc_notify.usage import Clock, Counted, Source

DAY = timedelta(days=1)


@pytest.fixture
def site(store: str, tmp_path: Path, now: datetime) -> Site:
    """As elsewhere; areas lie in both volumes, and those of `one` are not walked."""
    (tmp_path / "data").mkdir()
    volumes = [{"name": name, "mount": f"/v/{name}"} for name in ("one", "two")]
    facility = Facility.at(
        tmp_path,
        reports={"data": "data", "volumes": volumes},
        volumes=[
            {"name": "one", "path": "/v/one/home", "source": "wrstat"},
            {"name": "two", "path": "/v/two"},
        ],
        scan={"clock": "mtime"},
    )
    return Site(tmp_path, facility, now)


def area_of(owner: str, now: datetime, uid: int | None = None) -> AreaRow:
    """An area at /v/one/home/OWNER with a quota of 1,000 bytes."""
    row = new_area(owner, now - 9 * DAY, "one")
    AreaRow.update(path=f"/v/one/home/{owner}", uid=uid).where(AreaRow.id == row.id).execute()
    return AreaRow.get_by_id(row.id)


def home(owner: str, size: int, when: datetime, uid: int = 20001) -> list[Entry]:
    folder, mtime = f"/v/one/home/{owner}".encode(), int((when - 2 * DAY).timestamp())
    return [
        Entry(folder, 4096, uid=uid, type="d"),
        Entry(folder + b"/x", 4096, uid=uid, type="d"),
        Entry(folder + b"/x/a.nc", size - 100, uid=uid, mtime=mtime),
        Entry(folder + b"/b", 100, uid=uid, mtime=mtime),
    ]


def test_a_capture_measures_the_areas_on_its_volume_as_of_its_time_and_their_users_are_told(
    site: Site,
) -> None:
    when = site.now - 3 * DAY
    ada, ben = (area_of(name, site.now) for name in ("ada", "ben"))
    site.capture("one", [*home("ada", 1200, when), *home("ben", 500, when)], when)
    assert site.load() == 1
    ada, ben = AreaRow.get_by_id(ada.id), AreaRow.get_by_id(ben.id)
    assert (ada.last_scanned, ada.size, ada.level) == (when, 1200, Level.OVER)
    assert (ben.last_scanned, ben.size, ben.level) == (when, 500, Level.OK)
    standing = {found.user: found for found in views.standings(site.now, Counted.APPARENT)}["ada"]
    assert (standing.files, standing.temporal_usage, standing.source) == (2, 2400.0, Source.WRSTAT)
    assert ScanRow.get_by_id(ada.last_scan).slices == 1
    (message,) = MessageRow.select()
    assert message.user.name == "ada"
    text = " ".join(message.text.split())
    assert f"{when:%H:%M}" in text
    assert "together with all that lies on one: 2 files." in text
    assert "last modification (mtime)" in text
    assert "measure again" not in text


def test_such_areas_are_not_walked_whoever_asks(site: Site) -> None:
    ada, two = area_of("ada", site.now), new_area("cleo", site.now, "two")
    site.capture("one", home("ada", 1200, site.now - DAY), site.now - DAY)
    site.load()
    assert open_due(site.service, site.now + 2 * DAY) == {"opened": 1}
    assert [order.root for order in claim(site.now + 2 * DAY)] == [two.path.encode()]
    surveyed = site.service.settings.surveyed
    assert surveyed == {"one"}
    assert scans.open_scans(Choice(("ada",), surveyed=surveyed), None, Clock.MTIME, site.now) == 0
    later = site.now + 40 * DAY
    site.facility.speak(later)  # a reminder is due, and nothing as late is known
    assert not ScanRow.select().where(ScanRow.area == ada, ScanRow.state == ScanState.OPEN).exists()
    with pytest.raises(WrongInput, match=SURVEYED):
        rescan(users.user_named("ada"), [ada], Clock.MTIME, By.PERSON, later, surveyed)
    assert areas.overdue(later, surveyed).path == two.path  # type: ignore[union-attr]
    site.capture("one", home("ada", 1300, later), later)
    site.now = later + timedelta(hours=1)
    site.load()
    assert MessageRow.select().count() == 2  # the next capture speaks of it


def test_an_area_that_the_data_do_not_hold_has_failed_and_keeps_what_was_known(site: Site) -> None:
    ada = area_of("ada", site.now)
    ben, cleo, dan = (area_of(name, site.now, uid=20001) for name in ("ben", "cleo", "dan"))
    site.capture("one", home("ada", 800, site.now - DAY), site.now - 2 * DAY)
    site.load()
    others = [*home("ben", 500, site.now, uid=7), Entry(b"/v/one/home/cleo", 3, type="l")]
    site.capture("one", [*others, *home("dan", 500, site.now)], site.now - DAY)
    site.load()
    failures = {row.area.path: row.failure for row in scans.failures(None, 10)}
    assert failures == {
        ada.path: f"/v/one/home/ada not in the data of wrstat of {site.now - DAY:%Y-%m-%d %H:%M} UTC",
        ben.path: "/v/one/home/ben belongs to uid 7 now, not to 20001; xfc-notify discover sees whose it is",
        cleo.path: "/v/one/home/cleo is a link, and links are not followed",
    }
    kept = AreaRow.get_by_id(ada.id)
    assert (kept.size, kept.last_scanned, kept.last_attempt) == (800, site.now - 2 * DAY, site.now - DAY)
    assert (AreaRow.get_by_id(ben.id).size, AreaRow.get_by_id(dan.id).size) == (None, 500)


def test_an_older_capture_changes_nothing_and_a_scan_that_was_open_is_taken_over(site: Site) -> None:
    ada = area_of("ada", site.now)
    order = order_for(ada, site.now - 5 * DAY)
    site.capture("one", home("ada", 700, site.now - DAY), site.now - DAY)
    site.load()
    assert not site.facility.record(measured(order, 5), site.now)
    assert not SliceRow.select().exists()
    site.capture("one", home("ada", 10, site.now - 2 * DAY), site.now - 2 * DAY)
    site.load()
    assert AreaRow.get_by_id(ada.id).size == 700
    assert [row.state for row in ScanRow.select()] == [ScanState.WHOLE]


def test_a_load_that_is_begun_again_goes_on_with_the_areas_that_are_left(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, ben = (area_of(name, site.now) for name in ("ada", "ben"))
    site.capture("one", [*home("ada", 700, site.now), *home("ben", 600, site.now)], site.now - DAY)
    monkeypatch.setattr("xfc_notify.reports.load.measure_areas", _dies_after_the_first)
    with pytest.raises(SystemExit):
        site.load()
    assert [AreaRow.get_by_id(area.id).size for area in (ada, ben)] == [700, None]
    monkeypatch.undo()
    site.now += timedelta(hours=1)
    site.load()
    assert [AreaRow.get_by_id(area.id).size for area in (ada, ben)] == [700, 600]
    assert ScanRow.select().count() == 2


def _dies_after_the_first(*args: object) -> int:
    from xfc_notify.reports import measured

    with pytest.MonkeyPatch.context() as patch:
        done: list[int] = []
        take: Callable[..., None] = measured._take

        def once(*given: object, **more: object) -> None:
            if done:
                raise SystemExit
            done.append(1)
            take(*given, **more)

        patch.setattr(measured, "_take", once)
        return measure_areas(*args)  # type: ignore[arg-type]


def test_what_is_left_out_of_areas_is_left_out_here_and_told(site: Site) -> None:
    facility = Facility.at(
        site.folder,
        reports={"data": "data", "volumes": [{"name": "one", "mount": "/v/one"}]},
        volumes=[{"name": "one", "path": "/v/one/home", "source": "wrstat"}],
        scan={"exclude": ["x"]},
    )
    ada = area_of("ada", site.now)
    site.facility = facility
    site.capture("one", home("ada", 700, site.now - DAY), site.now - DAY)
    site.load()
    (standing,) = views.standings(site.now, Counted.APPARENT)
    assert (standing.size, standing.left_out, AreaRow.get_by_id(ada.id).size) == (100, {"excluded": 1}, 100)
    assert standing.size < QUOTA


@pytest.mark.parametrize(
    ("reports", "what"),
    [
        ("", "is below no mount"),
        ('[reports]\ndata = "data"\n[[reports.volumes]]\nname = "a"\nmount = "/v/on"', "is below no mount"),
        ('[[reports.volumes]]\nname = "a"\nmount = "/v/one"', "needs `data`"),
        ('[reports]\ndata = "data"\n[[reports.volumes]]\nname = "a"\nmount = "/v/one"', ""),
        ('[reports]\ndata = "data"\n[[reports.volumes]]\nname = "a"\nmount = "/"', ""),
    ],
)
def test_a_volume_without_data_is_refused_at_the_start(tmp_path: Path, reports: str, what: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'[[volumes]]\nname = "one"\npath = "/v/one"\nsource = "wrstat"\n{reports}\n')
    if what:
        with pytest.raises(SettingsError, match=what):
            load_settings(file, {})
    else:
        assert load_settings(file, {}).surveyed == {"one"}
