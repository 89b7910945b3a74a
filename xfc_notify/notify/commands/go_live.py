"""go-live: from recording messages to sending them."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, print_table, say
from xfc_notify.cli.session import Session, session
from xfc_notify.cli.work import finish_here
from xfc_notify.errors import WrongInput
from xfc_notify.units import at

if TYPE_CHECKING:
    from xfc_notify.notify.go_live import FirstMessage


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("go-live", help="Show what would be sent; with --yes, send from now on.")(_go_live)


def _go_live(
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it: send these messages, and all later ones.")
    ] = False,
    only_changes: Annotated[
        bool, typer.Option("--only-changes", help="Count what stands now as told; send only changes.")
    ] = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.notify.go_live import first_messages
    from xfc_notify.outbox.mode import live_since

    with session(settings, reads=not yes) as opened:
        now = datetime.now(UTC)
        if yes and opened.settings.messages.mode == "shadow":
            raise WrongInput(
                f'{opened.settings.source}: messages.mode is "shadow", which always wins.',
                "Remove it, then run go-live again.",
            )
        before = live_since()
        firsts = [] if only_changes or before else first_messages(opened.service, now)
        written = _step(opened, now, only_changes=only_changes) if yes and before is None else 0
        since = live_since()
    if as_json:
        messages = [
            {
                "user": first.message.username,
                "subject": first.message.subject,
                "level": first.message.level,
                "reasons": first.message.reasons,
                "reachable": first.reachable,
            }
            for first in firsts
        ]
        print_json({"live_since": since, "messages": messages, "written": written})
        return
    _print(firsts)
    if before is not None:
        say(f"Messages have been sent since {at(before)} UTC.")
    elif since is not None:
        say(f"Messages are sent from now on; {written} were written.")
    else:
        count = sum(first.reachable for first in firsts)
        say(f"Messages that would be sent now: {count}. Nothing has changed yet: add --yes to do it.")
        if count:
            say("With --only-changes, what stands now counts as told, and only changes are sent.")


def _step(opened: Session, now: datetime, *, only_changes: bool) -> int:
    """Go live and write what is due; how many messages."""
    from xfc_notify.notify.go_live import go_live
    from xfc_notify.notify.speak import speak_to_all

    if not go_live(now, only_changes=only_changes):
        return 0
    written = speak_to_all(opened.service, now)
    finish_here(opened)
    return written


def _print(firsts: "list[FirstMessage]") -> None:
    if not firsts:
        return
    rows = [
        (
            first.message.username,
            first.message.subject,
            ", ".join(first.message.reasons) + _unreachable(first),
        )
        for first in firsts
    ]
    print_table(["user", "subject", "reasons"], rows)


def _unreachable(first: "FirstMessage") -> str:
    return "" if first.reachable else "; but no delivery plugin has an address"
