"""Series of files, named by a template: `cub_{point:05}.npy` below the path, or `%s%s_%6.6d.tiff` of path, file name
and frame, as area detectors have it.

Nothing but numbers and texts are put into a template, and nothing of it is evaluated.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from string import Formatter
from typing import Any

_PLAIN = re.compile(r"(0?[1-9][0-9]?)?[ds]?")
"""What may stand behind the colon: a width of two digits at most."""
_PERCENT = re.compile(r"%(%|s|(0?[1-9][0-9]?)?(\.[0-9]{1,2})?d)|(%)")


def named(path: bytes, arguments: Mapping[str, Any], points: Sequence[Mapping[str, Any]]) -> Iterator[bytes]:
    """The files of all points, `frame_per_point` each.

    KeyError without a template; ValueError or TypeError for one that does not fit what is put in.
    """
    template, frames = str(arguments["template"]), arguments.get("frame_per_point")
    for point in points:
        number = int(point["point_number"] if "point_number" in point else point["point"])
        some = [number] if frames is None else range(number * int(frames), (number + 1) * int(frames))
        for frame in some:
            values = {**arguments, **point, "point": number, "point_number": number, "frame": frame}
            yield _one(path, template, values)


def _one(path: bytes, template: str, values: Mapping[str, Any]) -> bytes:
    if "%" in template:
        if any(found[4] for found in _PERCENT.finditer(template)):
            raise ValueError("in a template with % only %s and numbers like %6.6d are known")
        before = os.fsdecode(path) + "/" if path else ""
        made = template % (before, values.get("filename", ""), values["frame"])
        return os.fsencode(made)
    return b"/".join(filter(None, (path, os.fsencode(_filled(template, values)))))


def _filled(template: str, values: Mapping[str, Any]) -> str:
    made = ""
    for text, field, form, conversion in Formatter().parse(template):
        made += text
        if field is None:
            continue
        value = values.get(field)
        if conversion or not _PLAIN.fullmatch(form or "") or not isinstance(value, int | str):
            raise ValueError(
                f"in a template only numbers and texts like {{point:05}} are known, not {field!r}"
            )
        made += format(value, form or "")
    return made
