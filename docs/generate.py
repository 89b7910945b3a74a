"""Renews the listings in reference.md and the manual page from the program itself: python docs/generate.py [--check].

With --check nothing is written; exit 1 if a listing is stale. A test calls it so.
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from man_page import EVERYWHERE, man_page
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from typer.main import get_command

from xfc_notify.cli.app import build
from xfc_notify.components import load_settings, settings_model
from xfc_notify.settings import StoreTable, VolumeTable

DOCUMENT = Path(__file__).with_name("reference.md")
MANUAL = DOCUMENT.with_name("xfc-notify.1")
SETTINGS = Path(__file__).parent.parent / "settings.toml"
BLOCKS = {"volumes": VolumeTable, "stores": StoreTable}
"""Tables of which there are several."""
PROJECT = tomllib.loads(SETTINGS.with_name("pyproject.toml").read_text(encoding="utf-8"))["project"]


def main() -> int:
    """Write the document anew, or with --check say whether it is stale."""
    renewed = _between(DOCUMENT.read_text(encoding="utf-8"), "commands", "\n".join(_commands()))
    renewed = _between(renewed, "settings", "\n".join(_settings()))
    program = get_command(build())
    wanted = {DOCUMENT: renewed, MANUAL: man_page(program, _walk(program, ()), PROJECT["version"])}
    stale = [
        file for file, text in wanted.items() if not file.exists() or file.read_text(encoding="utf-8") != text
    ]
    for file in stale:
        if "--check" in sys.argv:
            sys.stderr.write(f"{file.name} is stale; renew it by: python docs/generate.py\n")
        else:
            file.write_text(wanted[file], encoding="utf-8")
    return int("--check" in sys.argv and bool(stale))


def _between(text: str, name: str, listing: str) -> str:
    begin, end = f"<!-- {name}: made by docs/generate.py -->", f"<!-- end of {name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"{DOCUMENT.name} has no place for the {name}: {begin} … {end}")
    return pattern.sub(lambda _: f"{begin}\n{listing}\n{end}", text)


def _commands() -> Iterator[str]:
    yield "```text"
    for words, command in _walk(get_command(build()), ()):
        context = command.make_context(words[-1], [], resilient_parsing=True)
        pieces = [piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
        yield " ".join((*words, *pieces)).translate({ord("{"): None, ord("}"): None})
        yield f"    {command.help}"
        for parameter in command.params:
            record = parameter.get_help_record(context)
            if record is None or EVERYWHERE & set(parameter.opts):
                continue
            default = f" [{parameter.default}]" if parameter.default else ""
            yield f"      {_without_type(record[0]):26}{parameter.help}{default}"
    yield "```"


def _walk(group: Any, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from _walk(command, (*above, name))
        else:
            yield (*above, name), command


def _without_type(name: str) -> str:
    """Typer's `USER <list[str]>` without what it thinks the type is called."""
    return re.sub(r" <[^>]*>", "", name)


def _settings() -> Iterator[str]:
    written = load_settings(SETTINGS, {})
    for name, field in settings_model().model_fields.items():
        if field.exclude:
            continue
        if name in BLOCKS:
            yield from _table(f"[[{name}]]", BLOCKS[name], None)
        else:
            model = getattr(written, name)
            yield from _table(f"[{name}]", type(model), model)
    for plugin, name in sorted(PROJECT["entry-points"]["xfc_notify"].items()):
        module = import_module(name)
        if not hasattr(module, "settings_model"):
            continue
        model = module.settings_model()
        table = f"plugins.{plugin}"
        yield from _table(f"[{table}]", model, model.model_validate(written.plugins.table(plugin)), table)


def _table(title: str, model: type[BaseModel], written: BaseModel | None, path: str = "") -> Iterator[str]:
    path = path or title.strip("[]")
    yield f"\n`{title}`\n"
    yield "| key | default | what |"
    yield "|---|---|---|"
    inside = {
        key: field.annotation
        for key, field in model.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    }
    for key, field in model.model_fields.items():
        if key not in inside:
            yield f"| `{key}` | {_default(field, path, key, written)} | {field.description} |"
    for key, table in inside.items():
        yield from _table(f"[{path}.{key}]", table, getattr(written, key, None))


def _default(field: FieldInfo, path: str, key: str, written: BaseModel | None) -> str:
    """The default, as settings.toml writes it where it writes it."""
    if field.is_required():
        return "needed"
    default = field.get_default(call_default_factory=True, validated_data={})
    as_written = _written(path, key)
    if as_written is not None and written is not None and type(default) is not str:
        if getattr(written, key) != default:
            raise SystemExit(f"settings.toml: {path}.{key} is not the default")
        default = as_written
    return f"`{_toml(default)}`".replace("|", r"\|")  # it stands in a table


def _written(path: str, key: str) -> Any:
    table = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
    for name in path.split("."):
        table = table.get(name, {})
    return table.get(key)


def _toml(value: object) -> str:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, timedelta):
        value = f"{value.total_seconds():g}s"
    return "none" if value is None else json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())
