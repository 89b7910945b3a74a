"""All errors that xfc-notify raises on purpose.

    XfcNotifyError                  exit 1: something that should have worked did not
    ├── WrongInput                  exit 2: what a person typed or wrote cannot be used
    │   └── SettingsError           settings.toml, the environment, a secret's file
    ├── PluginError                 exit 2: a plugin that cannot be loaded
    ├── ScanRefused                 an order for a place that this scanner may not or cannot measure
    │   └── AreaGone                … because the volume is there, and the directory is not
    ├── BadMessage                  a message from the queue that is not ours
    │   └── NewerMessage            … but of a version to come: for another worker
    ├── StoreError                  the database is away
    │   └── WrongTables             its tables are of another version than the program
    ├── BrokerError                 the message broker is away
    │   └── BrokerRefusal           … or there, and does not let us do it
    │       └── MessageTooLarge     … because the message is too large
    ├── ServerAway                  the server that a plugin asks about people and groups does not answer
    └── DeliveryError               a delivery that failed and may work later
        └── PermanentDeliveryError  … and never will

Each tells in one line what was wrong and where; `hint` says what to do about it.
"""

from datetime import timedelta
from typing import ClassVar


class XfcNotifyError(Exception):
    """The root of the tree. `exit_code` is what the command line returns."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


class WrongInput(XfcNotifyError):
    """An argument, a file or a name given by a person cannot be used as it stands."""

    exit_code = 2


class SettingsError(WrongInput):
    """The settings cannot be read or hold an unknown key or an impossible value."""


class PluginError(XfcNotifyError):
    """A plugin does not fit the contract, or two plugins have one name."""

    exit_code = 2


class ScanRefused(XfcNotifyError):
    """The area is outside the volumes of this scanner, is reached through a link, or cannot be opened; or its volume
    is not mounted."""


class AreaGone(ScanRefused):
    """The volume is there, and the directory of the area is not."""


class BadMessage(XfcNotifyError):
    """A message whose content is not what our own program writes."""


class NewerMessage(BadMessage):
    """A message in a format that came after this version: a worker of a newer one understands it."""


class StoreError(XfcNotifyError):
    """The database does not answer or does not do what it is told."""


class WrongTables(StoreError):
    """The tables lack something that this version needs, or are so new that it cannot work with them."""


class BrokerError(XfcNotifyError):
    """The message broker does not answer."""


class BrokerRefusal(BrokerError):
    """The message broker answers, and refuses: it is in vain to try the same again."""


class MessageTooLarge(BrokerRefusal):
    """A message of more bytes than we send, or than the broker takes."""


class ServerAway(XfcNotifyError):
    """The server that a plugin asks about people and groups does not answer, or refuses us."""


class DeliveryError(XfcNotifyError):
    """A delivery failed and is worth another try, not before `retry_after` if that is given."""

    def __init__(self, what: str, retry_after: timedelta | None = None) -> None:
        super().__init__(what)
        self.retry_after = retry_after


class PermanentDeliveryError(DeliveryError):
    """A delivery failed for good: another try would fail in the same way."""
