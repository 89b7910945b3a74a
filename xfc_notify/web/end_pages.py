"""Operators call a user otherwise, or forget one whose directories are gone."""

from xfc_notify.areas import areas
from xfc_notify.errors import WrongInput
from xfc_notify.pages import GoTo, Page, Refused, Role, Show, Shown, Visit
from xfc_notify.people.resources import user_row
from xfc_notify.people.settings import People
from xfc_notify.web import accounts


def _rename_form(visit: Visit) -> Shown:
    return Show("web/rename_user.html.j2", {"user": user_row(visit.place["user"])})


def _rename(visit: Visit) -> Shown:
    user, new = user_row(visit.place["user"]), visit.given("name")
    try:
        accounts.rename(user, new, visit.service.settings.of(People))
    except WrongInput:
        raise Refused("name", visit.say("This is not a name of a user, or somebody has it.")) from None
    return GoTo(
        f"/operations/users/{new}",
        visit.say("It is changed."),
        kept=f"{user.name} is called {new} from now on",
    )


def _forget_form(visit: Visit) -> Shown:
    user = user_row(visit.place["user"])
    rows = areas.areas_of(user)
    there = [row for row in rows if row.gone_at is None]
    return Show("web/forget_user.html.j2", {"user": user, "rows": rows, "there": there})


def _forget(visit: Visit) -> Shown:
    user = user_row(visit.place["user"])
    if any(row.gone_at is None for row in areas.areas_of(user)):
        raise Refused("name", visit.say("Directories of this user are still there."))
    if visit.given("name") != user.name:
        raise Refused("name", visit.say("Type the name as it stands above."))
    accounts.forget(user)
    return GoTo("/operations/users", visit.say("The user is forgotten."), kept=f"user {user.name} forgotten")


PAGES = (
    Page("/operations/users/{user}/rename", Role.OPERATOR, _rename_form, _rename),
    Page("/operations/users/{user}/forget", Role.OPERATOR, _forget_form, _forget),
)
