"""Stores behind a network, opened by what their URLs begin with. Their libraries are imported when one is opened."""

from collections.abc import Iterator
from contextlib import contextmanager

from xfc_notify.datasets import s3, sftp
from xfc_notify.datasets.bucket import Bucket
from xfc_notify.datasets.folder import Folder
from xfc_notify.datasets.sftp_session import Session
from xfc_notify.settings import StoreTable


@contextmanager
def opened(store: StoreTable) -> Iterator[Folder]:
    """A store, whatever its mark. StoreAway if it cannot be reached; DatasetError if it lies in another one."""
    if store.address.scheme == "s3":
        yield s3.Folder(Bucket(store), store.path)
        return
    with Session(store) as session:
        yield sftp.Folder(session, store.path)
