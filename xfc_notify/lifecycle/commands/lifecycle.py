"""xfc-notify lifecycle: when datasets expire, and who decides what becomes of them."""

import typer

from xfc_notify.lifecycle.commands.act import close, extend, open_, restore, resume, vote, withdraw
from xfc_notify.lifecycle.commands.clean import clean
from xfc_notify.lifecycle.commands.show import duties, explain, list_, notices, show
from xfc_notify.lifecycle.commands.simulate import simulate


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="When datasets expire, and who decides about them.")
    group.command("list", help="Datasets with their dates, the nearest first.")(list_)
    group.command("show", help="One dataset, and what happened to it.")(show)
    group.command("explain", help="Why a dataset has the dates that it has.")(explain)
    group.command("notices", help="What is to be decided, and who has agreed.")(notices)
    group.command("open", help="Let files be added to a dataset.")(open_)
    group.command("close", help="Let a dataset be complete; its lifespan begins.")(close)
    group.command("extend", help="Give a dataset a later date.")(extend)
    group.command("vote", help="Agree in the name of a person, who hears of it at once.")(vote)
    group.command("withdraw", help="Take the vote of a person back, before it is decided.")(withdraw)
    group.command("restore", help="Bring a dataset back from the bin.")(restore)
    group.command("resume", help="Believe the clock again, or try again what was parked.")(resume)
    group.command("clean", help="Remove exports that nobody has read for long, as tick does.")(clean)
    group.command("simulate", help="What would have expired under other lifespans, and who would be asked.")(
        simulate
    )
    group.command("duties", help="What is done for datasets, how often, and when it was done last.")(duties)
    app.add_typer(group, name="lifecycle")
