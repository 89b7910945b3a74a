"""Reads the plain words of `scan` without Typer."""

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

from xfc_notify.usage import Clock, Scanner
from xfc_notify.usage.options import MOST_THREADS


class Asked(NamedTuple):
    """The words after `scan`; None if nothing was said."""

    path: str
    clock: Clock | None = None
    scanner: Scanner | None = None
    threads: int | None = None
    as_json: bool = False
    browse: bool = False
    export: str | None = None
    settings: str | None = None


def read(words: Sequence[str]) -> Asked | None:
    """What is asked for; None if Typer has to look at the words: help, mistakes, odd ways to write."""
    asked: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        if word == "--json":
            asked["as_json"] = True
        elif word == "--browse":
            asked["browse"] = True
        elif word.startswith("--"):
            asked[word[2:]] = _value(word, next(rest, ""))
        else:
            asked["path"] = _path(word) if "path" not in asked else None
    if "path" not in asked or None in asked.values():
        return None
    return Asked(**asked)


def _value(option: str, word: str) -> object:
    if option == "--clock":
        return next((clock for clock in Clock if clock == word), None)
    if option == "--scanner":
        return next((scanner for scanner in Scanner if scanner == word), None)
    if option == "--threads" and word.isascii() and word.isdecimal() and len(word) < 10:
        return int(word) if int(word) <= MOST_THREADS else None
    if option == "--export":
        return word if word and not word.startswith("-") else None
    return _path(word) if option == "--settings" else None


def _path(word: str) -> str | None:
    return word if os.access(word, os.R_OK) and not word.startswith("-") else None
