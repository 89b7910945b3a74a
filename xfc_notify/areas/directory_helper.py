"""Makes the directories of new users, and does nothing else. It runs as root, so that the web does not.

One line of JSON, {"volume": NAME, "user": NAME}; one line back. The directory is made in the folder of the volume as
the settings name it, mode 0700, and belongs to the user as the system knows them. What is there already is left alone.
"""

import contextlib
import json
import logging
import os
import pwd
import socket
import struct
from collections.abc import Mapping
from pathlib import Path

from xfc_notify.areas.placing import NAME
from xfc_notify.domain import Volume
from xfc_notify.errors import WrongInput
from xfc_notify.paths import harmless

PATIENCE = 10.0
LEAST_UID = 1000
"""Users below are the system's own."""
log = logging.getLogger(__name__)


def listen(place: Path, client: str) -> socket.socket:
    """A socket to which only this user of the system, and root, can connect. WrongInput where that is not possible."""
    try:
        uid = pwd.getpwnam(client).pw_uid
        place.unlink(missing_ok=True)
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.bind(str(place))
        place.chmod(0o600)
        os.chown(place, uid, -1)
        made.listen(16)
    except KeyError:
        raise WrongInput(f"There is no user {harmless(client)} here.") from None
    except OSError as error:
        raise WrongInput(f"{place}: {error.strerror}") from None
    return made


def serve(listening: socket.socket, volumes: Mapping[str, Volume], client: str) -> None:
    """Answer until stopped."""
    allowed = {0, pwd.getpwnam(client).pw_uid}
    while True:
        connection, _ = listening.accept()
        with connection, contextlib.suppress(OSError):
            connection.settimeout(PATIENCE)
            answer = _answer(connection, volumes, allowed)
            connection.sendall(json.dumps(answer).encode() + b"\n")


def _answer(connection: socket.socket, volumes: Mapping[str, Volume], allowed: set[int]) -> dict[str, object]:
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    if struct.unpack("3i", credentials)[1] not in allowed:
        return {"made": False, "error": "not for you"}
    try:
        asked = json.loads(connection.makefile("rb").readline(1024))
        volume, user = volumes[asked["volume"]], asked["user"]
        make(volume, user)
    except (ValueError, KeyError, TypeError):
        return {"made": False, "error": "not a request"}
    except WrongInput as refusal:
        return {"made": False, "error": refusal.what}
    except OSError as error:
        return {"made": False, "error": error.strerror or "failed"}
    log.info("made the directory of %s on %s", user, harmless(volume.name))
    return {"made": True}


def make(volume: Volume, user: str) -> None:
    """Make the directory of a user. WrongInput if it is not one; OSError if it cannot be made, as when it is there."""
    if not isinstance(user, str) or not NAME.fullmatch(user):
        raise WrongInput("not a username")
    try:
        found = pwd.getpwnam(user)
    except KeyError:
        raise WrongInput("unknown to the system") from None
    if found.pw_uid < LEAST_UID:
        raise WrongInput("a user of the system itself")
    if volume.retired:
        raise WrongInput("this volume takes no new users")
    folder = os.open(volume.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.mkdir(user, 0o700, dir_fd=folder)
        try:
            os.chown(user, found.pw_uid, found.pw_gid, dir_fd=folder, follow_symlinks=False)
        except OSError:
            os.rmdir(user, dir_fd=folder)
            raise
    finally:
        os.close(folder)
