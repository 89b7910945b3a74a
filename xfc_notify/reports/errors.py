"""What is wrong with data that should be loaded."""

from pathlib import Path

from xfc_notify.errors import WrongInput
from xfc_notify.paths import harmless


class BadData(WrongInput):
    """A stats file, or what belongs to it, that cannot be used: file, line (from 1; 0: the file as such) and why."""

    def __init__(self, file: Path, line: int, why: str, hint: str = "") -> None:
        place = f"{harmless(str(file))}, line {line:,}" if line else harmless(str(file))
        super().__init__(f"{place}: {harmless(why)}", hint)


class NoRoom(WrongInput):
    """The disk with our own files is full."""

    exit_code = 1
