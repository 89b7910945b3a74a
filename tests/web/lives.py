"""Datasets that expire, in every state, beside those of a place."""

from datetime import UTC, datetime, timedelta

from cli.console import run
from cli.place import Place

from xfc_notify.components import load_settings
from xfc_notify.domain import Group
from xfc_notify.lifecycle import clock, duties, lives
from xfc_notify.lifecycle.actions import Actions
from xfc_notify.lifecycle.life import Event
from xfc_notify.lifecycle.lives import By
from xfc_notify.lifecycle.states import Happening
from xfc_notify.people import groups
from xfc_notify.plugins import Plugins
from xfc_notify.plugins.service import Service
from xfc_notify.store import database, marks, migrate

HUMGEN = 4_000_000_001
OPERATOR = By("root", lives.COMMAND)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SETTINGS = """
[lifecycle]
close_lifespan = "365d"
close_extendmax = "30d"
close_extendlimit = "400d"
"""


def expire(place: Place) -> Service:
    """Let the datasets of `labs.keep` live, and two more; the service.

    d1 (cleo) expired 10 hours ago, and she is asked; d2 (ben) 30 hours ago, and humgen is asked, whose head is cleo;
    d3 (dan) expires in ten days; d4 lies in the bin, and d5 is parked.
    """
    for uid in ("d4", "d5"):
        file = place.folder / "disk1/exp" / uid / "0.npy"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(uid.encode())
        made = run(
            "datasets", "register", "tree", "disk1:", f"exp/{uid}", "--uid", uid, "--owner", "ben",
            "--group", "humgen", "--settings", place.settings,
        )  # fmt: skip
        assert made.code == 0, made.err
    with place.settings.open("a") as settings:
        settings.write(SETTINGS)
    found = load_settings(place.settings, {})
    service = Service(found, Plugins.load(found))
    database.prepare(found.database.url)
    with database.connected():
        migrate.upgrade()
        _live(service, datetime.now(UTC).replace(microsecond=0))
    return service


def _live(service: Service, now: datetime) -> None:
    _tick(service, now - 40 * DAY)
    actions = Actions(service, now - 40 * DAY)
    dates = {"d1": -10 * HOUR, "d2": -30 * HOUR, "d3": 10 * DAY, "d4": -30 * HOUR, "d5": -30 * HOUR}
    for uid, after in dates.items():
        actions.close(uid, OPERATOR)
        actions.extend(uid, now + after, OPERATOR, beyond=True)
    for hours in range(30, -1, -1):  # the first is when they expire: nobody was told before
        _tick(service, now - hours * HOUR)
    for uid in ("d4", "d5"):
        for who in ("dan", "cleo"):
            Actions(service, now).vote(uid, who, OPERATOR)
    with lives.held("d5") as held:
        held.add(Event(Happening.REMOVING, now))
        held.add(Event(Happening.PARKED, now, data={"why": "the store <tape> is away"}))


def _tick(service: Service, now: datetime) -> None:
    groups.put(Group(HUMGEN, "humgen", "cleo", members=("ben", "dan")), now)
    marks.put(clock.TICK, now)
    duties.let_live(service, now)
