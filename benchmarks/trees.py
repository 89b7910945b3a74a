"""The trees that are measured. Their files are sparse or hard links: only their number costs time."""

import os
from pathlib import Path

PER_DIRECTORY = 20
PER_LARGE_DIRECTORY = 1_000
FAN = 10
LINKS = 50_000
"""Hard links to one file: file systems bound them, ext4 at 65,000."""


def build_nested(top: Path, files: int) -> None:
    """20 files and up to 10 directories in each directory."""
    for folder in _nested(top, files // PER_DIRECTORY):
        _fill(folder, PER_DIRECTORY)


def build_flat(top: Path, files: int, directories: int = 3) -> None:
    """All files in a few directories."""
    for number in range(directories):
        (top / str(number)).mkdir(parents=True)
        _fill(top / str(number), files // directories)


def build_large(top: Path, files: int) -> None:
    """Very many files, by hard links: 1,000 and up to 10 directories in each directory."""
    linked, source = 0, top
    for folder in _nested(top, files // PER_LARGE_DIRECTORY):
        for number in range(PER_LARGE_DIRECTORY):
            name = folder / f"result-{number:06}.nc"
            if linked % LINKS:
                os.link(source, name)
            else:
                source = name
                source.touch()
            linked += 1


def _nested(top: Path, directories: int) -> list[Path]:
    made = [top]
    top.mkdir(parents=True)
    for number in range(max(1, directories) - 1):
        made.append(made[number // FAN] / f"directory{number % FAN}")
        made[-1].mkdir()
    return made


def _fill(folder: Path, files: int) -> None:
    here = os.open(folder, os.O_RDONLY)
    for number in range(files):
        _create(here, f"result-{number:06}.nc", number * 1_000)
    os.close(here)


def _create(folder: int, name: str, size: int) -> None:
    file = os.open(name, os.O_CREAT | os.O_WRONLY, dir_fd=folder)
    os.ftruncate(file, size)
    os.close(file)
