"""xfc-notify demo: the whole flow on a sample volume, embedded, with mail written as files."""

import ctypes
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from xfc_notify.cli.output import print_json, say
from xfc_notify.cli.session import AsJson, session
from xfc_notify.cli.status import print_standing, standing
from xfc_notify.cli.work import finish_here


@dataclass(frozen=True, slots=True)
class Mail:
    """A message of the demonstration, written as files."""

    user: str
    subject: str
    html: str


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", help="Build a sample volume and run everything on it. Can be run again.")(_demo)


def _demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where.")] = Path("xfc-notify-demo"),
    as_json: AsJson = False,
) -> None:
    from xfc_notify import sample
    from xfc_notify.discover import discover
    from xfc_notify.store import scans

    _give_up_root_override()
    new = sample.build(folder)
    now = datetime.now(UTC)
    with session(folder / "settings.toml") as opened:
        found = discover(opened.settings, opened.plugins, (), now)
        opened_scans = scans.open_scans(scans.Choice(), None, opened.settings.scan.clock, now)
        work = finish_here(opened)
        rows = standing(None)
        mails = _write_out(folder / "messages")
    if as_json:
        print_json({"status": rows, "messages": [(mail.user, mail.subject, mail.html) for mail in mails]})
        return
    say(
        f"{'Built' if new else 'Found'} the sample volume {folder / 'volume'} (sparse files: it takes no room)."
    )
    say(
        f"Discovered {len(found.new_users)} new users; passed over {len(found.refused)} entries that are no user's."
    )
    say(f"Scanned {opened_scans - work.failed} areas, wrote {work.messages} messages.")
    print_standing(rows)
    if not work.messages:
        say("Nothing changed since the last run, so nobody was told anything again.\n")
    say(f"Mails lie in {folder / 'mail' / 'new'}, and to look at in {folder / 'messages'}:")
    for mail in mails:
        say(f"  {mail.user:6} {mail.subject}")
    settings = f"--settings {folder / 'settings.toml'}"
    say("\nTry next:")
    say(f"  xfc-notify preview cleo {settings}")
    say(f"  xfc-notify explain dan {settings}")
    say(f"  rm -r {folder}/volume/cleo/ensemble && xfc-notify enqueue cleo {settings}")
    say("  xfc-notify scan .")


def _write_out(folder: Path) -> list[Mail]:
    """The messages written so far as HTML and text files, to open in a browser; newest first."""
    from xfc_notify.store import outbox

    folder.mkdir(exist_ok=True)
    mails = []
    for delivery in outbox.deliveries((), 100):
        message = delivery.message
        stem = folder / f"{message.user.name}-{message.created_at:%Y%m%d-%H%M%S}"
        stem.with_suffix(".html").write_text(message.html, encoding="utf-8")
        stem.with_suffix(".txt").write_text(message.text, encoding="utf-8")
        mails.append(Mail(message.user.name, message.subject, str(stem.with_suffix(".html"))))
    return mails


def _give_up_root_override() -> None:
    """Let root see an unreadable directory as everybody else does: give up its right to read all.

    capset(2) with version 3: two words each of effective, permitted and inheritable capabilities. Threads that
    start later inherit it.
    """
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)()
    if not hasattr(libc, "capget") or libc.capget(header, data) != 0:
        return
    dac_override, dac_read_search = 1 << 1, 1 << 2
    data[0] &= ~(dac_override | dac_read_search)
    libc.capset(header, data)
