"""The table of settings.toml that is of what is told."""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from xfc_notify.settings import values
from xfc_notify.settings.values import Table

File = Annotated[Path | None, BeforeValidator(values.folder)]


class Around(Table):
    """[around]"""

    quota_file: File = Field(
        None,
        description="`tick` writes there what Open OnDemand's dashboard shows of quotas, every half hour",
    )
    login_lines: File = Field(
        None,
        description="`tick` writes there `user TAB sentence` for each user close to a limit, for login messages",
    )


TABLES: dict[str, type[Table]] = {"around": Around}
