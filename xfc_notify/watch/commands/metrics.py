"""xfc-notify metrics: how the service is doing, for Prometheus."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, say
from xfc_notify.cli.session import Session, session
from xfc_notify.errors import WrongInput
from xfc_notify.paths import show


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("metrics", help="Print or write metrics for Prometheus. `web` serves them too.")(_metrics)


def _metrics(
    textfile: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write them to this file, for the node exporter.")
    ] = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    if textfile is not None and as_json:
        raise WrongInput("Only one of --textfile and --json can be given.")
    with session(settings, reads=True) as opened:
        _show(opened, textfile, as_json)


def _show(opened: Session, textfile: Path | None, as_json: bool) -> None:
    from prometheus_client import generate_latest, write_to_textfile

    registry = _metrics_of(opened).registry()
    if textfile is not None:
        try:
            write_to_textfile(str(textfile), registry)  # to another file first, which then takes its place
        except OSError as error:
            raise WrongInput(f"--textfile: {show(bytes(textfile))}: {error.strerror}") from None
    elif as_json:
        families = registry.collect()
        print_json(
            [
                {"name": sample.name, "labels": sample.labels, "value": sample.value}
                for family in families
                for sample in family.samples
            ]
        )
    else:
        say(*generate_latest(registry).decode().rstrip().split("\n"))


def _metrics_of(opened: Session) -> Any:
    from xfc_notify.watch.metrics import Metrics

    return Metrics(opened.settings, lambda: datetime.now(UTC))
