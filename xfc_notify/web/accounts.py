"""Users who leave or are called otherwise, with all that is kept under their names: whoever comes after somebody of the
same name inherits nothing, no token, no session, and no account at a provider."""

from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.people import users
from xfc_notify.people.settings import People
from xfc_notify.people.tables import UserRow
from xfc_notify.store.database import db
from xfc_notify.web.tables import BindingRow, SessionRow, TokenRow


def forget(user: UserRow) -> None:
    """Delete a user with all that is known of them, in all tables. WrongInput for the operators."""
    with db.atomic():
        users.forget(user)
        for table in (SessionRow, TokenRow, BindingRow):
            table.delete().where(table.name == user.name).execute()


def rename(user: UserRow, name: str, people: People) -> None:
    """Call a user otherwise; their datasets and tokens stay theirs, and they sign in anew.

    WrongInput for a name that cannot be a user's, or is taken, and for the operators.
    """
    with db.atomic():
        users.rename(user, name, people)
        DatasetRow.update(owner=name).where(DatasetRow.owner == user.name).execute()
        TokenRow.update(name=name).where(TokenRow.name == user.name).execute()
        SessionRow.delete().where(SessionRow.name.in_((user.name, name))).execute()
        # Who has signed in by the new name already is known by that.
        if BindingRow.select().where(BindingRow.name == name).exists():
            BindingRow.delete().where(BindingRow.name == user.name).execute()
        BindingRow.update(name=name).where(BindingRow.name == user.name).execute()
