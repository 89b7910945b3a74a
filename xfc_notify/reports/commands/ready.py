"""What the commands of reports need before they begin."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.components import COMPONENTS
from xfc_notify.errors import WrongInput

if TYPE_CHECKING:
    from xfc_notify.reports.settings import Reports
    from xfc_notify.settings import Settings

VolumeNames = Annotated[
    list[str] | None,
    typer.Argument(metavar="VOLUME", help="By the names in the settings; all if none is named."),
]
OneVolume = Annotated[str | None, typer.Option("--volume", metavar="NAME", help="Of this volume only.")]
OneGroup = Annotated[str | None, typer.Option("--group", metavar="GROUP", help="Of this group only.")]


def ensure_libraries() -> None:
    """WrongInput if the libraries of reports are not installed."""
    missing = next(component.missing for component in COMPONENTS if component.name == "reports")
    if missing:
        what, _, hint = missing.partition(": ")
        raise WrongInput(f"{what}.", hint)


def volumes_named(settings: "Settings", names: list[str] | None) -> "tuple[Reports, list[str]]":
    """[reports], and the names of the volumes asked for; WrongInput if there is no such volume."""
    from xfc_notify.reports.settings import Reports

    reports = settings.of(Reports)
    known = [volume.name for volume in reports.volumes]
    if not known:
        raise WrongInput(
            "There are no volumes to report on.", "Add a [[reports.volumes]] block to the settings."
        )
    for name in names or ():
        if name not in known:
            raise WrongInput(f"There is no volume {name} in [reports].", f"Known: {', '.join(known)}")
    return reports, list(names or known)


def file_in(folder: Path, name: str) -> Path:
    """The file below this folder, whose own folder is made."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    return file
