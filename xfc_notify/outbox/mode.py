"""Whether messages are sent or only recorded: live when the settings allow it and an operator has said so."""

from datetime import datetime

from xfc_notify.settings import Settings
from xfc_notify.states import Mode
from xfc_notify.store import marks


def effective_mode(settings: Settings) -> Mode:
    """The mode in which messages are written now. A new installation is in shadow mode until `go-live`."""
    is_live = settings.messages.mode == "live" and live_since() is not None
    return Mode.LIVE if is_live else Mode.SHADOW


def live_since() -> datetime | None:
    """When an operator said that messages are to be sent; None: not yet."""
    return marks.at(marks.LIVE)
