"""Writes the manual page xfc-notify(1) from the commands, in the macros of man(7)."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

EVERYWHERE = {"--json", "--settings", "--help"}
"""Options of most commands, described once."""
EXITS = (
    ("0", "Done."),
    ("1", "Something failed, or `check` found that something has."),
    ("2", "Wrong usage or settings."),
)
ENVIRONMENT = (
    ("XFC_NOTIFY_SETTINGS", "The settings file."),
    (
        "XFC_NOTIFY_TABLE__KEY",
        "A value instead of the one in the settings, such as XFC_NOTIFY_DATABASE__URL.",
    ),
    ("XFC_NOTIFY_TABLE__KEY_FILE", "The same from a file."),
)
FILES = (
    ("./settings.toml", "The settings, if nobody but you and root can write the file and its folders."),
    ("/etc/xfc-notify/settings.toml", "The settings otherwise."),
)


def man_page(program: Any, commands: Iterable[tuple[tuple[str, ...], Any]], version: str) -> str:
    """The page: `program` is the whole command line, `commands` are all commands with the words that call them."""
    return "\n".join(_lines(program, commands, version)) + "\n"


def _lines(program: Any, commands: Iterable[tuple[tuple[str, ...], Any]], version: str) -> Iterator[str]:
    yield '.\\" Made by docs/generate.py.'
    yield f'.TH XFC\\-NOTIFY 1 "" "xfc\\-notify {version}" "User Commands"'
    yield ".SH NAME"
    yield "xfc\\-notify \\- " + _text("measures scratch space, judges it by its quotas and tells its users")
    yield ".SH SYNOPSIS"
    yield ".B xfc\\-notify"
    yield "[OPTIONS] COMMAND [ARGS]"
    yield ".SH DESCRIPTION"
    yield _text(program.help)
    yield _text("What shows something takes --json; what works with the settings takes --settings FILE.")
    yield ".SH OPTIONS"
    yield from _options(program, program.make_context("xfc-notify", [], resilient_parsing=True))
    yield ".SH COMMANDS"
    for words, command in commands:
        context = command.make_context(words[-1], [], resilient_parsing=True)
        pieces = (
            piece.strip("{}") for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"
        )
        yield f".SS {_text(' '.join((*words, *pieces)))}"
        yield _text(command.help)
        yield from _options(command, context, EVERYWHERE)
    for title, entries in (("EXIT STATUS", EXITS), ("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES)):
        yield f".SH {title}"
        for name, text in entries:
            yield from _entry(name, text)


def _options(command: Any, context: Any, hidden: Collection[str] = frozenset({"--help"})) -> Iterator[str]:
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record is not None and not set(hidden).intersection(parameter.opts):
            yield from _entry(record[0].split(" <")[0], parameter.help)


def _entry(name: str, text: str) -> Iterator[str]:
    yield ".TP"
    yield f".B {_text(name)}"
    yield _text(text)


def _text(text: str) -> str:
    """Any text, with nothing in it that troff would act on."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + escaped if escaped.startswith((".", "'")) else escaped
