"""A copy at another path becomes a dataset of its own."""

from datetime import datetime

from xfc_notify.datasets import replicas
from xfc_notify.datasets.items import rows
from xfc_notify.datasets.states import Command
from xfc_notify.datasets.tables import DatasetRow, JournalRow, ReplicaRow


def set_apart(row: JournalRow, uid: str, now: datetime) -> str:
    """Let the copy that a command has made be the dataset `uid` from now on; in the caller's transaction. The uid."""
    new = DatasetRow.get_by_id(row.dataset)
    new.uid, new.path, new.registered_at, new.modified_at = uid, row.arguments["path"], now, None
    new.save(force_insert=True)
    rows.copy(row.dataset, uid)
    ReplicaRow.update(dataset=uid).where(ReplicaRow.id == row.target).execute()
    where = replicas.where(ReplicaRow.get_by_id(row.target))
    replicas.moved(uid, "", where, Command.COPY, now, {"of": row.dataset})
    return uid
