"""The tables of reports. Paths stand in them as the text of `paths.show`; sizes are bytes, times of files seconds since
the epoch. What can pass 2⁶³ − 1 bytes is kept as that, 8 EiB."""

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

from xfc_notify.store.fields import JSONTextField, UTCDateTimeField
from xfc_notify.store.table import Table


class LoadRow(Table):
    """One capture of one volume: owed, loaded or failed. Name, mtime (ns) and size are the identity of its file."""

    id = CharField(primary_key=True, max_length=36)
    volume = CharField(max_length=100)
    name = TextField()
    mtime = BigIntegerField()
    size = BigIntegerField()
    as_of = UTCDateTimeField()
    state = CharField(max_length=8)
    ordered_at = UTCDateTimeField(index=True)
    lease_until = UTCDateTimeField(null=True)
    attempts = IntegerField(default=0)
    ended_at = UTCDateTimeField(null=True)
    lines = BigIntegerField(default=0)
    cells = BigIntegerField(default=0)
    seconds = DoubleField(default=0)
    failure = TextField(null=True)

    class Meta:
        indexes = ((("volume", "name", "mtime", "size"), True),)


class GroupUsageRow(Table):
    """What a group had below a base directory at the last capture of a volume; base "": what lies below none.

    kinds and ages are type of file → bytes, and age → bytes neither read nor written for so long.
    """

    id = AutoField()
    load = ForeignKeyField(LoadRow, on_delete="CASCADE")
    volume = CharField(max_length=100)
    gid = BigIntegerField()
    base = TextField()
    bytes = BigIntegerField()
    files = BigIntegerField()
    newest = BigIntegerField()
    kinds = JSONTextField()
    ages = JSONTextField()
    temporary = BigIntegerField()

    if TYPE_CHECKING:
        load_id: str


class DirectoryUsageRow(Table):
    """What a group had in a directory below its base, at the last capture of a volume."""

    id = AutoField()
    load = ForeignKeyField(LoadRow, on_delete="CASCADE")
    volume = CharField(max_length=100)
    gid = BigIntegerField()
    base = TextField()
    directory = TextField()
    bytes = BigIntegerField()
    files = BigIntegerField()
    newest = BigIntegerField()
    kinds = JSONTextField()


class UserUsageRow(Table):
    """What a user had of a group, at the last capture of a volume."""

    id = AutoField()
    load = ForeignKeyField(LoadRow, on_delete="CASCADE")
    volume = CharField(max_length=100)
    uid = BigIntegerField()
    gid = BigIntegerField()
    bytes = BigIntegerField()
    files = BigIntegerField()
    newest = BigIntegerField()


class VaultFileRow(Table):
    """A file that a vault keeps, at the last capture of a volume. `state` is the branch of the vault it lies in."""

    id = AutoField()
    load = ForeignKeyField(LoadRow, on_delete="CASCADE")
    volume = CharField(max_length=100)
    vault = TextField()
    state = CharField(max_length=8)
    path = TextField()
    uid = BigIntegerField()
    gid = BigIntegerField()
    bytes = BigIntegerField()
    modified = BigIntegerField()


class GroupStandingRow(Table):
    """Where a group stood on a volume at one capture: all its base directories together. These are its history.

    quota, quota_files  0: none
    quota_source        where the quota comes from: lfs, a file, an operator; "" for none
    level               a `domain.Level`
    bases               base directory → bytes; "" for what lies below none
    latest              of the last capture of its volume
    """

    id = AutoField()
    volume = CharField(max_length=100)
    gid = BigIntegerField()
    as_of = UTCDateTimeField()
    bytes = BigIntegerField()
    files = BigIntegerField()
    newest = BigIntegerField()
    quota = BigIntegerField()
    quota_files = BigIntegerField()
    quota_source = TextField()
    quota_as_of = UTCDateTimeField(null=True)
    level = IntegerField()
    bases = JSONTextField()
    latest = BooleanField(default=False)

    class Meta:
        indexes = ((("gid", "volume", "as_of"), True),)


TABLES = (LoadRow, GroupUsageRow, DirectoryUsageRow, UserUsageRow, VaultFileRow, GroupStandingRow)

LoadRow.add_index(LoadRow.volume, LoadRow.as_of, name="load_by_volume")
LoadRow.add_index(LoadRow.ordered_at, where=SQL("state = 'open'"), name="load_open")
GroupUsageRow.add_index(GroupUsageRow.volume, GroupUsageRow.gid, name="group_usage_by_volume")
GroupUsageRow.add_index(GroupUsageRow.gid, name="group_usage_by_gid")
GroupUsageRow.add_index(GroupUsageRow.bytes.desc(), name="group_usage_by_bytes")
DirectoryUsageRow.add_index(DirectoryUsageRow.volume, DirectoryUsageRow.gid, name="directory_usage_by_volume")
DirectoryUsageRow.add_index(DirectoryUsageRow.bytes.desc(), name="directory_usage_by_bytes")
UserUsageRow.add_index(UserUsageRow.bytes.desc(), name="user_usage_by_bytes")
UserUsageRow.add_index(
    UserUsageRow.volume, UserUsageRow.gid, UserUsageRow.bytes.desc(), name="user_usage_by_volume"
)
UserUsageRow.add_index(UserUsageRow.gid, UserUsageRow.bytes.desc(), name="user_usage_by_gid")
VaultFileRow.add_index(VaultFileRow.volume, VaultFileRow.gid, name="vault_file_by_volume")
GroupStandingRow.add_index(GroupStandingRow.volume, GroupStandingRow.as_of, name="group_standing_by_volume")
GroupStandingRow.add_index(
    GroupStandingRow.level.desc(),
    GroupStandingRow.bytes.desc(),
    where=SQL("latest"),
    name="group_standing_by_level",
)
GroupStandingRow.add_index(GroupStandingRow.bytes.desc(), where=SQL("latest"), name="group_standing_by_bytes")
GroupStandingRow.add_index(GroupStandingRow.newest, where=SQL("latest"), name="group_standing_by_newest")
GroupStandingRow.add_index(GroupStandingRow.gid, where=SQL("latest"), name="group_standing_by_gid")
