"""An area whose directory is gone: nothing more is said of it. If it comes back, it is measured and judged again."""

from datetime import datetime

from xfc_notify.areas import areas
from xfc_notify.areas.tables import AreaRow
from xfc_notify.notify import episode_rows
from xfc_notify.notify.episodes import withdrawn
from xfc_notify.people import users
from xfc_notify.states import EventKind


def withdraw(area: AreaRow, now: datetime) -> None:
    """End what stands in an area, in silence. To be called in a transaction."""
    users.locked(area.user)
    for episode in episode_rows.unsettled_in(area.subject):
        ended = episode_rows.save(area.subject, withdrawn(episode, now))
        episode_rows.note(
            area.subject, ended, EventKind.WITHDRAWN, "the directory is not there any more", now
        )
    areas.show_level(area, None)
