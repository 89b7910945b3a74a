"""What operators do with areas: find one by its path, forget it, move it."""

import os
from collections.abc import Sequence

from xfc_notify.areas import places
from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import Volume
from xfc_notify.errors import WrongInput
from xfc_notify.paths import parse, show
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.store.database import db


def area_at(path: str) -> AreaRow:
    """The area of this path, as it is or as it is shown; WrongInput if there is none."""
    shown = show(os.fsencode(os.path.abspath(path)))  # noqa: PTH100 - it need not be there
    query = AreaRow.select(AreaRow, UserRow).join(UserRow).where(AreaRow.path.in_([path, shown]))
    found: AreaRow | None = query.first()
    if found is None:
        raise WrongInput(f"There is no area {shown}.", "See: xfc-notify areas list")
    return found


def gone() -> list[AreaRow]:
    """The areas whose directory is not there any more, by path."""
    query = AreaRow.select(AreaRow, UserRow).join(UserRow).where(AreaRow.gone_at.is_null(False))
    return list(query.order_by(AreaRow.path))


def refuse_if_there(areas: Sequence[AreaRow]) -> None:
    """Raise WrongInput if one of these areas still has its directory: `discover` would add it again."""
    for area in areas:
        if area.gone_at is None and os.path.lexists(parse(area.path)):
            raise WrongInput(
                f"{area.path} is still there, and discover would add it again.",
                "Remove it first, or exclude it by names or system_accounts in [people].",
            )


def forget(areas: Sequence[AreaRow]) -> None:
    """Delete areas with all that was measured and noted of them. Their users stay, and what they were told."""
    with db.atomic():
        for area in areas:
            SubjectRow.delete().where(SubjectRow.id == area.subject_id).execute()


def move(area: AreaRow, path: str, volumes: Sequence[Volume], *, replace: bool) -> None:
    """Let an area lie elsewhere, with its limits, scans and episodes.

    What `discover` has found there gives way if it is the same user's and was never scanned, or with `replace`.
    Raises WrongInput for a place outside the volumes, one that is somebody else's, and one that is taken.
    """
    above, name = os.path.split(os.fsencode(os.path.abspath(path)))  # noqa: PTH100
    volume = next((volume for volume in volumes if volume.path == above), None)
    if volume is None:
        known = ", ".join(show(volume.path) for volume in volumes) or "none"
        raise WrongInput(f"{show(above)} is no volume's path.", f"Known: {known}")
    directory, owner = show(name), _owner(os.path.join(above, name))  # noqa: PTH118
    if area.uid is not None and owner not in (None, area.uid):
        raise WrongInput(
            f"{places.path_of(volume, directory)} belongs to uid {owner}, and {area.path} to uid {area.uid}.",
            "If it is one person with a new uid, import that first: a CSV with the columns user, uid",
        )
    with db.atomic():
        taken = AreaRow.get_or_none(AreaRow.volume == volume.name, AreaRow.directory == directory)
        if taken is not None and taken.id != area.id:
            is_fresh = taken.last_scan is None and taken.user_id == area.user_id
            if not is_fresh and not replace:
                raise WrongInput(
                    f"{taken.path} is an area already, of {taken.user.name}.",
                    "With --replace, what was measured and noted of it is forgotten.",
                )
            forget([taken])
        places.put(area, volume, directory)
        AreaRow.update(gone_at=None).where(AreaRow.id == area.id).execute()


def _owner(path: bytes) -> int | None:
    """The uid of the owner of a directory; None if it is not there."""
    try:
        return os.lstat(path).st_uid
    except OSError:
        return None
