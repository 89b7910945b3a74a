"""xfc-notify demo: the whole flow on a sample volume, embedded, with mail written as files."""

import ctypes
import os
import shlex
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.areas.commands.standing_table import print_standings
from xfc_notify.cli.options import AsJson
from xfc_notify.cli.output import print_json, progress, say
from xfc_notify.cli.session import session
from xfc_notify.cli.work import finish_here
from xfc_notify.units import counted

if TYPE_CHECKING:
    from xfc_notify.plugins.service import Service


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
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")] = Path("xfc-notify-demo"),
    as_json: AsJson = False,
) -> None:
    from xfc_notify.areas import scans
    from xfc_notify.areas.discover import discover
    from xfc_notify.areas.settings import Limits
    from xfc_notify.cli.sample import build, lay_out
    from xfc_notify.notify.go_live import go_live
    from xfc_notify.notify.views import standings

    new = build(folder)
    _see_as_everybody_else(folder)
    now = datetime.now(UTC)
    with session(folder / "settings.toml") as opened:
        found = discover(opened.service, (), now)
        if new:
            _live_through(folder, opened.service, now)
            lay_out(folder, 0, now)
        has_groups = new and _know_groups(folder, opened.service, now)
        go_live(now, only_changes=False)
        if has_groups:
            _load_groups(folder, opened.service, now, 0)
        opened_scans = scans.open_scans(scans.Choice(), None, opened.settings.scan.clock, now)
        work = finish_here(opened)
        stand = list(standings(datetime.now(UTC), opened.settings.of(Limits).counts))
        mails = _write_out(folder / "messages")
    if as_json:
        print_json({"status": stand, "messages": [(mail.user, mail.subject, mail.html) for mail in mails]})
        return
    say(
        f"{'Built' if new else 'Found'} the sample volume {folder / 'volume'} (sparse files: it takes no room)."
    )
    say(
        f"Discovered {len(found.new_users)} new users; passed over {len(found.refused)} entries that are no user's."
    )
    wrote = counted(len(mails) if new else work.messages, "message")
    say(f"Scanned {counted(opened_scans - work.failed, 'area')}, wrote {wrote}.", "")
    print_standings(stand)
    say("")
    if not work.messages:
        say("Nothing has changed since the last run, so nobody was told anything.", "")
    say(f"Mails are in {folder / 'mail' / 'new'}, and as pages in {folder / 'messages'}:")
    for mail in mails:
        say(f"  {mail.user:6} {mail.subject}")
    me, settings = called_as(), f"--settings {shlex.quote(str(folder / 'settings.toml'))}"
    say("", "Try next:")
    say(f"  {me} preview cleo {settings}")
    say(f"  {me} explain dan {settings}")
    say(f"  rm -r {shlex.quote(str(folder / 'volume/cleo/ensemble-old'))} && {me} enqueue cleo {settings}")
    say(f"  {me} scan .")
    say(f"  {me} reports groups {settings}")
    say(f"  {me} web --sign-in cleo --sign-in operator {settings}")


def _live_through(folder: Path, service: "Service", now: datetime) -> None:
    """Scan the volume as it was on days of the last six weeks. The service is not live yet, and nobody is told."""
    from xfc_notify.areas import orders, scans
    from xfc_notify.cli.sample import DAYS, lay_out
    from xfc_notify.notify.record import record
    from xfc_notify.scan.slice import measure
    from xfc_notify.store.database import db

    settings = service.settings
    volumes = [volume.volume() for volume in settings.volumes]
    with progress("scanning") as shown, db.atomic():
        task = shown.add_task("", total=len(DAYS), what="") if shown else None
        for place, days_ago in enumerate(DAYS):
            day = now - timedelta(days=days_ago)
            lay_out(folder, days_ago, now)
            scans.open_scans(scans.Choice(), None, settings.scan.clock, day)
            for order in orders.claim_orders(day, settings.scan.slice_seconds, settings.scan.one_file_system):
                record(measure(order, volumes, threads=settings.scan.threads), service, day)
            if shown is not None and task is not None:
                shown.update(task, completed=place + 1, what=f"{days_ago} days ago")


def _know_groups(folder: Path, service: "Service", now: datetime) -> bool:
    """Let groups have a past on a volume that wrstat has walked; False where nothing can be loaded of it."""
    from xfc_notify.cli.sample_groups import DAYS, GROUPS, VOLUME
    from xfc_notify.components import COMPONENTS
    from xfc_notify.domain import Group
    from xfc_notify.people import groups, limits

    if next(component for component in COMPONENTS if component.name == "reports").missing:
        return False
    for group in GROUPS:
        groups.put(Group(group.gid, group.name, group.head, members=group.members), now)
        if group.quota:
            limits.set_limit(groups.named(group.name), VOLUME, group.quota, now)
    with progress("counting") as shown:
        task = shown.add_task("", total=len(DAYS), what="") if shown else None
        for place, days_ago in enumerate(DAYS):
            _load_groups(folder, service, now, days_ago)
            if shown is not None and task is not None:
                shown.update(task, completed=place + 1, what=f"{days_ago} days ago")
    return True


def _load_groups(folder: Path, service: "Service", now: datetime, days_ago: float) -> None:
    """Load what lay on the volume of the groups so many days ago, on that day."""
    from xfc_notify.cli.sample_groups import VOLUME, write_capture
    from xfc_notify.reports import loads
    from xfc_notify.reports.duties import owe_new
    from xfc_notify.reports.load import carry_out
    from xfc_notify.reports.settings import Reports

    day = now - timedelta(days=days_ago)
    write_capture(folder, day, days_ago)
    owe_new(service.settings.of(Reports), VOLUME, day)
    for row in loads.claim(day):
        carry_out(row.id, service, lambda: day, lambda _: None)


def called_as() -> str:
    """How this program was called, to be typed again."""
    program = Path(sys.argv[0])
    if program.name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m xfc_notify"
    found = shutil.which(program.name)
    return program.name if found and Path(found).samefile(program) else shlex.quote(str(program))


def _write_out(folder: Path) -> list[Mail]:
    """The messages written so far as HTML and text files, to open in a browser; newest first."""
    from xfc_notify.notify.words.render import shown_inline
    from xfc_notify.outbox import deliveries, messages

    folder.mkdir(exist_ok=True)
    mails = []
    for delivery in deliveries.deliveries((), 100):
        message = delivery.message
        stem = folder / f"{message.user.name}-{message.created_at:%Y%m%d-%H%M%S}"
        page = shown_inline(message.html or "", messages.images(message))
        stem.with_suffix(".html").write_text(page, encoding="utf-8")
        stem.with_suffix(".txt").write_text(message.text or "", encoding="utf-8")
        mails.append(Mail(message.user.name, message.subject, str(stem.with_suffix(".html"))))
    return mails


def _see_as_everybody_else(folder: Path) -> None:
    """Give up root's right to read and write everything, so that an unreadable directory is unreadable.

    capset(2), version 3: the effective, permitted and inheritable capabilities in two words each. Threads that
    start later inherit it. Root keeps the right where it needs it itself, in somebody else's folder.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    before = (ctypes.c_uint32 * 6)()
    if os.geteuid() != 0 or not hasattr(libc, "capget") or libc.capget(header, before) != 0:
        return
    after = type(before)(*before)
    dac_override, dac_read_search = 1 << 1, 1 << 2
    after[0] &= ~(dac_override | dac_read_search)
    libc.capset(header, after)
    try:
        TemporaryFile(dir=folder.absolute()).close()
    except PermissionError:
        libc.capset(header, before)
