"""The list of components, and the loops over it."""

import sys
from pathlib import Path
from types import ModuleType

import pytest
from facility import make_settings

from xfc_notify import components
from xfc_notify.cli.app import MODULES
from xfc_notify.components import COMPONENTS, Component

FOLDER = Path(components.__file__).parent
KINDS = {"tables", "settings", "actors", "duties", "pages", "resources"}
MISSING = Component(
    "far", frozenset({*KINDS, "checks"}), ("fly",), extra="far", requires=("json", "no_such_library_anywhere")
)


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda it: it.name)
def test_what_a_component_has_is_what_is_said_of_it(component: Component) -> None:
    folder = FOLDER / component.name
    assert {kind for kind in KINDS if (folder / f"{kind}.py").exists()} == component.brings
    assert (folder / "checks.py").exists() == bool(component.checks)
    commands = {file.stem for file in (folder / "commands").glob("[a-z]*.py")}
    assert set(component.commands) <= commands
    assert all(f"xfc_notify.{component.name}.commands.{name}" in MODULES for name in component.commands)


def test_each_table_name_is_there_once() -> None:
    names = [row._meta.table_name for row in components.tables()]
    assert len(names) == len(set(names)) > 10


def test_where_a_library_is_missing_the_component_says_so_in_one_line_and_all_others_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert MISSING.missing == "far needs more libraries: pip install 'xfc-notify[far]'"
    for kind in KINDS:
        named = [module.__name__ for module in components.modules(kind, (*COMPONENTS, MISSING))]
        assert named == [module.__name__ for module in components.modules(kind)] != []
    pipeline = components.pipeline(make_settings(tmp_path), (*COMPONENTS, MISSING))
    assert set(pipeline.actors) == {"scan", "results", "delivery", "reports", "transfers"}
    monkeypatch.setattr(components, "COMPONENTS", (*COMPONENTS, MISSING))
    assert components.checks(["workers", "fly"])
    assert components.duties()


def test_where_a_library_is_missing_a_component_still_shows_what_needs_none() -> None:
    shown = Component(
        "reports", frozenset(KINDS), requires=("no_such_library",), without=frozenset({"tables"})
    )
    assert [list(components.modules(kind, (shown,))) != [] for kind in ("tables", "duties")] == [True, False]


def test_a_component_takes_part_as_soon_as_its_libraries_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    near = Component("near", frozenset({"duties"}), requires=("json",))
    module = ModuleType("xfc_notify.near.duties")
    monkeypatch.setitem(sys.modules, "xfc_notify.near", ModuleType("xfc_notify.near"))
    monkeypatch.setitem(sys.modules, "xfc_notify.near.duties", module)
    assert near.missing == ""
    assert list(components.modules("duties", (near,))) == [module]


def test_the_settings_have_the_tables_of_all_components() -> None:
    fields = components.settings_model().model_fields
    assert {"service", "scan", "limits", "history", "people"} <= fields.keys()
