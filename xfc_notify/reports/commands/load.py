"""reports load: loads what is new, here or by the workers."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, progress, say
from xfc_notify.cli.session import session
from xfc_notify.errors import WrongInput
from xfc_notify.reports.commands.ready import VolumeNames, ensure_libraries, volumes_named

if TYPE_CHECKING:
    from xfc_notify.cli.session import Session
    from xfc_notify.reports.settings import Reports


def load(
    volumes: VolumeNames = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also what could not be loaded before, though it has not changed.")
    ] = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Load what is new: with the embedded broker at once, else the workers of the queue `reports` do."""
    ensure_libraries()
    with session(settings) as opened:
        reports, names = volumes_named(opened.settings, volumes)
        wrong = _owe(reports, names, again)
        if opened.pipeline.embedded:
            loaded = _load_here(opened, names, wrong)
            told = {"loaded": loaded, "failed": wrong}
        else:
            told = {"ordered": opened.pipeline.send_what_is_owed(), "failed": wrong}
    if as_json:
        print_json(told)
    elif "ordered" in told:
        say(f"Orders sent: {told['ordered']}.")
    else:
        say(f"Captures loaded: {told['loaded']}.")
    if wrong:
        raise WrongInput("; ".join(wrong))


def _owe(reports: "Reports", names: list[str], again: bool) -> list[str]:
    """Owe what is new of these volumes; what is wrong with any of them."""
    from xfc_notify.reports import find, loads

    wrong = []
    for volume in reports.volumes:
        if volume.name not in names:
            continue
        now = datetime.now(UTC)
        if again:
            loads.again(volume.name)
        try:
            loads.owe(find.wanted(find.captures(volume, reports, now), loads.known(volume.name)), now)
        except WrongInput as error:
            wrong.append(error.what)
    return wrong


def _load_here(opened: "Session", names: list[str], wrong: list[str]) -> int:
    """Load what is owed in this process; how many captures. What is wrong is added to `wrong`, and the others go on."""
    from xfc_notify.reports import load as loading
    from xfc_notify.reports import loads

    loading.clean(opened.settings, datetime.now(UTC))
    loads.release_sent(datetime.now(UTC))
    due, loaded = loads.claim(datetime.now(UTC), names), 0
    with progress("loading") as shown:
        task = shown.add_task("", total=len(due), what="") if shown else None
        for place, row in enumerate(due):

            def watch(lines: int, volume: str = row.volume) -> None:
                if shown is not None and task is not None:
                    shown.update(task, what=f"{volume}: {lines:,} lines")

            try:
                loaded += loading.carry_out(row.id, opened.service, lambda: datetime.now(UTC), watch)
            except WrongInput as error:
                if error.exit_code == 1:
                    raise
                wrong.append(error.what)
            if shown is not None and task is not None:
                shown.update(task, completed=place + 1)
    return loaded
