"""What nearly every step works with."""

from dataclasses import dataclass

from xfc_notify.plugins.ask import Plugins
from xfc_notify.settings import Settings


@dataclass(frozen=True)
class Service:
    """The settings, and the plugins that they let load."""

    settings: Settings
    plugins: Plugins

    @classmethod
    def load(cls, settings: Settings) -> "Service":
        """Load the plugins; PluginError or SettingsError if one does not fit."""
        return cls(settings, Plugins.load(settings))
