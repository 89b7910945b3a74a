"""The cells of a row of CSV about a user, read as what they mean."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from xfc_notify.cli.session import Session
from xfc_notify.domain import Exemption, Person
from xfc_notify.errors import WrongInput
from xfc_notify.paths import parse, show
from xfc_notify.people.commands import checked
from xfc_notify.people.csv_rows import Row
from xfc_notify.plugins.answers import LONGEST_POLICY
from xfc_notify.states import Source
from xfc_notify.store import json_values
from xfc_notify.units import parse_byte_days, parse_size


@dataclass(frozen=True, slots=True)
class Cells:
    """What a row says: of the user, by the columns of their table and "muted"; of areas, by theirs and "contact"."""

    user: Mapping[str, Any]
    area: Mapping[str, Any]
    lifted: tuple[Exemption, ...]


def read(row: Row, opened: Session) -> Cells:
    """The cells of a row; WrongInput names the line, the column and what is wrong."""
    given = row.cells
    try:
        user = {column: reader(given[column]) for column, reader in _USER.items() if column in given}
        area = {column: reader(given[column]) for column, reader in _AREA.items() if column in given}
        checked.check_preferences(given.get("digest"), given.get("timezone"))
        checked.check_address("--contact", given.get("contact"))
        if given.get("email_from", Source.OPERATOR) == Source.OPERATOR:
            checked.check_address("--email", given.get("email"))
        if "language" in given:
            checked.check_language(given["language"], opened)
        if "chat" in given:
            checked.check_chat(given["chat"], Person(given.get("user", "")), opened)
        if "directory" in given:
            _check_directory(given["directory"])
        lifted = _lifted(given["lifted"]) if "lifted" in given else ()
    except WrongInput as wrong:
        raise row.wrong(wrong.what.removeprefix("--").replace("-quota", "_quota", 1), wrong.hint) from None
    for column in ("email", "full_name"):
        if column in user:
            user.setdefault(f"{column}_from", Source.OPERATOR)
    return Cells(user, area, lifted)


def _uid(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 2**32):
        raise WrongInput(f"uid: {text!r} is not a number from 0 to 2³² − 1")
    return int(text)


def _source(text: str) -> str:
    if text not in set(Source):
        raise WrongInput(f"{text!r} is none of {', '.join(Source)}, as full_name_from and email_from say it")
    return text


def _switch(text: str) -> bool:
    if text not in {"on", "off"}:
        raise WrongInput(f"notify: {text!r} is none of on, off")
    return text == "on"


def _muted(text: str) -> frozenset[str]:
    policies = frozenset(text.split())
    if any(len(policy) > LONGEST_POLICY for policy in policies):
        raise WrongInput(f"muted: a policy has at most {LONGEST_POLICY} characters")
    return policies


def _hard_quota(text: str) -> int:
    return int(checked.positive("--hard-quota", parse_size, text) or 0)


def _temporal_quota(text: str) -> float:
    return float(checked.positive("--temporal-quota", _byte_days, text) or 0)


def _byte_days(text: str) -> float:
    """As people write it, or the plain number of byte-days."""
    try:
        amount = float(text)
    except ValueError:
        return parse_byte_days(text)
    if not amount < 1e300:
        raise ValueError(f"{text!r} is too much")
    return amount


def _check_directory(text: str) -> None:
    try:
        name = parse(text)
    except ValueError as error:
        raise WrongInput(f"directory: {error}") from None
    if b"/" in name or name in (b"", b".", b"..") or show(name) != text:
        raise WrongInput(f"directory: {text!r} is not the name of a directory")


def _lifted(text: str) -> tuple[Exemption, ...]:
    try:
        return tuple(
            Exemption(
                json_values.text(item["policy"]),
                json_values.time(item["until"]),
                json_values.text(item["reason"]),
            )
            for item in json_values.items(json.loads(text))
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise WrongInput("lifted: not as users export writes it") from None


_USER: dict[str, Callable[[str], Any]] = {
    "uid": _uid,
    "full_name": str,
    "full_name_from": _source,
    "email": str,
    "email_from": _source,
    "notify": _switch,
    "chat": str,
    "language": str,
    "timezone": str,
    "digest": str,
    "muted": _muted,
}
_AREA: dict[str, Callable[[str], Any]] = {
    "hard_quota": _hard_quota,
    "temporal_quota": _temporal_quota,
    "contact": str,
}
