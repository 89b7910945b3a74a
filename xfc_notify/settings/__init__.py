"""settings.toml + environment → Settings. The one place that reads them.

Layers, later wins: the defaults below, the file, the environment (`XFC_NOTIFY_DATABASE__URL`). A secret
may stand in a file of its own: `url_file = "db-url"` gives `url`. Relative paths are relative to the
folder of settings.toml. Any mistake is one SettingsError that names the file, the key and what is allowed.
"""

from xfc_notify.settings.model import Messages, Settings, VolumeTable
from xfc_notify.settings.read import load, masked, validate
from xfc_notify.settings.stores import StoreTable
from xfc_notify.settings.values import time_zone

__all__ = ["Messages", "Settings", "StoreTable", "VolumeTable", "load", "masked", "time_zone", "validate"]
