"""Reads the plain words of a command line without pydantic, for commands that need nothing else of it.

Typer imports pydantic to make a path or a number of a word, which takes longer than all the rest of the start.
"""

import os
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperOption


class Quick(TyperCommand):
    """A command that reads good words itself, and leaves all else to Typer: help, mistakes, odd ways to write."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """As any command does; nothing is left of the words."""
        words, left, _ = self.make_parser(ctx).parse_args(args=list(args))
        values = {str(param.name): _read(param, words.pop(str(param.name), None)) for param in self.params}
        if left or words or any(value is NotImplemented for value in values.values()):
            return super().parse_args(ctx, args)
        ctx.params.update(values)
        return []


def _read(param: Any, word: object) -> object:
    """The value of a parameter; NotImplemented where Typer has to look at it."""
    if not isinstance(param, TyperArgument | TyperOption) or param.multiple or param.nargs != 1:
        return NotImplemented
    if word is None and not param.required and param.default in (None, False):
        return param.default
    kind = param.type_descriptor.annotation
    if kind is bool and word is True:
        return True
    return (
        _value(word, kind, param.type_descriptor.parameter_info) if isinstance(word, str) else NotImplemented
    )


def _value(word: str, kind: Any, limits: Any) -> object:
    if kind is Path and os.access(word, os.R_OK):
        return Path(word)
    if isinstance(kind, type) and issubclass(kind, StrEnum) and word in list(kind):
        return kind(word)
    if kind is int and word.isascii() and word.isdecimal() and len(word) < 10:
        number = int(word)
        if (limits.min or 0) <= number <= (number if limits.max is None else limits.max):
            return number
    return NotImplemented
