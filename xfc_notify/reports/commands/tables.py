"""Reports as tables for people."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from xfc_notify.cli.output import Column, or_dash, print_table
from xfc_notify.units import at

if TYPE_CHECKING:
    from xfc_notify.reports.views import DirectoryView, GroupView, UserView


def print_groups(views: "Sequence[GroupView]") -> None:
    """What groups use."""
    from xfc_notify.units import format_size

    columns = (
        "group",
        Column("head", spare=2),
        Column("volume"),
        Column("base"),
        Column("size", right=True),
        Column("quota", right=True),
        Column("files", right=True, spare=3),
        Column("age (days)", right=True, spare=1),
        "level",
        Column("as of (UTC)", spare=4),
    )
    rows = [
        (
            *(view.group, view.head or "-", view.volume, view.base or "(no base)"),
            *(format_size(view.bytes), or_dash(view.quota, format_size), f"{view.files:,}"),
            *(f"{view.age_days:.1f}", str(view.level), at(view.as_of)),
        )
        for view in views
    ]
    print_table(columns, rows)


def print_users(views: "Sequence[UserView]") -> None:
    """What users have."""
    from xfc_notify.units import format_size

    columns = (
        "user",
        "group",
        "volume",
        Column("size", right=True),
        Column("last modified"),
        Column("as of (UTC)", spare=1),
    )
    rows = [
        (v.user, v.group, v.volume, format_size(v.bytes), f"{v.last_modified:%Y-%m-%d}", at(v.as_of))
        for v in views
    ]
    print_table(columns, rows)


def print_directories(views: "Sequence[DirectoryView]") -> None:
    """What groups have in directories."""
    from xfc_notify.units import format_size

    columns = (
        *("group", "volume", "base", "directory"),
        *(Column("size", right=True), Column("files", right=True, spare=1)),
        *(Column("age (days)", right=True, spare=2), Column("largest types", spare=3)),
    )
    rows = [
        (
            *(view.group, view.volume, view.base, view.directory, format_size(view.bytes), f"{view.files:,}"),
            *(f"{view.age_days:.1f}", _largest(view.types)),
        )
        for view in views
    ]
    print_table(columns, rows)


def _largest(types: Mapping[str, int]) -> str:
    from xfc_notify.units import format_size

    ranked = sorted(types.items(), key=lambda item: -item[1])[:3]
    return ", ".join(f"{name} {format_size(size)}" for name, size in ranked if size)
