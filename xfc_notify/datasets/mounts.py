"""Where a folder lies in its file system, whatever mounts show it under another path."""

import os
import re
from pathlib import Path

from xfc_notify.datasets import names

Place = tuple[bytes, bytes]
"""The device of a file system, and a path below its root."""
_OCTAL = re.compile(rb"\\([0-7]{3})")


def mount_of(folder: int) -> int:
    """The number of the mount through which a folder was opened."""
    lines = Path(f"/proc/self/fdinfo/{folder}").read_bytes().splitlines()
    return int(next(line for line in lines if line.startswith(b"mnt_id:")).split()[1])


def place(folder: int) -> Place:
    """Where a folder that is open lies."""
    device, root, point = _mount(mount_of(folder))
    shown = os.readlink(f"/proc/self/fd/{folder}".encode())  # noqa: PTH115 - bytes
    return device, root.rstrip(b"/") + shown[len(point.rstrip(b"/")) :] or b"/"


def is_inside(inner: Place, outer: Place) -> bool:
    """Whether one place is another, or lies in it."""
    return inner[0] == outer[0] and names.below(outer[1].rstrip(b"/"), inner[1]) is not None


def _mount(number: int) -> tuple[bytes, bytes, bytes]:
    """Its device, which part of the file system it shows, and where. See proc_pid_mountinfo(5)."""
    lines = map(bytes.split, Path("/proc/self/mountinfo").read_bytes().splitlines())
    fields = next(fields for fields in lines if int(fields[0]) == number)
    root, point = (_OCTAL.sub(lambda found: bytes([int(found[1], 8)]), field) for field in fields[3:5])
    return fields[2], root, point
