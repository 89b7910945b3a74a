"""How fast is the scanner, beside the peers that are installed? Writes docs/benchmarks.md.

    python benchmarks/scan.py [--files 1000000] [--rounds 5] [--folder FOLDER] [--output docs/benchmarks.md]

Builds its trees below the folder, runs all in turns, and takes medians. Start-up is part of every figure.
Cold figures need the right to drop the caches of the kernel.
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

HERE = Path(__file__).parent
PER_DIRECTORY = 20
FAN = 10
SLOW_THREADS = (1, 16, 64, 128, 0)
DROP_CACHES = Path("/proc/sys/vm/drop_caches")

Command = list[str]
Ran = tuple[float, int]
"""Seconds, and peak memory in bytes."""


def build_nested(top: Path, files: int) -> None:
    """20 files and up to 10 directories in each directory."""
    made = [top]
    top.mkdir(parents=True)
    for number in range(max(1, files // PER_DIRECTORY) - 1):
        made.append(made[number // FAN] / f"directory{number % FAN}")
        made[-1].mkdir()
    for folder in made:
        _fill(folder, PER_DIRECTORY)


def build_flat(top: Path, files: int, directories: int = 3) -> None:
    """All files in a few directories."""
    for number in range(directories):
        (top / str(number)).mkdir(parents=True)
        _fill(top / str(number), files // directories)


def _fill(folder: Path, files: int) -> None:
    here = os.open(folder, os.O_RDONLY)
    for number in range(files):
        file = os.open(f"result-{number:06}.nc", os.O_CREAT | os.O_WRONLY, dir_fd=here)
        os.ftruncate(file, number * 1_000)
        os.close(file)
    os.close(here)


def compiled(source: str, folder: Path, *flags: str) -> str:
    """A program or a library made of one of the C files beside this one."""
    target = str(folder / source.removesuffix(".c"))
    subprocess.run(["gcc", "-O2", *flags, str(HERE / source), "-o", target], check=True)
    return target


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
    options = ["--scanner", scanner, "--threads", str(threads), "--json"]
    return [sys.executable, "-m", "xfc_notify", "scan", *options, str(tree)]


def peers(tree: Path, bare: str, folder: Path) -> dict[str, Command]:
    """Name → command, of all that can be run here; `du -sb` first."""
    scandir_rs = "import sys, scandir_rs as s; s.Count(sys.argv[1], return_type=s.ReturnType.Ext).collect()"
    known = {
        "`du -sb`": ["du", "-sb", str(tree)],
        "**xfc-notify scan**, 1 thread": ours(tree, 1),
        "**xfc-notify scan**, 2 threads": ours(tree, 2),
        "**xfc-notify scan**, threads by itself": ours(tree, 0),
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


def table(title: str, medians: Mapping[str, Ran], first: str) -> str:
    """Markdown; ratios are to the row `first`."""
    lines = [f"## {title}", "", f"| scanner | seconds | ratio to {first} | memory |", "|---|--:|--:|--:|"]
    base = medians[first][0]
    for name, (seconds, memory) in medians.items():
        lines.append(f"| {name} | {seconds:.2f} | {seconds / base:.2f} | {memory / 1e6:.0f} MB |")
    return "\n".join(lines) + "\n"


def machine() -> str:
    """What it was measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{os.cpu_count()} cores, {memory:.0f} GB, Linux {platform.release()}, Python {platform.python_version()}"


def slow_section(trees: Mapping[str, Path], library: str, threads: tuple[int, ...]) -> str:
    """By threads, where each look at an entry takes 0.5 ms; one run each, since noise is small beside that."""
    parts = []
    for title, tree in trees.items():
        commands = {
            "1 thread" if n == 1 else f"{n} threads" if n else "by itself": ours(tree, n) for n in threads
        }
        environment = {
            **os.environ,
            "LD_PRELOAD": library,
            "SLOW_MICROSECONDS": "500",
            "SLOW_UNDER": str(tree),
        }
        medians = in_turns({**commands, "`du -sb`": ["du", "-sb", str(tree)]}, 1, environment=environment)
        parts.append(table(f"0.5 ms added to each call, {title}", medians, "1 thread"))
    return "\n".join(parts)


def main() -> None:
    """Build the trees, run everything, write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=1_000_000)
    parser.add_argument("--flat-files", type=int, default=300_000)
    parser.add_argument("--slow-files", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "xfc-notify-benchmark")
    parser.add_argument("--output", type=Path, default=HERE.parent / "docs" / "benchmarks.md")
    asked = parser.parse_args()
    folder: Path = asked.folder
    folder.mkdir(exist_ok=True)
    sizes = {
        "nested": asked.files,
        "flat": asked.flat_files,
        "slow nested": asked.slow_files,
        "slow flat": asked.slow_files,
    }
    trees = {name: folder / f"{name}-{files}" for name, files in sizes.items()}
    for name, tree in trees.items():
        if not tree.exists():
            (build_flat if "flat" in name else build_nested)(tree, sizes[name])
    bare, slow = compiled("bare.c", folder, "-pthread"), compiled("slow.c", folder, "-shared", "-fPIC")
    parts = [
        f"# Benchmarks\n\nWritten by `make bench`. Medians of {asked.rounds} rounds in turns, start-up included."
        f"\n{machine()}.\n"
    ]
    for name, title in (("nested", "files, 20 to a directory"), ("flat", "files in three directories")):
        commands = peers(trees[name], bare, folder)
        run(commands["`du -sb`"])  # warms the cache
        medians = in_turns(commands, asked.rounds)
        parts.append(table(f"Warm cache: {sizes[name]:,} {title}", medians, "`du -sb`"))
        if name == "nested" and os.access(DROP_CACHES, os.W_OK):
            cold = {
                key: command
                for key, command in commands.items()
                if "Python" not in key and key != "duc index"
            }
            cold["**xfc-notify scan**, 16 threads"] = ours(trees[name], 16)
            parts.append(
                table("Cold cache: the same", in_turns(cold, min(asked.rounds, 3), drop_caches), "`du -sb`")
            )
    slow_trees = {
        f"{asked.slow_files:,} files, 20 to a directory": trees["slow nested"],
        f"{asked.slow_files:,} files in three directories": trees["slow flat"],
    }
    parts.append(slow_section(slow_trees, slow, SLOW_THREADS))
    asked.output.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
