"""What reports must say, worked out slowly and plainly from the entries, one after the other."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from reports.wrstat import AS_OF, Entry
from xfc_notify.paths import show

MONTHS = {"1m": 1, "2m": 2, "6m": 6, "1y": 12, "2y": 24, "3y": 36, "5y": 60, "7y": 84}
TYPES = {
    ".vcf.gz": "vcf.gz", ".gvcf.gz": "vcf.gz", ".bcf.gz": "vcf.gz", ".vcf": "vcf", ".gvcf": "vcf", ".bcf": "bcf",
    ".sam.gz": "sam", ".sam": "sam", ".bam.gz": "bam", ".bam": "bam", ".cram.gz": "cram", ".cram": "cram",
    ".fasta": "fasta", ".fa": "fasta", ".fastq.gz": "fastq.gz", ".fq.gz": "fastq.gz", ".fastq": "fastq",
    ".fq": "fastq", ".ped.gz": "ped/bed", ".bed.gz": "ped/bed", ".ped": "ped/bed", ".map": "ped/bed",
    ".bed": "ped/bed", ".bim": "ped/bed", ".fam": "ped/bed", ".bzip2": "compressed", ".gz": "compressed",
    ".tgz": "compressed", ".zip": "compressed", ".xz": "compressed", ".bgz": "compressed", ".csv": "text",
    ".tsv": "text", ".txt": "text", ".text": "text", ".md": "text", ".dat": "text", ".readme": "text",
    ".log": "log", ".out": "log", ".o": "log", ".err": "log", ".e": "log", ".oe": "log",
}  # fmt: skip
"""The first that fits; those with two dots come first."""


class Sum:
    """What some entries come to."""

    def __init__(self) -> None:
        self.bytes = self.temporary = Fraction()
        self.files, self.newest = 0, -(2**63)
        self.kinds: dict[str, Fraction] = defaultdict(Fraction)
        self.ages: dict[str, Fraction] = {name: Fraction() for name in MONTHS}

    def add(self, entry: Entry) -> None:
        is_directory = entry.type == "d"
        share = Fraction(entry.size, 1 if is_directory else max(entry.nlink, 1))
        self.bytes += share
        self.files += not is_directory
        self.newest = max(self.newest, min(entry.mtime, AS_OF))
        self.kinds[kind(entry)] += share
        if not is_directory and temporary(show(entry.path)):
            self.temporary += share
        for name, months in MONTHS.items():
            if AS_OF - max(entry.atime, entry.mtime) > months * 2_628_000:
                self.ages[name] += share

    def plain(self) -> dict[str, Any]:
        """Rounded down, as a report shows it."""
        return {
            "bytes": int(self.bytes),
            "files": self.files,
            "newest": self.newest,
            "kinds": {name: int(share) for name, share in self.kinds.items()},
        }


def kind(entry: Entry) -> str:
    if entry.type == "d":
        return "dir"
    if entry.type != "f":
        return "other"
    name = show(entry.path).rpartition("/")[2].lower()
    return next((kind for ending, kind in TYPES.items() if name.endswith(ending)), "other")


def temporary(path: str) -> bool:
    *above, name = path.lower().split("/")
    begins = name.startswith((".tmp.", ".temp.", "tmp.", "temp."))
    return begins or name.endswith((".tmp", ".temp")) or bool({"tmp", "temp"} & set(above))


def place(entry: Entry) -> str:
    """The directory in which it counts: itself, or the one it lies in."""
    path = show(entry.path).rstrip("/")
    return path if entry.type == "d" else path.rpartition("/")[0]


def inside(directory: str, base: str) -> bool:
    return directory == base or directory.startswith(base + "/")


def named_base(gid: int, directory: str, named: Iterable[tuple[int, str]]) -> str | None:
    fitting = [path for owner, path in named if owner == gid and inside(directory, path)]
    return max(fitting, key=len, default=None)


def level(directory: str, depth: int) -> str | None:
    parts = directory.split("/")[1:]
    return "/" + "/".join(parts[:depth]) if len(parts) >= depth else None


def found_bases(entries: Sequence[Entry], depth: int) -> dict[tuple[int, str], str]:
    """The deepest directory that holds all files of a group in each level; of all entries, if there are no files."""
    bases = {}
    for key in {(entry.gid, level(place(entry), depth)) for entry in entries}:
        if key[1] is None:
            continue
        there = [entry for entry in entries if (entry.gid, level(place(entry), depth)) == key]
        held = [entry for entry in there if entry.type != "d"] or there
        deepest = place(held[0])
        while not all(inside(place(entry), deepest) for entry in held):
            deepest = deepest.rpartition("/")[0]
        bases[key] = deepest
    return bases


def below(directory: str, base: str) -> str:
    if not inside(directory, base) or directory == base:
        return "."
    first, *more = directory[len(base) + 1 :].split("/")
    return f"{first}/{more[0]}" if first in ("users", "projects") and more else first
