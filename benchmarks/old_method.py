"""How the service before this one measured: eight threads over the top-level directories, sizes only."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor


def size_of(path: str) -> int:
    """Apparent bytes of all files below a directory."""
    total = 0
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                total += size_of(entry.path)
            else:
                total += entry.stat(follow_symlinks=False).st_size
    return total


if __name__ == "__main__":
    with os.scandir(sys.argv[1]) as top:
        paths = [entry.path for entry in top if entry.is_dir(follow_symlinks=False)]
    with ThreadPoolExecutor(8) as pool:
        print(sum(pool.map(size_of, paths)))
