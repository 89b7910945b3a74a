"""The tables of areas. Paths stand in them as the text of `paths.show`."""

from typing import TYPE_CHECKING

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DoubleField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.store.fields import JSONTextField, UTCDateTimeField
from xfc_notify.store.table import Table
from xfc_notify.usage import Source


class AreaRow(Table):
    """One measured directory. `last_attempt` is the `as_of` of the last scan that ended, whole or failed: enqueueing
    by it keeps an area that cannot be scanned from staying first in line for ever. `last_scanned` is the `as_of` of the
    last whole scan, `level` the worst of its findings and `size` what it found.

    It is told from all others by `volume` and `directory`, its name there, and by the uid of its user; `path` follows
    the settings. Where a directory came back as somebody else's, the former area is called `directory:uid` (see
    `people.names`). `uid` is that of the directory itself, mostly its user's. `remark` is what `discover` found odd
    about it, `gone_at` when a scan, or `discover`, found that the volume is there and the directory is not.

    The quotas follow the defaults of the settings, unless they are its own.

    `judged_by` names the policies and their settings by which the last scan was judged; empty if a limit has changed
    since.

    `subject` is the area as something to be spoken of; `rescan_asked_at` is when its user last asked for a scan out of
    turn.
    """

    id = AutoField()
    user = ForeignKeyField(UserRow, backref="areas", on_delete="CASCADE")
    subject = ForeignKeyField(SubjectRow, unique=True, on_delete="CASCADE")
    volume = CharField(index=True, max_length=100)
    directory = TextField()
    path = TextField(unique=True)
    uid = BigIntegerField(null=True)
    gone_at = UTCDateTimeField(null=True)
    remark = TextField(default="")
    hard_quota = BigIntegerField()
    temporal_quota = DoubleField()
    own_hard_quota = BooleanField(default=False)
    own_temporal_quota = BooleanField(default=False)
    added_at = UTCDateTimeField()
    last_scanned = UTCDateTimeField(null=True)
    last_attempt = UTCDateTimeField(index=True)
    last_scan = CharField(null=True, max_length=36)
    level = IntegerField(null=True)
    size = BigIntegerField(null=True)
    rescan_asked_at = UTCDateTimeField(null=True)
    judged_by = CharField(default="", max_length=16)

    class Meta:
        indexes = ((("volume", "directory"), True),)

    if TYPE_CHECKING:  # peewee makes these from the foreign keys
        user_id: int
        subject_id: int


class ScanRow(Table):
    """One scan of one area: open, whole or failed. `source` is a `usage.Source`: who has walked it. `usage` grows with
    every slice. `left_out` is how many places were
    not measured, by kind.

    `temporal_usage` is as the temporal quota counts it. `layers` tells since when the bytes have been there; it and
    `usage` are kept of the last whole scan alone. `tree` is the directory summary of a scan that is no longer the last
    one, of one scan a week.
    """

    id = CharField(primary_key=True, max_length=36)
    area = ForeignKeyField(AreaRow, backref="scans", on_delete="CASCADE")
    state = CharField(max_length=8)
    source = CharField(max_length=8, default=Source.SCAN)
    clock = CharField(max_length=8)
    as_of = UTCDateTimeField()
    progress_at = UTCDateTimeField()
    ended_at = UTCDateTimeField(null=True)
    slices = IntegerField(default=0)
    seconds = DoubleField(default=0)
    size = BigIntegerField(default=0)
    allocated = BigIntegerField(default=0)
    files = BigIntegerField(default=0)
    temporal_usage = DoubleField(default=0)
    complete = BooleanField(default=True)
    left_out = JSONTextField(null=True)
    usage = JSONTextField(null=True)
    layers = JSONTextField(null=True)
    tree = JSONTextField(null=True)
    findings = JSONTextField(null=True)
    failure = TextField(null=True)

    if TYPE_CHECKING:  # peewee makes these from the foreign keys
        area_id: int


class SliceRow(Table):
    """A part of an open scan that has not been answered yet. Its first answer deletes it."""

    id = CharField(primary_key=True, max_length=36)
    scan = ForeignKeyField(ScanRow, backref="open_slices", on_delete="CASCADE")
    directories = JSONTextField()
    ordered_at = UTCDateTimeField(index=True)
    lease_until = UTCDateTimeField(null=True, index=True)
    attempts = IntegerField(default=0)

    if TYPE_CHECKING:
        scan_id: str


TABLES = (AreaRow, ScanRow, SliceRow)

AreaRow.add_index(AreaRow.level.desc(), AreaRow.path, name="area_by_level")
AreaRow.add_index(AreaRow.volume, AreaRow.level, AreaRow.last_scanned, name="area_standing")
AreaRow.add_index(AreaRow.volume, AreaRow.size.desc(), name="area_by_size")
AreaRow.add_index(AreaRow.user, AreaRow.path, name="area_of_user")
ScanRow.add_index(ScanRow.as_of, where=SQL("state = 'failed'"), name="scan_failed")
ScanRow.add_index(ScanRow.area, where=SQL("state = 'open'"), unique=True, name="scan_one_open_per_area")
ScanRow.add_index(ScanRow.area, ScanRow.as_of, name="scan_by_area")
ScanRow.add_index(ScanRow.progress_at, where=SQL("state = 'open'"), name="scan_open_by_progress")
ScanRow.add_index(ScanRow.id, where=SQL("NOT complete"), name="scan_incomplete")
