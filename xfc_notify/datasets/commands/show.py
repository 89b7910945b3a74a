"""datasets list, show, files, history, journal."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import Column, or_dash, print_json, print_table, say
from xfc_notify.datasets.commands.ready import ROOT, Uid, catalog
from xfc_notify.paths import harmless
from xfc_notify.units import at

if TYPE_CHECKING:
    from xfc_notify.datasets.views import WholeView

Count = Annotated[int, typer.Option("--count", min=1, max=100_000, help="How many at most.")]


def list_(
    spec: Annotated[str, typer.Option(metavar="SPEC", help="Of this spec.")] = "",
    path: Annotated[str, typer.Option(metavar="PATH", help="At or below this path.")] = "",
    root: Annotated[str, typer.Option(metavar="ROOT", help="With a copy under exactly this root.")] = "",
    store: Annotated[str, typer.Option(metavar="STORE", help="With a copy in this store.")] = "",
    owner: Annotated[str, typer.Option(metavar="USER", help="Of this owner.")] = "",
    group: Annotated[str, typer.Option(metavar="GROUP", help="Of this group.")] = "",
    removed: Annotated[bool, typer.Option("--removed", help="Also those of which no copy is left.")] = False,
    count: Count = 1000,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """List datasets."""
    wanted: dict[str, Any] = {"spec": spec, "path": path, "store": store, "owner": owner, "group": group}
    with catalog(settings, reads=True) as opened:
        views = opened.find(**wanted, root=root or None, removed=removed, count=count)
    if as_json:
        print_json(views)
        return
    rows = [
        (*(it.uid, it.spec, it.path or "."), len(it.replicas), it.owner, it.root or "-", at(it.registered_at))
        for it in views
    ]
    columns = (
        *("dataset", "spec", "path"),
        *(Column("copies", right=True), Column("owner", spare=2), Column("root", spare=3)),
        Column("registered (UTC)", spare=1),
    )
    print_table(columns, rows)


def show(uid: Uid, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """Show a dataset."""
    from xfc_notify.units import format_size

    with catalog(settings, reads=True) as opened:
        view = opened.show(uid)
    if as_json:
        print_json(view)
        return
    whose = ", group ".join(filter(None, [view.owner, view.group]))
    say(f"{view.uid}: {view.spec} {view.path or '.'}, {view.state}, of {whose}")
    say(*filter(None, [harmless(view.description)]))
    rows = [
        (
            *(it.store, it.root, f"{it.state}, packed" if it.packed else it.state),
            *(f"{it.files:,}", format_size(it.bytes), or_dash(it.verified_at, at)),
        )
        for it in view.replicas
    ]
    columns = (
        "store",
        "root",
        "state",
        Column("files", right=True),
        Column("size", right=True),
        "verified (UTC)",
    )
    print_table(columns, rows)
    if view.items:
        _print_items(view)


def _print_items(view: "WholeView") -> None:
    """The arrays in its files."""
    say("")
    rows = [
        (it.file, it.name or "-", " × ".join(map(str, it.shape)), it.dtype, it.why or _figures(it.statistics))
        for it in view.items
    ]
    print_table(("file", "array", "shape", "type", Column("values", spare=1)), rows)
    if view.more_items:
        say("There are more arrays. In Python: Catalog.items")


def _figures(statistics: Mapping[str, float | None]) -> str:
    known = {what: value for what, value in statistics.items() if value is not None}
    odd = known.pop("not_finite", 0)
    said = [f"{what} {value:,.6g}" for what, value in known.items()]
    return ", ".join(said + [f"{odd:,} not finite"] * (odd > 0)) or "-"


def files(
    uid: Uid,
    root: Annotated[str, typer.Option("--root", metavar="ROOT", help=ROOT)] = "",
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Show files."""
    with catalog(settings, reads=True) as opened:
        views = opened.files(uid, root or None)
    if as_json:
        print_json(views)
        return
    rows = [(it.abs_path, it.state, f"{it.size:,}", it.hash, or_dash(it.verified_at, at)) for it in views]
    columns = (
        *("file", "state", Column("bytes", right=True)),
        *(Column("hash", spare=2), Column("verified (UTC)", spare=1)),
    )
    print_table(columns, rows)


def rules(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """Show what falls short of the rules."""
    with catalog(settings, reads=True) as opened:
        found = opened.short()
    if as_json:
        print_json(found)
        return
    rows = [
        (it.dataset, it.group or "-", f"{it.copies} of {it.wanted}", ", ".join(it.among), it.why)
        for it in found
    ]
    print_table(("dataset", "group", "copies", "in", "why"), rows)


def history(uid: Uid, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """Show the history."""
    with catalog(settings, reads=True) as opened:
        views = opened.history(uid)
    if as_json:
        print_json(views)
        return
    print_table(
        ("time (UTC)", "command", "from", "to"),
        [(at(it.time), it.cmd, it.old or "-", it.new or "-") for it in views],
    )


def journal(
    uid: Annotated[str, typer.Argument(metavar="UID", help="Of one dataset; of all unless given.")] = "",
    count: Count = 100,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Show the journal."""
    with catalog(settings, reads=True) as opened:
        views = opened.journal(uid or None, count)
    if as_json:
        print_json(views)
        return
    rows = [
        (
            at(it.began_at),
            it.command,
            it.dataset,
            "open" if it.success is None else "ok" if it.success else "failed",
            it.outcome,
        )
        for it in views
    ]
    print_table(("time (UTC)", "command", "dataset", "ended", "why"), rows)
