"""xfc-notify tick: everything that is due now, once."""

from datetime import UTC, datetime

import typer

from xfc_notify import components
from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, say
from xfc_notify.cli.session import session
from xfc_notify.cli.work import finish_here, log_as_workers_do, report


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tick", help="Do everything that is due now, once.")(_tick)


def _tick(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.outbox.mode import effective_mode
    from xfc_notify.store.database import time_there
    from xfc_notify.watch.heartbeat import beat
    from xfc_notify.watch.tick import tick

    with session(settings) as opened:
        opened.settings.signing  # noqa: B018 - without it, no message could be written
        log_as_workers_do(opened)
        done = tick(components.duties(), opened.service, datetime.now(UTC), time_there())
        work, mode = finish_here(opened), effective_mode(opened.settings)
        beat(opened.settings, datetime.now(UTC))
    if as_json:
        print_json(
            {"given_up": done["given_up"], "opened": done["opened"], "messages": done["messages"] + work.messages,
             "failed": work.failed}
        )  # fmt: skip
        return
    if done["given_up"]:
        say(f"{done['given_up']} scans given up: no scanner answered for a day.")
    if done["messages"]:
        say(f"{done['messages']} messages written that were due.")
    report(opened, done["opened"], work, mode, as_json=False)
