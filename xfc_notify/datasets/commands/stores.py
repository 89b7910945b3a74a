"""xfc-notify stores: where datasets live, and whether they are there."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, print_table, say
from xfc_notify.cli.session import session
from xfc_notify.errors import WrongInput

if TYPE_CHECKING:
    from xfc_notify.datasets.stores import Stores
    from xfc_notify.settings import Settings, StoreTable

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="STORE", help="By the names in the settings; all if none is named."),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    stores = typer.Typer(no_args_is_help=True, help="See and prepare the stores of datasets.")
    stores.command("init", help="Give stores without a mark their identity.")(_init)
    stores.command("list", help="All stores of the settings, and whether they are there.")(_list)
    stores.command("check", help="Try what stores can do, and say what follows.")(_check)
    app.add_typer(stores, name="stores")


def _init(names: Names = None, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.datasets import marks

    with session(settings) as opened:
        stores, chosen = _chosen(opened.settings, names)
        made = []
        for store in chosen:
            with stores.folder(store) as folder:
                if marks.give(folder, datetime.now(UTC)):
                    made.append(store.name)
    if as_json:
        print_json({"initialised": made})
        return
    say(*(f"Store {name} has its identity now." for name in made))
    if not made:
        say("All these stores have their identity already.")


def _list(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.datasets.store_views import look_at

    with session(settings, reads=True) as opened:
        stores, chosen = _chosen(opened.settings, None)
        views = [look_at(stores, store) for store in chosen]
    if as_json:
        print_json(views)
        return
    rows = [(it.name, it.kind, it.url, ", ".join(it.hosts) or "-", it.state, it.what) for it in views]
    print_table(("store", "kind", "url", "hosts", "state", "what"), rows)


def _check(names: Names = None, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.datasets import probing
    from xfc_notify.datasets.store_views import look_at

    with session(settings) as opened:
        stores, chosen = _chosen(opened.settings, names)
        found: list[dict[str, Any]] = []
        for store in chosen:
            view = look_at(stores, store)
            able = probing.probe(stores, store.name) if view.state == "ok" else None
            found.append(
                {"store": store.name, "state": view.state, "what": view.what, "do": view.do}
                | (asdict(able) | {"follows": able.follows} if able else {})
            )
    if as_json:
        print_json(found)
    for one in () if as_json else found:
        say(
            f"{one['store']}: {one['state']}: {one['what']}",
            *(f"  {said}" for said in one.get("follows", ())),
        )
        if one["do"]:
            say(f"  {one['do']}")
    if any(one["state"] != "ok" or not one["copies"] for one in found):
        raise typer.Exit(1)


def _chosen(settings: "Settings", names: list[str] | None) -> "tuple[Stores, list[StoreTable]]":
    from xfc_notify.datasets.stores import Stores

    stores = Stores.of(settings)
    if not stores.all:
        raise WrongInput("There are no stores.", "Add a [[stores]] block to the settings.")
    return stores, [stores.named(name) for name in names] if names else list(stores.all)
