"""The page on which a user asks for a limit to be lifted."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from xfc_notify.areas import areas
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.errors import WrongInput
from xfc_notify.notify import wishes
from xfc_notify.pages import GoTo, Page, Refused, Role, Show, Shown, Visit
from xfc_notify.people.tables import UserRow


def _show(visit: Visit) -> Shown:
    user = UserRow.get_or_none(UserRow.name == visit.who.name)
    if user is None:
        return Show("notify/nothing.html.j2")
    choices = [(f"{area.id} {policy}", f"{visit.language.term(title)}, {area.path}")
               for area in areas.areas_of(user) for policy, title in _limits(area)]  # fmt: skip
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
    number, _, policy = visit.given("limit").partition(" ")
    for area in areas.areas_of(user) if user is not None else ():
        if str(area.id) == number and policy in dict(_limits(area)):
            return area, policy
    raise Refused("limit", visit.say("Choose the limit."))


def _limits(area: AreaRow) -> list[tuple[str, str]]:
    """(policy, title) of what the policies said of an area at its last scan."""
    scan = ScanRow.select(ScanRow.findings).where(ScanRow.id == area.last_scan).first()
    return [(found["policy"], found["title"]) for found in (scan.findings or ())] if scan else []


PAGES = (Page("/exemption", Role.USER, _show, _ask),)
