"""The tables of datasets. Paths stand in them as the text of `paths.show`; sizes are bytes."""

from typing import TYPE_CHECKING

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from xfc_notify.store.fields import JSONTextField, UTCDateTimeField
from xfc_notify.store.table import Table


class StoreRow(Table):
    """A store that was initialised: `mark` is what stands in its `.xfc-store`."""

    name = CharField(primary_key=True, max_length=100)
    mark = CharField(unique=True, max_length=36)
    marked_at = UTCDateTimeField()


class DatasetRow(Table):
    """Files that belong together, as the handler of a spec knows them.

    path           below the root of each copy
    arguments      of the handler
    points         the arguments of each datum, by its id
    document       what else came with its Resource or StreamResource
    owner … metadata  what people say of it: see `describing.About`
    modified_at    when that was changed, or the dataset was moved; None: never
    """

    uid = CharField(primary_key=True, max_length=100)
    spec = CharField(max_length=100, index=True)
    path = TextField()
    arguments = JSONTextField()
    points = JSONTextField()
    document = JSONTextField()
    owner = CharField(max_length=100, index=True)
    group = CharField(max_length=100, index=True, column_name="group_name")  # "group" is a reserved word
    description = TextField()
    originator = TextField()
    metadata = TextField()
    state = CharField(max_length=8)
    registered_at = UTCDateTimeField(index=True)
    modified_at = UTCDateTimeField(null=True)


class ReplicaRow(Table):
    """A copy of a dataset: the root, below its store, under which its files lie.

    packed  whether they are the members of one tar, which is the only file of this copy
    """

    id = AutoField()
    dataset = ForeignKeyField(DatasetRow, on_delete="CASCADE")
    store = CharField(max_length=100, index=True)
    root = TextField()
    state = CharField(max_length=10)
    verified_at = UTCDateTimeField(null=True)
    packed = BooleanField(default=False)

    if TYPE_CHECKING:
        dataset_id: str


class FileRow(Table):
    """A file of a copy.

    name   its path below the root, the same in all copies that are not packed
    place  what tells where it lies from everywhere else, as 32 hexadecimal digits: a path can be longer than an
           index takes
    hash   what its bytes should be, with the algorithm: `sha256:…`; "" until it was first read
    stamp  by what its store would tell a change since it was last read; "" if it was not
    part   while it arrives, the turn of who writes it: its temporary name has that number; 0 if nobody has begun
    left   the turn of whoever had it before, and has left some of it; 0: nobody has
    origin  while it arrives, the id of the file that it is a copy of
    """

    id = AutoField()
    replica = ForeignKeyField(ReplicaRow, on_delete="CASCADE")
    name = TextField()
    place = CharField(max_length=32, index=True)
    size = BigIntegerField()
    hash = TextField()
    stamp = TextField()
    part = IntegerField(default=0)
    left = IntegerField(default=0)
    origin = IntegerField(default=0)
    state = CharField(max_length=8)
    verified_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        replica_id: int


class TarMemberRow(Table):
    """A file in the tar of a packed copy, as the rows of the files of other copies have it; in the order of the ids."""

    id = AutoField()
    replica = ForeignKeyField(ReplicaRow, on_delete="CASCADE")
    name = TextField()
    size = BigIntegerField()
    hash = TextField()


class ItemRow(Table):
    """An array in a file of a dataset, as `items.rows.Item` says.

    file    the hash of the file that holds it: so it is one of every copy
    number  its place among those of the file
    """

    id = AutoField()
    dataset = ForeignKeyField(DatasetRow, on_delete="CASCADE", index=False)
    file = CharField(max_length=100)
    number = IntegerField()
    name = TextField()
    shape = JSONTextField()
    dtype = TextField()
    hash = TextField()
    statistics = JSONTextField()
    why = TextField()


class JournalRow(Table):
    """A command, written before it acts. Its dataset may be gone.

    ordered         whether workers do it, and go on with it after a failure; else who asked does it
    source, target  the copies that it works on
    folders         those it makes below the target's root, if they are not there
    turn            counts who worked on it: only the last one may touch files
    tries           how often its present step failed, or its worker died
    files, bytes    how much there is to do, once that is known
    done            bytes of files with a good answer
    source_store …  between which stores bytes go; "" if none do
    copied_at       when all of them had a good answer
    success         None until it has ended
    set_aside_at    when people were told that it had failed and nobody had taken it up
    outcome         why it failed; while it is open, why it waits
    """

    id = CharField(primary_key=True, max_length=36)
    dataset = CharField(max_length=100, index=True)
    command = CharField(max_length=10)
    arguments = JSONTextField()
    ordered = BooleanField(default=False)
    began_at = UTCDateTimeField(index=True)
    started_at = UTCDateTimeField(null=True)
    step = CharField(max_length=10)
    source = IntegerField(null=True)
    target = IntegerField(null=True)
    folders = JSONTextField()
    turn = IntegerField()
    tries = IntegerField(default=0)
    lease_until = UTCDateTimeField()
    files = IntegerField(default=0)
    bytes = BigIntegerField(default=0)
    done = BigIntegerField(default=0)
    source_store = CharField(max_length=100, default="")
    target_store = CharField(max_length=100, default="")
    copied_at = UTCDateTimeField(null=True)
    ended_at = UTCDateTimeField(null=True)
    success = BooleanField(null=True)
    outcome = TextField()
    set_aside_at = UTCDateTimeField(null=True)


class TransferSliceRow(Table):
    """Some files of a command that was ordered, as one worker takes them in hand; it shrinks with each good answer, and
    is gone after the last.

    first, last  the ids of its files, of those of the copy
    turn, tries  as those of the command
    """

    id = CharField(primary_key=True, max_length=36)
    journal = ForeignKeyField(JournalRow, on_delete="CASCADE")
    replica = IntegerField()
    first = IntegerField()
    last = IntegerField()
    turn = IntegerField(default=0)
    tries = IntegerField(default=0)
    lease_until = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        journal_id: str


class MoveRow(Table):
    """A line of the history of where a dataset lies: `old` is "" for a first copy, `new` for one that is gone."""

    id = AutoField()
    dataset = CharField(max_length=100, index=True)
    old = TextField()
    new = TextField()
    at = UTCDateTimeField()
    command = CharField(max_length=10)
    arguments = JSONTextField()


class ManagedRow(Table):
    """Where clients of the data manager have put a dataset, as they wrote it, and how large it was. It stays when the
    dataset is gone."""

    dataset = CharField(primary_key=True, max_length=100)
    machine = CharField(max_length=100)
    folder = TextField()
    filename = TextField()
    size = BigIntegerField()


TABLES = (
    StoreRow, DatasetRow, ReplicaRow, FileRow, TarMemberRow, ItemRow, JournalRow, TransferSliceRow, MoveRow,
    ManagedRow,
)  # fmt: skip

ItemRow.add_index(ItemRow.dataset, ItemRow.file, ItemRow.number, unique=True, name="item_one_number_per_file")
JournalRow.add_index(
    JournalRow.dataset, where=SQL("ended_at IS NULL"), unique=True, name="journal_one_open_per_dataset"
)
