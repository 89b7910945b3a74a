"""How fast is the scanner, beside the peers that are installed? Writes docs/benchmarks.md.

    python benchmarks/scan.py [--quick] [--files 1000000] [--flat-files 300000] [--slow-files 40000]
                              [--large-files 5000000] [--rounds 5] [--folder FOLDER] [--output docs/benchmarks.md]

Builds its trees below the folder, where they stay, runs all in turns, and takes medians. Start-up is part of
every figure, of xfc-notify as it is installed from a wheel, where it finds no settings. Cold figures need the right
to drop the caches of the kernel. Without --large-files (0) nothing is said of memory by size. --quick shows in a
minute or two that everything runs; its figures say nothing, and go into the folder.
"""

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from trees import build_flat, build_large, build_nested

HERE = Path(__file__).parent
SLOW_THREADS = (16, 64, 128, 0)
DU = "`du -sb`"
DROP_CACHES = Path("/proc/sys/vm/drop_caches")

Command = list[str]
Ran = tuple[float, int]
"""Seconds, and peak memory in bytes."""


def compiled(source: str, folder: Path, *flags: str) -> str:
    """A program or a library made of one of the C files beside this one."""
    target = str(folder / source.removesuffix(".c"))
    subprocess.run(["gcc", "-O2", *flags, str(HERE / source), "-o", target], check=True)
    return target


def install(folder: Path) -> None:
    """Put this checkout, as a wheel, into an environment of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch, "source")
        left_out = shutil.ignore_patterns(".*", "*.egg-info", "build", "demo", "__pycache__", "*.so")
        shutil.copytree(HERE.parent, source, ignore=left_out)
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run(
            [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", scratch, source], check=True
        )
        subprocess.run([sys.executable, "-m", "venv", folder / "installed"], check=True)
        pip[0] = str(folder / "installed/bin/python")
        # No dependencies: measuring a directory needs none of them, and the export is faster with one.
        subprocess.run(
            [*pip, "install", "--no-deps", "--force-reinstall", "isal", *Path(scratch).glob("*.whl")],
            check=True,
        )


def run(command: Command, environment: Mapping[str, str] | None = None) -> Ran:
    """Run once; RuntimeError where the program fails."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} failed")
    return seconds, usage.ru_maxrss * 1024


def ours(tree: Path, threads: int, scanner: str = "native") -> Command:
    """The command line as a person types it."""
    program = tree.parent / "installed/bin/xfc-notify"
    return [str(program), "scan", "--scanner", scanner, "--threads", str(threads), "--json", str(tree)]


def peers(tree: Path, bare: str, folder: Path) -> dict[str, Command]:
    """Name → command, of all that can be run here; `du -sb` first."""
    scandir_rs = "import sys, scandir_rs as s; s.Count(sys.argv[1], return_type=s.ReturnType.Ext).collect()"
    known = {
        DU: ["du", "-sb", str(tree)],
        "**xfc-notify scan**, 1 thread": ours(tree, 1),
        "**xfc-notify scan**, 2 threads": ours(tree, 2),
        "**xfc-notify scan**, threads by itself": ours(tree, 0),
        "**xfc-notify scan --export**, threads by itself": [
            *ours(tree, 0),
            "--export",
            str(folder / "export.gz"),
        ],
        "xfc-notify scan, in Python": ours(tree, 1, "python"),
        "bare system calls in C, 1 thread": [bare, str(tree), "1"],
        "bare system calls in C, 2 threads": [bare, str(tree), "2"],
        "find -printf": ["find", str(tree), "-printf", "%s %C@ %U\n"],
        "ncdu -o": ["ncdu", "-0", "-o", "/dev/null", str(tree)],
        "gdu": ["gdu", "-n", "-p", "-s", "-a", str(tree)],
        "duc index": ["duc", "index", "-d", str(folder / "duc.db"), str(tree)],
        "scandir-rs, with sizes": [sys.executable, "-c", scandir_rs, str(tree)],
        "the old service's method": [sys.executable, str(HERE / "old_method.py"), str(tree)],
    }
    return {name: command for name, command in known.items() if _runs(name, command)}


