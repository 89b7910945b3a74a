"""The table of settings.toml that is of people."""

from typing import Annotated

from pydantic import AfterValidator, Field

from xfc_notify.settings.values import Table


def _people_email(value: str) -> str:
    if set("{}") & set(value.replace("{username}", "")):
        raise ValueError('only "{username}" is replaced; write it like "{username}@example.org"')
    return value


class People(Table):
    """[people]"""

    email: Annotated[str, AfterValidator(_people_email)] = Field(
        "", description="address of a user for whom no plugin knows one; `{username}` is replaced"
    )


TABLES: dict[str, type[Table]] = {"people": People}
