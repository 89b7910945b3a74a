"""The tables of datasets. A frozen copy: it does not follow the models of today."""

from typing import Any

from peewee import (
    SQL,
    BigIntegerField,
    BooleanField,
    CharField,
    Database,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)


def up(migrator: Any, db: Database) -> None:
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Store(Table):
        name = CharField(primary_key=True, max_length=100)
        mark = CharField(unique=True, max_length=36)
        marked_at = DateTimeField()

    class Dataset(Table):
        uid = CharField(primary_key=True, max_length=100)
        spec = CharField(max_length=100, index=True)
        path = TextField()
        arguments = TextField()
        points = TextField()
        document = TextField()
        owner = CharField(max_length=100, index=True)
        group_name = CharField(max_length=100, index=True)
        description = TextField()
        originator = TextField()
        metadata = TextField()
        state = CharField(max_length=8)
        registered_at = DateTimeField(index=True)
        modified_at = DateTimeField(null=True)

    class Replica(Table):
        dataset = ForeignKeyField(Dataset, on_delete="CASCADE")
        store = CharField(max_length=100, index=True)
        root = TextField()
        state = CharField(max_length=10)
        verified_at = DateTimeField(null=True)
        packed = BooleanField(default=False)

    class File(Table):
        replica = ForeignKeyField(Replica, on_delete="CASCADE")
        name = TextField()
        place = CharField(max_length=32, index=True)
        size = BigIntegerField()
        hash = TextField()
        stamp = TextField()
        part = IntegerField(default=0)
        left = IntegerField(default=0)
        origin = IntegerField(default=0)
        state = CharField(max_length=8)
        verified_at = DateTimeField(null=True)

    class TarMember(Table):
        replica = ForeignKeyField(Replica, on_delete="CASCADE")
        name = TextField()
        size = BigIntegerField()
        hash = TextField()

    class Item(Table):
        dataset = ForeignKeyField(Dataset, on_delete="CASCADE", index=False)
        file = CharField(max_length=100)
        number = IntegerField()
        name = TextField()
        shape = TextField()
        dtype = TextField()
        hash = TextField()
        statistics = TextField()
        why = TextField()

    class Journal(Table):
        id = CharField(primary_key=True, max_length=36)
        dataset = CharField(max_length=100, index=True)
        command = CharField(max_length=10)
        arguments = TextField()
        ordered = BooleanField(default=False)
        began_at = DateTimeField(index=True)
        started_at = DateTimeField(null=True)
        step = CharField(max_length=10)
        source = IntegerField(null=True)
        target = IntegerField(null=True)
        folders = TextField()
        turn = IntegerField()
        tries = IntegerField(default=0)
        lease_until = DateTimeField()
        files = IntegerField(default=0)
        bytes = BigIntegerField(default=0)
        done = BigIntegerField(default=0)
        source_store = CharField(max_length=100, default="")
        target_store = CharField(max_length=100, default="")
        copied_at = DateTimeField(null=True)
        ended_at = DateTimeField(null=True)
        success = BooleanField(null=True)
        outcome = TextField()
        set_aside_at = DateTimeField(null=True)

    class TransferSlice(Table):
        id = CharField(primary_key=True, max_length=36)
        journal = ForeignKeyField(Journal, on_delete="CASCADE")
        replica = IntegerField()
        first = IntegerField()
        last = IntegerField()
        turn = IntegerField(default=0)
        tries = IntegerField(default=0)
        lease_until = DateTimeField(null=True)

    class Move(Table):
        dataset = CharField(max_length=100, index=True)
        old = TextField()
        new = TextField()
        at = DateTimeField()
        command = CharField(max_length=10)
        arguments = TextField()

    class Managed(Table):
        dataset = CharField(primary_key=True, max_length=100)
        machine = CharField(max_length=100)
        folder = TextField()
        filename = TextField()
        size = BigIntegerField()

    Item.add_index(Item.dataset, Item.file, Item.number, unique=True, name="item_one_number_per_file")
    Journal.add_index(
        Journal.dataset, where=SQL("ended_at IS NULL"), unique=True, name="journal_one_open_per_dataset"
    )
    db.create_tables(
        [Store, Dataset, Replica, File, TarMember, Item, Journal, TransferSlice, Move, Managed], safe=False
    )
