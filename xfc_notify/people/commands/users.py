"""users list, show; the others are in `users_set`, `users_end` and `users_csv`."""

import typer

from xfc_notify.cli.options import AsJson, SettingsFile, UserName
from xfc_notify.cli.output import print_json, print_table, say
from xfc_notify.cli.session import session
from xfc_notify.people.commands.user_table import address, print_user, switch, user_as_json
from xfc_notify.people.commands.users_csv import export_users, import_users
from xfc_notify.people.commands.users_end import forget_user, rename_user
from xfc_notify.people.commands.users_set import set_user


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    users = typer.Typer(no_args_is_help=True, help="List, show and change users.")
    users.command("list", help="All users.")(_list)
    users.command("show", help="One user with all areas and limits.")(_show)
    users.command("set", help="Change a user's address, preferences or limits.")(set_user)
    users.command("rename", help="Call a user otherwise; all that is known of them stays.")(rename_user)
    users.command("forget", help="Forget all that is known of a user whose directories are gone.")(
        forget_user
    )
    users.command("export", help="All users, areas, limits and answers as CSV.")(export_users)
    users.command("import", help="Change or restore users and limits from CSV. All of it or nothing.")(
        import_users
    )
    app.add_typer(users, name="users")


def _list(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.people.views import user_views

    with session(settings, reads=True):
        users = user_views()
    if as_json:
        print_json(users)
    elif not users:
        say("No users are known yet; xfc-notify discover finds them.")
    else:
        rows = [(user.name, user.full_name, address(user), switch(user.notify)) for user in users]
        print_table(["user", "name", "email", "notify"], rows)


def _show(name: UserName, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.notify.views import user_in_full
    from xfc_notify.people.users import user_named

    with session(settings, reads=True):
        shown = user_in_full(user_named(name))
    if as_json:
        print_json(user_as_json(shown.user, shown.areas) | {"muted": shown.muted})
        return
    print_user(shown.user, shown.areas)
    if shown.muted:
        say(f"muted: {', '.join(shown.muted)}")
