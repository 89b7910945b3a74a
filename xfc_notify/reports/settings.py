"""The table of settings.toml that is of reports."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from xfc_notify.paths import show
from xfc_notify.settings import Settings, VolumeTable, values
from xfc_notify.settings.values import Table
from xfc_notify.usage import Source


def _mount(value: str) -> str:
    if not value.startswith("/") or "\0" in value:
        raise ValueError("an absolute path is needed, as wrstat was given it")
    return show(value.rstrip("/").encode("utf-8", "surrogateescape"))


Mount = Annotated[str, AfterValidator(_mount)]
Folder = Annotated[Path | None, BeforeValidator(values.folder)]


class ReportVolume(Table):
    """[[reports.volumes]]"""

    name: str = Field(min_length=1, max_length=100, description="how tables and messages call it")
    mount: Mount = Field(description="the directory that wrstat was given")
    data: Folder = Field(None, description="where wrstat writes, if not in `data` of [reports]")
    quotas: Folder = Field(None, description="a file of quotas of its own")
    lfs: bool = Field(default=False, description="ask `lfs quota` for the quotas of groups")

    @property
    def basename(self) -> str:
        """What old names of files call it."""
        return self.mount.rpartition("/")[2]


class PseudoGroupTable(Table):
    """[[reports.pseudo_groups]]"""

    prefix: Mount = Field(description="what lies below it belongs to this group, whatever its gid says")
    gid: int = Field(lt=0, ge=-(2**31), description="a negative number, for good")
    name: str = Field(min_length=1, max_length=100, description="a name that no real group has")
    head: str = Field("", description="the username of who answers for it")


class Reports(Table):
    """[reports]"""

    data: Folder = Field(None, description="where wrstat writes")
    basedirs: Folder = Field(
        None, description="base directories: lines of gid and path, or of prefix, splits and depth"
    )
    quotas: Folder = Field(
        None, description="quotas: `group,limit` in KiB under such a header, or gid, disk, bytes, inodes"
    )
    out: Folder = Field(None, description="where loaded data and reports are written; `reports` if unset")
    lfs_seconds: float = Field(10, gt=0, le=600, description="time limit of a call of lfs")
    volumes: tuple[ReportVolume, ...] = Field((), description="one block [[reports.volumes]] each")
    pseudo_groups: tuple[PseudoGroupTable, ...] = Field(
        (), description="one block [[reports.pseudo_groups]] each"
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for key in ("name", "mount"):
            _once(f"volumes have one {key}", [getattr(volume, key) for volume in self.volumes])
        for key in ("prefix", "gid", "name"):
            _once(f"pseudo-groups have one {key}", [getattr(group, key) for group in self.pseudo_groups])
        for volume in self.volumes:
            if self.folder_of(volume) is None:
                raise ValueError(f"the volume {volume.name!r} needs `data`, the folder where wrstat writes")
        return self

    def check_beside(self, settings: Settings) -> None:
        """Raise SettingsError if areas take their figures from data that nobody has named."""
        for volume in settings.volumes:
            if volume.source is Source.WRSTAT and self.around(volume) is None:
                what = f'{volume.name!r} has "wrstat", but its path is below no mount of [[reports.volumes]]'
                raise settings.mistake("volumes.source", f"{what}; name one there, and [reports] data")

    def around(self, volume: VolumeTable) -> ReportVolume | None:
        """The volume of reports in which a volume of areas lies, the innermost; None if there is none."""
        path = show(volume.path) + "/"
        around = (report for report in self.volumes if path.startswith(report.mount + "/"))
        return max(around, key=lambda report: len(report.mount), default=None)

    def folder_of(self, volume: ReportVolume) -> Path | None:
        """Where the data of a volume lie."""
        return volume.data or self.data


def _once(what: str, found: list[object]) -> None:
    twice = next((value for value in found if found.count(value) > 1), None)
    if twice is not None:
        raise ValueError(f"two {what}: {twice!r}")


def out_folder(settings: Settings) -> Path:
    """Where loaded data and reports are written."""
    return settings.of(Reports).out or settings.folder / "reports"


TABLES: dict[str, type[Table]] = {"reports": Reports}