def _runs(name: str, command: Command) -> bool:
    if name.startswith("scandir-rs"):
        return (
            subprocess.run(
                [sys.executable, "-c", "import scandir_rs"], stderr=subprocess.DEVNULL, check=False
            ).returncode
            == 0
        )
    return shutil.which(command[0]) is not None


def in_turns(
    commands: Mapping[str, Command],
    rounds: int,
    before: Callable[[], None] = lambda: None,
    environment: Mapping[str, str] | None = None,
) -> dict[str, Ran]:
    """The medians of time and memory, all run in turns so that what disturbs one disturbs all."""
    seen: dict[str, list[Ran]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            before()
            seen[name].append(run(command, environment))
            print(f"{seen[name][-1][0]:8.2f} s  {name}", file=sys.stderr)
    return {
        name: (statistics.median(s for s, _ in ran), int(statistics.median(m for _, m in ran)))
        for name, ran in seen.items()
    }


def drop_caches() -> None:
    """Make the kernel forget every directory and inode."""
    subprocess.run(["sync"], check=True)
    DROP_CACHES.write_text("3")


def table(title: str, medians: Mapping[str, Ran], first: str, by_speed: bool = False) -> str:
    """Markdown; ratios are to the row `first`, of time or of speed."""
    ratio = f"times the speed of {first}" if by_speed else f"ratio to {first}"
    lines = [f"## {title}", "", f"| scanner | seconds | {ratio} | memory |", "|---|--:|--:|--:|"]
    base = medians[first][0]
    for name, (seconds, memory) in medians.items():
        shown = f"{base / seconds:.1f}" if by_speed else f"{seconds / base:.2f}"
        lines.append(f"| {name} | {seconds:.2f} | {shown} | {memory / 1e6:.0f} MB |")
    return "\n".join(lines) + "\n"


def machine(folder: Path) -> str:
    """What it was measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    kind = subprocess.check_output(["df", "--output=fstype", str(folder)], text=True).split()[-1]
    return (
        f"{len(os.sched_getaffinity(0))} cores, {memory:.0f} GB, Linux {platform.release().partition('-')[0]}, {kind}, "
        f"Python {platform.python_version()}"
    )


def slowly(library: str, tree: Path) -> dict[str, str]:
    """The environment in which slow.c makes each look at an entry of a tree take 0.5 ms."""
    return {"LD_PRELOAD": library, "SLOW_MICROSECONDS": "500", "SLOW_UNDER": str(tree)}


def warm_and_cold(tree: Path, title: str, bare: str, rounds: int) -> Iterator[str]:
    """Everybody, with the tree in the caches of the kernel and without."""
    commands = peers(tree, bare, tree.parent)
    run(commands[DU])  # warms the cache
    yield table(f"Warm cache: {title}", in_turns(commands, rounds), DU)
    if not os.access(DROP_CACHES, os.W_OK):
        return
    cold = {name: commands[name] for name in commands if "Python" not in name and name != "duc index"}
    cold["**xfc-notify scan**, 16 threads"] = ours(tree, 16)
    yield table(f"Cold cache: {title}", in_turns(cold, min(rounds, 3), drop_caches), DU)


def slow(tree: Path, title: str, library: str, rounds: int) -> Iterator[str]:
    """By threads, where each look at an entry takes 0.5 ms; once where it takes long, since noise is small then."""
    environment = {**os.environ, **slowly(library, tree)}
    once = {"1 thread": ours(tree, 1), DU: ["du", "-sb", str(tree)]}
    many = {f"{threads} threads" if threads else "by itself": ours(tree, threads) for threads in SLOW_THREADS}
    medians = in_turns(once, 1, environment=environment) | in_turns(many, rounds, environment=environment)
    yield table(f"0.5 ms added to each call: {title}", medians, "1 thread", by_speed=True)


def memory(sizes: Mapping[int, Path]) -> Iterator[str]:
    """The peak of `xfc-notify scan` by the number of files."""
    yield "## Memory\n\n| files | seconds | peak memory |\n|--:|--:|--:|\n" + "".join(
        f"| {files:,} | {seconds:.2f} | {peak / 1e6:.0f} MB |\n"
        for files, (seconds, peak) in ((files, run(ours(tree, 0))) for files, tree in sizes.items())
    )


def sections(asked: argparse.Namespace) -> Iterator[str]:
    """Build the trees that are missing, run everything; the parts of the page."""
    folder: Path = asked.folder
    folder.mkdir(exist_ok=True)
    install(folder)
    bare, library = compiled("bare.c", folder, "-pthread"), compiled("slow.c", folder, "-shared", "-fPIC")

    def built(build: Callable[[Path, int], None], name: str, files: int) -> Path:
        tree = folder / f"{name}-{files}"
        if not tree.exists():
            build(tree, files)
        return tree

    nested, flat = built(build_nested, "nested", asked.files), built(build_flat, "flat", asked.flat_files)
    yield (
        f"# Benchmarks\n\nWritten by `make bench`. Medians of {asked.rounds} interleaved rounds, start-up included. "
        "Memory\nis the peak; it cannot show less than the measuring program itself needs (the smallest figures)."
        f"\n{machine(folder)}.\n"
    )
    yield from warm_and_cold(nested, f"{asked.files:,} files, 20 to a directory", bare, asked.rounds)
    yield from warm_and_cold(flat, f"{asked.flat_files:,} files in three directories", bare, asked.rounds)
    for build, name, title in (
        (build_nested, "slow nested", "files, 20 to a directory"),
        (build_flat, "slow flat", "files in three directories"),
    ):
        tree = built(build, name, asked.slow_files)
        yield from slow(tree, f"{asked.slow_files:,} {title}", library, asked.rounds)
    if asked.large_files:
        large = built(build_large, "large", asked.large_files)
        yield from memory({asked.files: nested, asked.large_files: large})
    command = [
        sys.executable,
        str(HERE / "slices.py"),
        "--files",
        str(asked.slow_files),
        "--folder",
        str(folder),
    ]
    yield "## Slices\n\n" + subprocess.check_output(command, text=True)


def _billion(page: Path) -> str:
    """What billion.py wrote at the end of the page before; it stays."""
    before = page.read_text(encoding="utf-8") if page.exists() else ""
    found = re.search(r"\n## [\d,]+ files\n.*", before, re.DOTALL)
    return found[0] if found else ""


def main() -> None:
    """Run everything, write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--files", type=int, default=1_000_000)
    parser.add_argument("--flat-files", type=int, default=300_000)
    parser.add_argument("--slow-files", type=int, default=40_000)
    parser.add_argument("--large-files", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "xfc-notify-benchmark")
    parser.add_argument("--output", type=Path, default=HERE.parent / "docs" / "benchmarks.md")
    early = parser.parse_known_args()[0]
    if early.quick:
        output = early.folder / "quick.md"
        parser.set_defaults(
            files=20_000, flat_files=10_000, slow_files=2_000, large_files=100_000, rounds=1, output=output
        )
    asked = parser.parse_args()
    asked.output, asked.folder = asked.output.absolute(), asked.folder.absolute()
    asked.folder.mkdir(parents=True, exist_ok=True)
    os.chdir(asked.folder)  # where no settings.toml lies: to read one takes a hundredth of a second more
    page = "\n".join(sections(asked))
    asked.output.write_text(page + _billion(asked.output), encoding="utf-8")
    print(f"written to {asked.output}", file=sys.stderr)


if __name__ == "__main__":
    main()
