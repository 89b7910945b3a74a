"""What was changed on the web: kept with who, from where and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xfc_notify.paths import harmless
from xfc_notify.web.tables import ChangeRow


@dataclass(frozen=True, slots=True)
class Change:
    """Something that somebody changed. `client` is the address from which they came."""

    at: datetime
    user: str
    client: str
    what: str


def keep(user: str, client: str, what: str, now: datetime) -> None:
    """Keep a change."""
    ChangeRow.create(at=now, name=user[:64], client=client[:64], what=harmless(what))


def latest(page: int, size: int) -> Sequence[Change]:
    """One page of the changes, the newest first, and one more if there are more."""
    rows = ChangeRow.select().order_by(ChangeRow.at.desc(), ChangeRow.id.desc())
    some = rows.offset((page - 1) * size).limit(size + 1)
    return [Change(row.at, row.name, row.client, row.what) for row in some]
