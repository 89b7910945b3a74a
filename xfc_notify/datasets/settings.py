"""The table of settings.toml that is of datasets. Stores stand beside volumes: neither may lie in the other."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from xfc_notify.settings import values
from xfc_notify.settings.values import Duration, Size, Table
from xfc_notify.settings.web import Networks


class External(Table):
    """[datasets.external]"""

    hosts: Annotated[tuple[str, ...], values.read(values.names)] = Field(
        (),
        description='from which files may be fetched, like "data.example.org" or "*.example.org"; none: off',
    )
    networks: Networks = Field(
        (), description="addresses that are not public, and may be connected to all the same"
    )
    largest: Size = Field(10**12, description="bytes that are fetched at most")
    longest: Duration = Field(
        timedelta(hours=1), description="after which a file that is fetched is given up"
    )


class Datasets(Table):
    """[datasets]"""

    hash: Literal["sha256", "sha1", "md5"] = Field(
        "sha256",
        description="by which new datasets are verified; each file keeps the one it was registered with",
    )
    external: External = External()


TABLES: dict[str, type[Table]] = {"datasets": Datasets}
