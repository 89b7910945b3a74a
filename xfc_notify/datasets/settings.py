"""The table of settings.toml that is of datasets. Stores stand beside volumes: neither may lie in the other."""

from typing import Literal

from pydantic import Field

from xfc_notify.settings.values import Table


class Datasets(Table):
    """[datasets]"""

    hash: Literal["sha256", "sha1", "md5"] = Field(
        "sha256",
        description="by which new datasets are verified; each file keeps the one it was registered with",
    )


TABLES: dict[str, type[Table]] = {"datasets": Datasets}
