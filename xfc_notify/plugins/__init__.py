"""Plugins: `load` finds and checks them, `call` calls one and isolates it, `ask` asks all of them."""

from xfc_notify.plugins.ask import Plugins
from xfc_notify.plugins.judgement import Judgement, Verdict
from xfc_notify.plugins.load import Plugin, installed

__all__ = ["Judgement", "Plugin", "Plugins", "Verdict", "installed"]
