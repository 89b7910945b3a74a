"""The table of settings.toml that is of datasets. Stores stand beside volumes: neither may lie in the other."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from xfc_notify import units
from xfc_notify.settings import StoreTable, values
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


def _or_off(value: Any) -> Any:
    return "0d" if value in (0, "0") else value


# The last one is the first to read it.
DurationOrOff = Annotated[timedelta, values.read(units.parse_duration), BeforeValidator(_or_off)]


class Rule(Table):
    """[[datasets.rules]]"""

    group: str = Field("*", min_length=1, max_length=100, description="of these datasets; `*`: of all")
    copies: int = Field(ge=1, le=10, description="so many, each in another store")
    among: Annotated[tuple[str, ...], values.read(values.names)] = Field(
        ("disk", "archive"), alias="in", min_length=1, description="kinds or names of stores that count"
    )

    def fits(self, store: StoreTable) -> bool:
        """Whether a copy in this store counts."""
        return store.name in self.among or store.kind in self.among


class Datasets(Table):
    """[datasets]"""

    hash: Literal["sha256", "sha1", "md5"] = Field(
        "sha256",
        description="by which new datasets are verified; each file keeps the one it was registered with",
    )
    verify_every: DurationOrOff = Field(
        timedelta(days=90), description="after which a copy is read again by workers; 0: never"
    )
    rules: tuple[Rule, ...] = Field((), description="one block [[datasets.rules]] each")
    external: External = External()


TABLES: dict[str, type[Table]] = {"datasets": Datasets}
