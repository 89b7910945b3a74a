"""What heads and operators see of groups: where they stand, and one of them in full."""

from xfc_notify.domain import Level
from xfc_notify.outbox.picture import HEIGHT, WIDTH, draw_svg
from xfc_notify.pages import NO_SUCH, Absent, Page, Picture, Role, Show, Shown, Visit, mark
from xfc_notify.people import groups
from xfc_notify.people.views import group_view
from xfc_notify.reports import history, plots
from xfc_notify.reports.captures import captured, refused_views
from xfc_notify.reports.checks import OLD
from xfc_notify.reports.course import StandingView
from xfc_notify.reports.group_page import is_old, largest_types, on_volume
from xfc_notify.reports.latest import Order, Wanted, latest_views, volumes_of
from xfc_notify.reports.seen import group_of, seen_gids, sees, sees_any
from xfc_notify.reports.settings import Reports

PER_PAGE = 50


def _groups(visit: Visit) -> Shown:
    gids = seen_gids(visit)
    configured = [volume.name for volume in visit.service.settings.of(Reports).volumes]
    volumes = configured if gids is None else volumes_of(gids)
    level, order = visit.query.get("level", ""), visit.query.get("sort", "")
    wanted = Wanted(
        gids=gids,
        search=_plain(visit, "search")[:200],
        volume=_plain(visit, "volume")[:100],
        level=Level.named(level) if level in map(str, Level) else None,
        order=Order(order) if order in tuple(Order) else Order.LEVEL,
    )
    found = latest_views(wanted, PER_PAGE + 1, (visit.page - 1) * PER_PAGE)
    at = captured()
    return Show(
        "reports/groups.html.j2",
        {
            "groups": found[:PER_PAGE],
            "more": len(found) > PER_PAGE,
            "page": visit.page,
            "wanted": wanted,
            "chosen": {
                "search": wanted.search,
                "volume": wanted.volume,
                "level": str(wanted.level) if wanted.level is not None else "",
                "sort": str(wanted.order) if wanted.order is not Order.LEVEL else "",
            },
            "levels": tuple(map(str, Level)),
            "volumes": volumes,
            "without_data": [name for name in configured if name not in at] if gids is None else [],
            "refused": refused_views() if gids is None else [],
            "answers_for_none": gids is not None and not gids,
            "is_old": lambda time: is_old(visit, time, OLD),
        },
    )


def _group(visit: Visit) -> Shown:
    row = group_of(visit, visit.place["group"])
    stands = latest_views(Wanted(frozenset({row.gid})))
    chosen, group = _chosen(visit, stands), group_view(row)
    above = groups.by_gid([group.parent]).get(group.parent) if group.parent is not None else None
    return Show(
        "reports/group.html.j2",
        {
            "group": group,
            "answers": groups.answers_for(row),
            "above": above,
            "sees_above": above is not None and sees(visit, above),
            "stands": stands,
            "shown": on_volume(visit, chosen) if chosen else None,
            "page": visit.page,
            "largest_types": lambda view: largest_types(view, visit.language),
            "plot_width": WIDTH,
            "plot_height": HEIGHT,
            "is_old": lambda time: is_old(visit, time, OLD),
        },
    )


def _plot(visit: Visit) -> Shown:
    row = group_of(visit, visit.place["group"])
    stands = _chosen(visit, latest_views(Wanted(frozenset({row.gid}))))
    points = plots.recent(history.points(stands.gid, stands.volume)) if stands else ()
    if stands is None or not points:
        raise Absent(visit.say(NO_SUCH))
    return Picture(draw_svg(plots.drawing(stands, points, visit.language, visit.now)))


def _chosen(visit: Visit, stands: list[StandingView]) -> StandingView | None:
    """The group on the volume that is asked for, or on that where it stands worst; Absent if it has nothing there."""
    asked = visit.query.get("volume", "")
    found = next((view for view in stands if asked in ("", view.volume)), None)
    if found is None and asked:
        raise Absent(visit.say(NO_SUCH))
    return found


def _plain(visit: Visit, name: str) -> str:
    """What was asked for, without blanks around it."""
    return visit.query.get(name, "").strip()


PAGES = (
    Page("/groups", Role.USER, _groups, link=mark("Groups"), offers=sees_any),
    Page("/groups/{group}", Role.USER, _group),
    Page("/groups/{group}/plot.svg", Role.USER, _plot),
)
