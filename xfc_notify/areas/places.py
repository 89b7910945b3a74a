"""Where areas lie: in a directory of a volume. Their paths follow the settings."""

import os
from collections.abc import Sequence

from peewee import Value

from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import Volume
from xfc_notify.paths import parse, show
from xfc_notify.people.tables import SubjectRow
from xfc_notify.states import Kind
from xfc_notify.store.database import db


def path_of(volume: Volume, directory: str) -> str:
    """The path of a directory of a volume, both as shown text."""
    return show(os.path.join(volume.path, parse(directory)))  # noqa: PTH118


def follow_settings(volumes: Sequence[Volume]) -> list[str]:
    """Let all areas of a volume whose path is another in the settings lie there; the names of these volumes."""
    moved = [volume for volume in volumes if _is_elsewhere(volume)]
    if moved:
        with db.atomic():
            for volume in moved:  # first away, or two volumes that change places would meet
                _put(volume.name, f"{volume.name}:")
            for volume in moved:
                _put(volume.name, path_of(volume, ""))
    return [volume.name for volume in moved]


def put(area: AreaRow, volume: Volume, directory: str) -> None:
    """Let one area lie in a directory of a volume from now on."""
    area.volume, area.directory, area.path = volume.name, directory, path_of(volume, directory)
    area.save(only=["volume", "directory", "path"])
    SubjectRow.update(key=area.path, place=volume.name).where(SubjectRow.id == area.subject_id).execute()


def _is_elsewhere(volume: Volume) -> bool:
    """Of all areas of a volume, or of none, the path is an old one: one of them tells."""
    one = AreaRow.select(AreaRow.directory, AreaRow.path).where(AreaRow.volume == volume.name).first()
    return one is not None and one.path != path_of(volume, one.directory)


def _put(volume: str, before: str) -> None:
    path = Value(before).concat(AreaRow.directory)
    AreaRow.update(path=path).where(AreaRow.volume == volume).execute()
    paths = AreaRow.select(AreaRow.path).where(AreaRow.subject == SubjectRow.id)
    SubjectRow.update(key=paths).where(SubjectRow.kind == Kind.AREA, SubjectRow.place == volume).execute()
