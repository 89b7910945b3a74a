"""No hook without its page in the documentation, a plugin that uses it, and a test."""

import ast
import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from bundled import BUNDLED

import xfc_notify
from xfc_notify import hookspecs
from xfc_notify.plugins.load import hooks_of, register
from xfc_notify.testing import check_plugin

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "plugins.md").read_text()
EXAMPLE = ROOT / "examples" / "xfc-notify-webhook" / "xfc_notify_webhook.py"


def functions_marked(path: Path, marker: str) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [it for it in functions if any(ast.unparse(mark).startswith(marker) for mark in it.decorator_list)]


SPECS = {spec.name: spec for spec in functions_marked(Path(hookspecs.__file__), "hookspec")}


def signature(spec: ast.FunctionDef) -> str:
    assert spec.returns is not None
    return f"{spec.name}({ast.unparse(spec.args)}) -> {ast.unparse(spec.returns)}".replace("'", "")


def module_of(source: str, name: str) -> ModuleType:
    module = ModuleType(name)
    exec(compile(source, name, "exec"), vars(module))
    return module


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("hook", SPECS)
def test_the_exact_signature_of_every_hook_stands_in_the_documentation(hook: str) -> None:
    assert f"\n\n    {signature(SPECS[hook])}\n\n" in PAGE


def test_the_documentation_has_no_hook_that_does_not_exist() -> None:
    documented = re.findall(r"^    (\w+)\(.*\) -> .*$", PAGE, re.MULTILINE)
    assert sorted(documented) == sorted(SPECS)


@pytest.mark.parametrize("hook", SPECS)
def test_every_hook_says_what_it_is_for(hook: str) -> None:
    assert ast.get_docstring(SPECS[hook])


def test_every_hook_is_used_by_a_bundled_plugin_or_the_example() -> None:
    modules = {name: import_module(f"xfc_notify_{name}") for name in BUNDLED}
    manager = register({**modules, "webhook": module_of(EXAMPLE.read_text(), "xfc_notify_webhook")})
    used = {hook for name in (*modules, "webhook") for hook in hooks_of(manager, name)}
    assert used == set(SPECS)


def test_every_hook_has_a_test_that_names_it() -> None:
    tested: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for test in functions_marked(path, "pytest.mark.hook"):
            marks = [mark for mark in test.decorator_list if ast.unparse(mark).startswith("pytest.mark.hook")]
            tested.update(ast.literal_eval(argument) for mark in marks for argument in mark.args)  # type: ignore[attr-defined]
    assert tested == set(SPECS)


def test_every_public_name_stands_in_the_documentation_and_can_be_imported() -> None:
    (told,) = re.findall(
        r"^- Import from `xfc_notify` only these names: (.*?);", PAGE, re.MULTILINE | re.DOTALL
    )
    assert re.findall(r"`(\w+)`", told) == xfc_notify.__all__
    for name in xfc_notify.__all__:
        assert getattr(xfc_notify, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Settings'"):
        _ = xfc_notify.Settings  # type: ignore[attr-defined]


def test_the_policy_in_the_documentation_works_as_it_stands_there(monkeypatch: pytest.MonkeyPatch) -> None:
    policy, its_tests = blocks("python")
    module = module_of(policy, "xfc_notify_files")
    check_plugin(module)
    monkeypatch.setitem(sys.modules, "xfc_notify_files", module)
    tests = [it for name, it in vars(module_of(its_tests, "test_files")).items() if name.startswith("test_")]
    assert len(tests) == 2
    for test in tests:
        test()


def test_the_time_limits_in_the_documentation_are_those_of_the_program() -> None:
    from xfc_notify.plugins.call import DELIVERY_SECONDS, QUICK_SECONDS

    assert f"A call has {QUICK_SECONDS:g} seconds, `deliver` {DELIVERY_SECONDS:g}" in PAGE


def imported_by(statement: str, folder: Path) -> tuple[set[str], list[str]]:
    """The modules that a statement imports in a fresh interpreter, and the settings files it opens."""
    (folder / "settings.toml").write_text("this is no [[ TOML")
    program = f"""
import sys
opened, before = [], set(sys.modules)
sys.addaudithook(lambda event, about: opened.append(str(about[0])) if event == "open" else None)
{statement}
after = set(sys.modules) - before
import json
print(json.dumps([sorted(after), [path for path in opened if "settings.toml" in path]]))
"""
    environment = {"XFC_NOTIFY_SETTINGS": str(folder / "settings.toml"), "PATH": ""}
    command = [sys.executable, "-c", program]
    ran = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
    modules, settings = json.loads(ran.stdout)
    return set(modules), settings


def test_importing_the_package_costs_nothing_and_reads_nothing(tmp_path: Path) -> None:
    modules, settings = imported_by("import xfc_notify", tmp_path)
    ours = {name for name in modules if name.startswith("xfc_notify")}
    assert ours == {"xfc_notify"}
    heavy = {
        "apprise",
        "dramatiq",
        "jinja2",
        "peewee",
        "pika",
        "pluggy",
        "psycopg",
        "pydantic",
        "rich",
        "typer",
    }
    assert not modules & heavy
    assert settings == []


def test_using_the_public_names_loads_no_plugin_and_reads_no_settings(tmp_path: Path) -> None:
    modules, settings = imported_by("from xfc_notify import *", tmp_path)
    assert "xfc_notify.domain" in modules
    ours = {name for name in modules if name.startswith("xfc_notify")}
    assert {f"xfc_notify_{name}" for name in BUNDLED}.isdisjoint(ours)
    assert {"xfc_notify.settings", "xfc_notify.plugins", "xfc_notify.store"}.isdisjoint(ours)
    assert not modules & {"apprise", "dramatiq", "jinja2", "peewee", "pika", "pydantic", "rich", "typer"}
    assert settings == []


def test_nothing_but_the_hooks_and_their_loader_speaks_pluggy() -> None:
    speakers = {
        str(path.relative_to(ROOT / "xfc_notify"))
        for path in (ROOT / "xfc_notify").rglob("*.py")
        if re.search(r"\bimport pluggy\b", path.read_text())
    }
    assert speakers == {"hookspecs.py", "plugins/load.py"}
