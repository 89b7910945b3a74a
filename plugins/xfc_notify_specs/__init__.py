"""The files of datasets of common specs: one file, a tree, a pattern, or a series that a template names.

`file`      the path itself
`tree`      all files below the path
`glob`      those below the path that fit `pattern`, in which `*` stops at a slash
`template`  one or `frame_per_point` files for each point, named by `template`
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from xfc_notify import hookimpl

FILES = {"file", "npy", "AD_HDF5", "AD_HDF5_SWMR", "AD_HDF5_TS", "XSP3"}
"""Specs whose path is the file, whatever the points."""
TEMPLATES = {"template", "AD_TIFF", "AD_SPE"}


@hookimpl
def dataset_files(
    spec: str,
    path: bytes,
    arguments: Mapping[str, Any],
    points: Sequence[Mapping[str, Any]],
    tree: Callable[[bytes], Iterable[bytes]],
) -> Iterable[bytes] | None:
    """The files of the specs above."""
    if spec in FILES:
        return [path]
    if spec == "tree":
        return tree(path)
    if spec == "glob":
        from xfc_notify_specs.pattern import fitting

        return fitting(path, arguments["pattern"], tree(path))
    if spec in TEMPLATES:
        from xfc_notify_specs.series import named

        return named(path, arguments, points)
    return None
