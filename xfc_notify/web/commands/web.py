"""xfc-notify web: the pages, REST, metrics."""

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xfc_notify.cli.options import SettingsFile
from xfc_notify.cli.output import say
from xfc_notify.cli.session import session, without_database
from xfc_notify.components import COMPONENTS
from xfc_notify.errors import SettingsError, WrongInput, XfcNotifyError
from xfc_notify.places import PREFIX

if TYPE_CHECKING:
    from xfc_notify.web.frame import App

MOST_PROCESSES = 64


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("web", help="Serve the web pages, REST and metrics until stopped.")(_web)


def _web(
    processes: Annotated[
        int, typer.Option(min=1, max=MOST_PROCESSES, metavar="N", help="How many share the work.")
    ] = 1,
    sign_in: Annotated[
        list[str] | None, typer.Option(metavar="USER", help="Print a link that signs this user in.")
    ] = None,
    settings: SettingsFile = None,
) -> None:
    missing = next(component.missing for component in COMPONENTS if component.name == "web")
    if missing:
        raise XfcNotifyError(missing)
    import uvicorn

    from xfc_notify.web.enter import link
    from xfc_notify.web.processes import serve

    with session(settings) as opened:
        web, source = opened.settings.web, opened.settings.source
        if not web.url:
            hint = 'Like url = "https://storage.example.org"; service.secret signs the links.'
            raise SettingsError(f"{source}: web.url is needed: all links begin with it", hint)
        opened.settings.signing  # noqa: B018 - nor is anything served without it
        opened.service  # noqa: B018 - what is wrong with a plugin is said here, and once
    os.environ[PREFIX + "SETTINGS"] = str(source)
    where: dict[str, Any]
    if web.listen.startswith("unix:"):
        where = {"uds": web.listen.removeprefix("unix:")}
    else:
        host, _, port = web.listen.rpartition(":")
        where = {"host": host.removeprefix("[").removesuffix("]"), "port": int(port)}
    say(f"Serving {web.url} at {web.listen}")
    for name in sign_in or ():
        say(f"To sign in as {name}, within 15 minutes: {link(name, opened.settings, datetime.now(UTC))}")
    options = where | {
        "app": "xfc_notify.web.commands.web:application", "factory": True, "workers": processes,
        "access_log": False, "proxy_headers": False, "server_header": False, "log_level": "warning",
        "log_config": None, "timeout_graceful_shutdown": 10,
    }  # fmt: skip
    try:
        serve(**options) if processes > 1 else uvicorn.run(**options)
    except OSError as error:
        raise WrongInput(f"{source}: web.listen: {web.listen}: {error.strerror}") from None


def application() -> "App":
    """The application with the settings that $XFC_NOTIFY_SETTINGS names; each process makes its own."""
    import logging

    from xfc_notify import log_context
    from xfc_notify.store import database
    from xfc_notify.web.app import build

    opened = without_database(None)
    log_context.install(opened.settings.logs.format)
    logging.getLogger("xfc_notify").setLevel(logging.INFO)
    database.prepare(opened.settings.database.url)
    return build(opened.service)
