"""What lies in an area and was not measured, and files with times that cannot be. Pure."""

from xfc_notify.notify.words.letter import Letter
from xfc_notify.outbox.columns import shortened
from xfc_notify.paths import show
from xfc_notify.usage import Errors, Usage


def left_out(letter: Letter, usage: Usage) -> list[str]:
    """A line for each reason."""
    count, lines = letter.language.count, []
    if mounted := usage.errors.get("other_file_system"):
        lines.append(
            count(
                "Not measured: {count} place where another file system is mounted ({places})",
                "Not measured: {count} places where other file systems are mounted ({places})",
                mounted.count,
                places=_places(mounted),
            )
        )
    if excluded := usage.errors.get("excluded"):
        lines.append(
            count(
                "Left out by the operators of this storage: {count} entry ({places})",
                "Left out by the operators of this storage: {count} entries ({places})",
                excluded.count,
                places=_places(excluded),
            )
        )
    if odd := usage.errors.get("odd_time"):
        lines.append(
            count(
                "{count} file has a time that cannot be; another of its times counts ({places})",
                "{count} files have a time that cannot be; another of their times counts ({places})",
                odd.count,
                places=_places(odd),
            )
        )
    return lines


def _places(errors: Errors) -> str:
    named = ", ".join(shortened(show(path), 34) for path in errors.samples)
    return named + (", …" if errors.count > len(errors.samples) else "")
