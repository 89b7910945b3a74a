"""users forget, rename."""

from typing import Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile, UserName
from xfc_notify.cli.output import print_json, say
from xfc_notify.cli.session import session


def forget_user(name: UserName, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """Delete a user with all areas, and all that was measured, noted and told."""
    from xfc_notify.areas import areas, upkeep
    from xfc_notify.people import users
    from xfc_notify.web import accounts

    with session(settings):
        user = users.user_named(name)
        theirs = areas.areas_of(user)
        upkeep.refuse_if_there(theirs)
        accounts.forget(user)
    if as_json:
        print_json({"forgotten": user.name, "areas": [area.path for area in theirs]})
    else:
        say(f"forgotten: {user.name}, with {len(theirs)} area{'' if len(theirs) == 1 else 's'}")


def rename_user(
    name: UserName,
    new: Annotated[str, typer.Argument(metavar="NEW", help="The name of the account now.")],
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Call a user otherwise; all that is known of them stays."""
    from xfc_notify.people import users
    from xfc_notify.people.settings import People
    from xfc_notify.web import accounts

    with session(settings) as opened:
        user = users.user_named(name)
        accounts.rename(user, new, opened.settings.of(People))
    if as_json:
        print_json({"from": name, "to": new})
    else:
        say(f"{name} is called {new} from now on.")
