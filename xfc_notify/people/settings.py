"""The table of settings.toml that is of people."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from xfc_notify.settings import values
from xfc_notify.settings.values import Table


def _people_email(value: str) -> str:
    if set("{}") & set(value.replace("{username}", "")):
        raise ValueError('only "{username}" is replaced; write it like "{username}@example.org"')
    return value


def _regular_expression(value: str) -> str:
    try:
        re.compile(value)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return value


class People(Table):
    """[people]"""

    email: Annotated[str, AfterValidator(_people_email)] = Field(
        "", description="address of a user if no plugin knows one; `{username}` is replaced"
    )
    names: Annotated[str, AfterValidator(_regular_expression)] = Field(
        r"\w[\w.@\\-]*",
        description="regular expression: directories whose whole name it matches are users'; `\\w` are letters of"
        " any language, digits and `_`",
    )
    min_uid: int = Field(
        1000,
        ge=0,
        lt=2**32,
        description="accounts with a smaller uid are the system's and no users; 0: every account is a user's",
    )
    system_accounts: Annotated[tuple[str, ...], values.read(values.names)] = Field(
        ("lost+found", "nobody"), description="names that are no users' whatever their uid"
    )


TABLES: dict[str, type[Table]] = {"people": People}
