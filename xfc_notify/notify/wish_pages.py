"""The page on which a user asks for a limit to be lifted."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from xfc_notify.areas import areas, scans
from xfc_notify.areas.tables import AreaRow
from xfc_notify.errors import WrongInput
from xfc_notify.notify import wishes
from xfc_notify.pages import GoTo, Page, Refused, Role, Show, Shown, Visit
from xfc_notify.people.tables import UserRow


def _show(visit: Visit) -> Shown:
    user = UserRow.get_or_none(UserRow.name == visit.who.name)
    if user is None:
        return Show("notify/nothing.html.j2")
    choices = [
        (f"{area.id} {policy}", f"{visit.language.term(title)}, {area.path}")
        for area, policy, title in limits_of(areas.areas_of(user))
    ]
    return Show(
        "notify/wish.html.j2", {"choices": choices, "wishes": wishes.wishes(10, user=user, decided=True)}
    )


def _ask(visit: Visit) -> Shown:
    user = UserRow.get_or_none(UserRow.name == visit.who.name)
    area, policy = _chosen(visit, user)
    day, why = visit.given("until"), " ".join(visit.given("reason").split())
    if not why or not why.isprintable() or len(why) > wishes.LONGEST:
        raise Refused("reason", visit.say("Say in a sentence or two why you need it."))
    try:
        until = end_of(day, visit.language.zone)
        wishes.wish(area, policy, until, why, visit.now)
    except ValueError:
        raise Refused("until", visit.say("Write the day like 2026-03-15.")) from None
    except WrongInput as error:
        raise Refused("until", visit.language.term(error.what)) from None
    return GoTo("/exemption", visit.say("Your request is with those who run the service. You will be told."),
                kept=f"asks that {policy} of {area.path} be lifted until {day}: {why}")  # fmt: skip


def end_of(day: str, zone: ZoneInfo) -> datetime:
    """The last second of a day; ValueError for what is no day."""
    try:
        following = datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), zone)
        return following.astimezone(UTC) - timedelta(seconds=1)
    except OverflowError:
        raise ValueError(day) from None


def _chosen(visit: Visit, user: UserRow | None) -> tuple[AreaRow, str]:
    for area, policy, _ in limits_of(areas.areas_of(user) if user is not None else ()):
        if visit.given("limit") == f"{area.id} {policy}":
            return area, policy
    raise Refused("limit", visit.say("Choose the limit."))


def limits_of(rows: Sequence[AreaRow]) -> list[tuple[AreaRow, str, str]]:
    """(area, policy, title) of what the policies said of these areas at their last scans."""
    last = scans.last_of(rows)
    return [
        (area, found["policy"], found["title"])
        for area in rows
        if area.id in last
        for found in last[area.id].findings or ()
    ]


PAGES = (Page("/exemption", Role.USER, _show, _ask),)
