"""Where the area of a new user goes: to the volume with the most room that is promised to nobody."""

import json
import os
import re
import socket
from collections.abc import Mapping, Sequence

from xfc_notify.areas.volumes import VolumeSum
from xfc_notify.domain import Volume
from xfc_notify.errors import WrongInput, XfcNotifyError
from xfc_notify.paths import show

NAME = re.compile(r"[a-z_][a-z0-9_.-]{0,63}")
"""What a directory of a new user may be called."""
PATIENCE = 10.0


def choose(volumes: Sequence[Volume], found: Mapping[str, VolumeSum], hard_quota: int) -> Volume | None:
    """The volume in use with the most bytes that are promised to nobody, if they are enough; None if none has."""
    rooms = [
        (volume.capacity - (found[volume.name].given if volume.name in found else 0), volume)
        for volume in volumes
        if volume.capacity is not None and not volume.retired
    ]
    enough = [(room, volume) for room, volume in rooms if room >= hard_quota]
    return max(enough, key=lambda item: item[0])[1] if enough else None


def make(user: str, volume: Volume, helper: str) -> bytes:
    """Let the helper at this socket make the directory of a user; its path.

    Without a helper it must be there already. WrongInput for a name that cannot be one; XfcNotifyError if it fails.
    """
    if not NAME.fullmatch(user):
        raise WrongInput(f"{show(user.encode())} cannot be the name of a directory.")
    path = os.path.join(volume.path, user.encode())  # noqa: PTH118 - paths are bytes
    if not helper:
        if not os.path.isdir(path):  # noqa: PTH112
            raise XfcNotifyError(f"There is no directory {show(path)}, and nobody who makes one.")
        return path
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(PATIENCE)
            connection.connect(helper)
            connection.sendall(json.dumps({"volume": volume.name, "user": user}).encode() + b"\n")
            answer = json.loads(connection.makefile("rb").readline(4096))
    except (OSError, ValueError):
        raise XfcNotifyError("The helper that makes directories does not answer.") from None
    if not isinstance(answer, dict) or answer.get("made") is not True:
        raise XfcNotifyError(
            f"The directory was not made: {show(str(answer.get('error', ''))[:200].encode())}"
        )
    return path


def mountpoint(volume: Volume) -> str:
    """How the former service called a volume: the folder above its users' directories, if that is `user_cache`."""
    return show(volume.path).removesuffix("/user_cache")
