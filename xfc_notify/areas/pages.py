"""What is shown of areas and volumes: what lies where, what it was before, who uses most."""

from xfc_notify import units
from xfc_notify.areas import areas, upkeep, volumes
from xfc_notify.areas.history import latest
from xfc_notify.areas.scan_views import scan_view
from xfc_notify.areas.settings import Limits
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.areas.what_if import MOST_GONE, Quotas, look
from xfc_notify.domain import TEMPORAL_QUOTA, Level
from xfc_notify.pages import NO_SUCH, Absent, GoTo, Page, Refused, Role, Show, Shown, Visit, mark
from xfc_notify.paths import parse
from xfc_notify.people.tables import UserRow
from xfc_notify.store.usage_json import load_usage
from xfc_notify.usage.where import By, Where

PER_PAGE = 50
SCANS = 60
GONE_AT_ONCE = 100
"""Areas that are gone and shown at once; a form has so many fields."""
SORTS = {
    "level": mark("the worst first"),
    "area": mark("by path"),
    "size": mark("the largest first"),
    "scan": mark("scanned longest ago first"),
}


def area_of(visit: Visit) -> AreaRow:
    """The area in the address. Absent if there is none, or if it is somebody else's and the visitor no operator."""
    number = visit.place["area"]
    row = None
    if number.isascii() and number.isdecimal() and len(number) < 10:
        row = AreaRow.select(AreaRow, UserRow).join(UserRow).where(AreaRow.id == int(number)).first()
    if row is None or (row.user.name != visit.who.name and not visit.who.operator):
        raise Absent(visit.say(NO_SUCH))
    found: AreaRow = row
    return found


def _area(visit: Visit) -> Shown:
    """What lies in a directory of an area, and what would be left without the directories that are ticked."""
    area = area_of(visit)
    scan = areas.last_whole_scan(area)
    shown = None
    if scan is not None and scan.usage is not None:
        where = Where(load_usage(scan.usage))
        inside = _inside(visit, where)
        asked = visit.query.get("by", "")
        by = By(asked) if asked in tuple(By) else By.SIZE
        shown = look(where, inside, by, visit.ticked.get("gone", ())[:MOST_GONE], _quotas(visit, area, scan))
    scans = [scan_view(area.path, row) for row in latest(area, SCANS)]
    return Show("areas/area.html.j2", {"area": area, "shown": shown, "scans": scans, "By": By})


def _quotas(visit: Visit, area: AreaRow, scan: ScanRow) -> Quotas:
    counts = visit.service.settings.of(Limits).counts
    found = (finding["used"] for finding in scan.findings or () if finding["policy"] == TEMPORAL_QUOTA)
    return Quotas(area.hard_quota, area.temporal_quota, counts, next(found, None))


def _inside(visit: Visit, where: Where) -> bytes:
    try:
        inside = parse(visit.query.get("path", ""))
    except ValueError:
        raise Absent(visit.say(NO_SUCH)) from None
    if inside not in where.named:
        raise Absent(visit.say(NO_SUCH))
    return inside


def _areas(visit: Visit) -> Shown:
    sort = visit.query.get("sort", "level")
    chosen = {
        "search": visit.query.get("search", "").strip()[:200],
        "sort": sort if sort in SORTS else "level",
        "level": visit.query.get("level", ""),
        "volume": visit.query.get("volume", ""),
    }
    level = Level.named(chosen["level"]) if chosen["level"] in map(str, Level) else None
    found = areas.some(
        chosen["search"], chosen["sort"], level, chosen["volume"], PER_PAGE + 1, (visit.page - 1) * PER_PAGE
    )
    every = ("", visit.say("all"))
    return Show(
        "areas/areas.html.j2",
        {
            "areas": found[:PER_PAGE],
            "more": len(found) > PER_PAGE,
            "page": visit.page,
            "chosen": chosen,
            "sorts": [(name, visit.language.term(text)) for name, text in SORTS.items()],
            "levels": [every, *((str(level), visit.language.term(str(level))) for level in Level)],
            "volumes": [every, *((volume.name, volume.name) for volume in visit.service.settings.volumes)],
            "Level": Level,
        },
    )


def _gone(visit: Visit) -> Shown:  # noqa: ARG001 - the same for all
    found = upkeep.gone()
    return Show("areas/gone.html.j2", {"areas": found[:GONE_AT_ONCE], "count_gone": len(found)})


def _forget(visit: Visit) -> Shown:
    chosen = set(visit.form.get("area", ()))
    rows = [row for row in upkeep.gone() if str(row.id) in chosen]
    if not rows:
        raise Refused("area", visit.say("Choose areas."))
    upkeep.forget(rows)
    said = visit.language.count("{count} area is forgotten.", "{count} areas are forgotten.", len(rows))
    return GoTo("/operations/areas/gone", said, kept=f"forgotten: {', '.join(row.path for row in rows)}")


def _volumes(visit: Visit) -> Shown:
    sums = volumes.sums()
    known = {volume.name: volume for volume in visit.service.settings.volumes}
    names = sorted({*known, *sums})
    rows = [(name, known.get(name), sums.get(name)) for name in names]
    return Show("areas/volumes.html.j2", {"rows": rows})


def _volume(visit: Visit) -> Shown:
    name = visit.place["volume"]
    volume = next((one.volume() for one in visit.service.settings.volumes if one.name == name), None)
    if volume is None:
        raise Absent(visit.say(NO_SUCH))
    most = areas.some("", "size", None, name, PER_PAGE, 0)
    return Show(
        "areas/volume.html.j2",
        {
            "volume": volume,
            "sums": volumes.sums().get(name),
            "most": most,
            "Level": Level,
            "percent": units.percent,
        },
    )


PAGES = (
    Page("/areas/{area}", Role.USER, _area),
    Page("/operations/areas", Role.OPERATOR, _areas, link=mark("Areas")),
    Page("/operations/areas/gone", Role.OPERATOR, _gone, _forget),
    Page("/operations/volumes", Role.OPERATOR, _volumes, link=mark("Volumes")),
    Page("/operations/volumes/{volume}", Role.OPERATOR, _volume),
)
