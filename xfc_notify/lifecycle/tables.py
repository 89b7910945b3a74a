"""The tables of lifecycle: what happened to datasets, and what that comes to."""

from peewee import SQL, AutoField, BooleanField, CharField, IntegerField

from xfc_notify.store.fields import JSONTextField, UTCDateTimeField
from xfc_notify.store.table import Table


class LifeEventRow(Table):
    """An event of a dataset's life, a `life.Event`; `number` counts those of one dataset. None is ever changed.

    channel  how it came: "service", "command", "page", "link"
    """

    id = AutoField()
    dataset = CharField(max_length=100)
    number = IntegerField()
    what = CharField(max_length=16)
    at = UTCDateTimeField()
    who = CharField(max_length=250)
    channel = CharField(max_length=8)
    data = JSONTextField()

    class Meta:
        indexes = ((("dataset", "number"), True),)


class LifeRow(Table):
    """What the events of a dataset come to, to find it by, and to lock it: whoever adds an event holds this row.

    deciding  what people are asked to agree to; "" for nothing
    due_at    when something may happen by itself; None: never
    bad       how many of its copies were bad when its owner was last told
    """

    dataset = CharField(primary_key=True, max_length=100)
    phase = CharField(max_length=8)
    deciding = CharField(max_length=8, default="")
    parked = BooleanField(default=False)
    expires_at = UTCDateTimeField(null=True)
    due_at = UTCDateTimeField(null=True, index=True)
    events = IntegerField()
    bad = IntegerField(default=0)


TABLES = (LifeEventRow, LifeRow)

LifeRow.add_index(LifeRow.expires_at, where=SQL("expires_at IS NOT NULL"), name="life_expiring")
LifeRow.add_index(LifeRow.deciding, where=SQL("deciding <> ''"), name="life_deciding")
