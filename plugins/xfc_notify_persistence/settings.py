"""The settings of the time limit."""

import os
import re
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

_DAYS = re.compile(r"([0-9]{1,5})\s*(d|days?|w|weeks?)", re.ASCII)


def _days(value: Any) -> Any:
    """Whole days from "365d" or "52w"; the histogram of ages knows nothing finer."""
    if not isinstance(value, str):
        return value
    match = _DAYS.fullmatch(value.strip())
    if match is None:
        raise ValueError(f'{value!r} is not a number of days; write it like "365d" or "52w"')
    return int(match[1]) * (7 if match[2].startswith("w") else 1)


def _numbers(value: Any) -> Any:
    """Numbers as the environment gives them: "30, 14, 7, 1"."""
    return [number.strip() for number in value.split(",")] if isinstance(value, str) else value


Days = Annotated[int, BeforeValidator(_days), Field(strict=True, ge=1, le=36_500)]


class PersistenceSettings(BaseModel):
    """[plugins.persistence]"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Days = Field(365, description='how long a file may stay, like "365d" or "52w"')
    milestones: Annotated[tuple[Annotated[int, Field(ge=1)], ...], BeforeValidator(_numbers)] = Field(
        (30, 14, 7, 1),
        min_length=1,
        description="how many days before files pass the limit their user is told, each once; "
        "the first one begins a notice",
    )
    warning: Days = Field(7, description="how long before the limit a warning begins")
    move_to: Annotated[str, Field(max_length=200)] = Field(
        "",
        description='where data that is kept may move, in words, as in "the archive, https://archive.example.org"; '
        "messages then ask what becomes of it",
    )
    areas: dict[str, Days] = Field({}, description="other limits for areas, by their paths")
    owners: dict[str, Days] = Field({}, description="other limits for users; an area's own comes first")

    def limit_of(self, path: bytes, owner: str) -> int:
        """How many days a file may stay in this area of this user."""
        by_path = {os.fsencode(os.path.normpath(name)): days for name, days in self.areas.items()}
        return by_path.get(path, self.owners.get(owner, self.limit))

    @field_validator("move_to")
    @classmethod
    def _printable(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("move_to must be printable text")
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.warning > max(self.milestones):
            raise ValueError("warning must not begin before the first of the milestones")
        return self
