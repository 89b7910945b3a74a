"""What people say of a dataset: whose it is, and what it is."""

import os
import pwd
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Self

from xfc_notify.datasets.journal import Work
from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.errors import WrongInput
from xfc_notify.paths import harmless

NAME = 100
TEXT = 100_000
"""How many characters names and texts have at most."""


@dataclass(frozen=True, slots=True)
class About:
    """What a dataset's files do not say.

    owner       the user who answers for it
    group       the name of the group that it belongs to; "" for none
    originator  who or what it came from
    metadata    whatever programs keep with it
    """

    owner: str
    group: str = ""
    description: str = ""
    originator: str = ""
    metadata: str = ""

    def __post_init__(self) -> None:
        """Raise WrongInput for what no table or terminal should have to show."""
        for what, name in (("owner", self.owner), ("group", self.group), ("originator", self.originator)):
            if not name.isprintable() or len(name) > NAME:
                raise WrongInput(f"The {what} {name!r} is not printable text of at most {NAME} characters.")
        if not self.owner:
            raise WrongInput("A dataset needs an owner.")
        for what, text in (("description", self.description), ("metadata", self.metadata)):
            if not _is_text(text):
                begin = harmless(text[:40])
                raise WrongInput(f"The {what} {begin!r} … is not text of at most {TEXT:,} characters.")

    @classmethod
    def of(cls, row: DatasetRow) -> Self:
        """What stands in the row."""
        return cls(*(getattr(row, field.name) for field in fields(cls)))


def change(work: Work, changed: Mapping[str, str]) -> None:
    """Change some of it; WrongInput as `About`."""
    with work.holding():
        row = DatasetRow.get_by_id(work.row.dataset)
        about = replace(About.of(row), **changed)
        DatasetRow.update(modified_at=work.clock(), **asdict(about)).where(
            DatasetRow.uid == row.uid
        ).execute()
        work.end(success=True)


def caller() -> str:
    """Who runs this."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return len(text) <= TEXT and "\0" not in text
