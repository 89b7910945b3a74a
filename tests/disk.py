"""A real file system in memory that comes and goes, as a volume does that is mounted and unmounted."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Disk:
    """What lies on it lies below `root`, and wherever it is mounted."""

    root: Path
    places: list[Path] = field(default_factory=list)

    def make(self) -> None:
        """CalledProcessError where nothing may be mounted."""
        self.root.mkdir()
        _run("mount", "-t", "tmpfs", "none", str(self.root))

    def mount(self, folder: Path) -> None:
        """Mount it over this folder, which it hides."""
        _run("mount", "--bind", str(self.root), str(folder))
        self.places.append(folder)

    def cover(self, folder: Path, by: Path) -> None:
        """Mount another folder over one, until the end."""
        _run("mount", "--bind", str(by), str(folder))
        self.places.append(folder)

    def unmount(self, folder: Path, *, lazily: bool = False) -> None:
        """Take it away from there; what lay in the folder is seen again. Lazily: while files of it are open."""
        _run("umount", *(["--lazy"] if lazily else []), str(folder))
        self.places.remove(folder)

    def destroy(self) -> None:
        """Unmount it everywhere, and forget what lay on it."""
        for folder in reversed(self.places):
            _run("umount", "--lazy", str(folder))
        _run("umount", "--lazy", str(self.root))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
