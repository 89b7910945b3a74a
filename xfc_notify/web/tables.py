"""The tables of the web. Nothing that would let somebody in stands in them: of each secret only its SHA-256 does."""

from peewee import AutoField, BooleanField, CharField, TextField

from xfc_notify.store.fields import UTCDateTimeField
from xfc_notify.store.table import Table


class SessionRow(Table):
    """Somebody has signed in. `operator`: their provider says that they are one."""

    hash = CharField(primary_key=True, max_length=64)
    name = CharField(max_length=64)
    operator = BooleanField(default=False)
    began_at = UTCDateTimeField()
    expires_at = UTCDateTimeField(index=True)


class SpentRow(Table):
    """A link that works once, and was used."""

    hash = CharField(primary_key=True, max_length=64)
    spent_at = UTCDateTimeField(index=True)


class TokenRow(Table):
    """A program may ask in the name of a user, who may not own anything. `scopes` is like "own,write"."""

    id = AutoField()
    hash = CharField(unique=True, max_length=64)
    name = CharField(index=True, max_length=64)
    label = TextField()
    scopes = CharField(max_length=100)
    created_at = UTCDateTimeField()
    expires_at = UTCDateTimeField(index=True)


class BindingRow(Table):
    """A person at an OpenID provider is this user, since their first sign-in."""

    id = AutoField()
    issuer = TextField()
    subject = TextField()
    name = CharField(unique=True, max_length=64)
    bound_at = UTCDateTimeField()

    class Meta:
        indexes = ((("issuer", "subject"), True),)


class ChangeRow(Table):
    """What somebody changed on the web: who, from where, when."""

    id = AutoField()
    at = UTCDateTimeField(index=True)
    name = CharField(max_length=64)
    client = CharField(max_length=64)
    what = TextField()


TABLES = (SessionRow, SpentRow, TokenRow, BindingRow, ChangeRow)
