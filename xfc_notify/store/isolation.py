"""What fails for one person or volume, by a bug, stops nothing else."""

import logging
from collections.abc import Callable
from typing import TypeVar

from peewee import DataError, PeeweeException

from xfc_notify.store.database import db

T = TypeVar("T")
log = logging.getLogger(__name__)


def made_if_possible(make: Callable[[], T], what: str, whom: str) -> T | None:
    """What `make` makes, in a transaction of its own; None and a line in the log with the traceback if it raises.

    What it had stored is undone, and nothing else. Errors of the database pass: these are no bugs, and everything
    would fail. What is due stays due: the next `tick` tries again.
    """
    try:
        with db.atomic():
            return make()
    except Exception as error:
        if isinstance(error, PeeweeException) and not isinstance(error, DataError):
            raise
        log.exception("no %s could be made for %s", what, whom)
        return None
