"""docs/ and settings.toml tell what the program does."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from cli.console import run
from xfc_notify.components import load_settings as load
from xfc_notify.components import settings_model
from xfc_notify.people.settings import People

ROOT = Path(__file__).parents[2]
OPERATORS = [ROOT / "docs" / f"{page}.md" for page in ("install", "daily", "trouble")]
"""The pages for those who run the service."""
EXAMPLES = {"service.contact"}
"""What settings.toml gives a value that is an example and not the default."""


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    """settings.toml of the repository, in a folder where it can do no harm."""
    copy = tmp_path / "settings.toml"
    copy.write_text((ROOT / "settings.toml").read_text())
    return copy


def written_keys(table: dict[str, Any], *above: str) -> Iterator[tuple[str, ...]]:
    """The path of every key of a table and the tables in it."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from written_keys(value, *above, key)
        else:
            yield (*above, key)


def model_of(keys: tuple[str, ...]) -> type[BaseModel]:
    """The model that has this key."""
    if keys[0] == "plugins" and len(keys) > 2:
        model: type[BaseModel] = import_module(f"xfc_notify_{keys[1]}").settings_model()
        return model
    table: BaseModel = settings_model()()
    for key in keys[:-1]:
        table = getattr(table, key)
    return type(table)


def test_the_listings_in_reference_md_are_those_of_the_program() -> None:
    checked = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, ""), "run: python docs/generate.py"


def test_settings_toml_is_as_good_as_no_settings(settings_file: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    empty = tmp_path / "empty" / "settings.toml"
    empty.touch()
    written = load(settings_file, {}).model_dump(exclude={"plugins", "database"})
    defaults = load(empty, {}).model_dump(exclude={"plugins", "database"})
    assert written.pop("service") | {"contact": ""} == defaults.pop("service")
    assert written == defaults
    assert load(settings_file, {}).database.url == f"sqlite:///{tmp_path}/xfc-notify.db"


def test_every_key_in_settings_toml_has_its_real_default() -> None:
    table = tomllib.loads((ROOT / "settings.toml").read_text())
    keys = list(written_keys(table))
    assert ("plugins", "quota_temporal", "method") in keys
    for path in keys:
        if ".".join(path) in EXAMPLES:
            continue
        value: Any = table
        for key in path:
            value = value[key]
        model = model_of(path)
        assert getattr(model.model_validate({path[-1]: value}), path[-1]) == getattr(model(), path[-1]), path


def test_check_passes_on_settings_toml(settings_file: Path) -> None:
    ran = run("check", "--json", "--settings", settings_file)
    assert ran.code == 0
    assert {row["state"] for row in ran.json} == {"ok", "notice"}


def test_what_is_commented_out_in_settings_toml_is_right_too(settings_file: Path) -> None:
    text = settings_file.read_text()
    uncommented = re.sub(r"^# (\[.*\]|\w+ = .*)$", r"\1", text, flags=re.MULTILINE)
    assert uncommented.count("\n[[volumes]]\n") == uncommented.count("\n[plugins.email]\n") == 1
    settings_file.write_text(uncommented)
    settings = load(settings_file, {})
    assert settings.volumes[0].name == "vol1"
    assert run("plugins", "--settings", settings_file).code == 0


def test_the_settings_shown_to_operators_are_right(tmp_path: Path) -> None:
    text = "".join(page.read_text() for page in OPERATORS)
    blocks = [
        re.sub(r"^ {3}", "", block, flags=re.MULTILINE)
        for block in re.findall(r"^ *```toml\n(.*?)```", text, re.DOTALL | re.MULTILINE)
    ]
    assert len(blocks) == 4
    file = tmp_path / "settings.toml"
    file.write_text("\n".join(blocks))
    assert load(file, {}).of(People).email == "{username}@example.org"
    assert run("plugins", "--settings", file).code == 0


def test_the_commands_shown_in_the_documents_exist() -> None:
    pages = (*OPERATORS, ROOT / "docs" / "containers.md", ROOT / "README.md")
    text = "".join(page.read_text() for page in pages)
    called = set(
        re.findall(r"(?:^ +|`|&& )xfc-notify ((?:users |deliveries )?[a-z][a-z-]+)", text, re.MULTILINE)
    )
    known = {"check", "migrate", "discover", "enqueue", "tick", "status", "explain", "preview", "send-test"}
    assert called >= known
    for words in called:
        assert run(*words.split(), "--help").code == 0, words


PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").glob("*/*.md")])


def links(page: Path) -> list[str]:
    """To where a page links, and the pictures that it shows."""
    return re.findall(r"(?:\]\(|src=\")([^)\"\s]+)[)\"]", page.read_text())


def test_the_pages_lead_from_one_to_another() -> None:
    assert sum(target.startswith("docs/") for target in links(ROOT / "README.md")) > 3
    assert sum("#" in target for page in PAGES for target in links(page)) > 3


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in links(page):
        file, _, anchor = target.partition("#")
        if "://" in file:
            continue
        there = page.parent / file if file else page
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there), target


def anchors(page: Path) -> set[str]:
    """What the headings of a page can be linked by."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
