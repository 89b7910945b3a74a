"""The tables of the outbox."""

from peewee import (
    SQL,
    AutoField,
    CharField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from xfc_notify.people.tables import UserRow
from xfc_notify.states import Audience
from xfc_notify.store.fields import JSONTextField, UTCDateTimeField
from xfc_notify.store.table import Table


class MessageRow(Table):
    """What a person was told, or in shadow mode would have been told.

    audience is a `states.Audience`: `user` is always whose matters it speaks of, whoever reads it. A message in mode
    "held" waits for an operator. `drawings` is content id → what its picture shows. `text`,
    `html` and `drawings` are forgotten sooner than the rest.
    """

    id = CharField(primary_key=True, max_length=36)
    user = ForeignKeyField(UserRow, backref="messages", on_delete="CASCADE")
    created_at = UTCDateTimeField()
    mode = CharField(max_length=8)
    broke_interval = CharField(max_length=8, default="")
    thread = CharField(max_length=36)
    level = IntegerField()
    reasons = JSONTextField()
    subject = TextField()
    text = TextField(null=True)
    html = TextField(null=True)
    drawings = JSONTextField(null=True)
    unsubscribe = TextField(default="")
    audience = CharField(default=Audience.USER, max_length=9)


class DeliveryRow(Table):
    """One message to one address over one channel: queued, sending, retry, sent, dead, held or dropped.

    due_at is when it should next be looked at: when to (re)send its number to the queue, or when the lease
    of a worker that is sending it ends.
    """

    id = AutoField()
    message = ForeignKeyField(MessageRow, backref="deliveries", on_delete="CASCADE")
    channel = CharField(max_length=100)
    address = TextField()
    state = CharField(max_length=8)
    attempts = IntegerField(default=0)
    due_at = UTCDateTimeField()
    sent_at = UTCDateTimeField(null=True)
    error = TextField(default="")

    class Meta:
        indexes = ((("message", "channel", "address"), True),)


TABLES = (MessageRow, DeliveryRow)

MessageRow.add_index(MessageRow.user, MessageRow.created_at, name="message_by_user")
MessageRow.add_index(MessageRow.created_at, name="message_by_time")
MessageRow.add_index(MessageRow.created_at, where=SQL("mode = 'held'"), name="message_held")
DeliveryRow.add_index(
    DeliveryRow.due_at, where=SQL("state IN ('queued', 'sending', 'retry')"), name="delivery_due"
)
DeliveryRow.add_index(DeliveryRow.state, name="delivery_by_state")
