"""Looks at the plugins."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xfc_notify.errors import XfcNotifyError
from xfc_notify.parts import Check, Checked, Inspection
from xfc_notify.paths import harmless

if TYPE_CHECKING:
    from xfc_notify.plugins import Plugin, Plugins

ISOLATION = (
    "What a plugin raises, returns or waits for harms nothing else; "
    "but it runs in our processes, has all their rights, and can end them"
)


def look_at_plugins(asked: Inspection) -> Iterator[Checked]:
    """Plugins that are installed, whether the servers that they ask answer, and disabled names that are not."""
    from xfc_notify.plugins import installed

    try:
        plugins = asked.plugins()
    except XfcNotifyError as error:
        yield Checked(
            "plugins", "failed", error.what, error.hint or "repair or uninstall it, or correct its settings"
        )
        return
    for plugin in plugins.all:
        yield _look_at(plugin, plugins)
    if others := [plugin.name for plugin in plugins.all if not plugin.origin.startswith("xfc-notify ")]:
        what = f"{', '.join(others)}: of others. {ISOLATION}"
        yield Checked("plugins", "ok", what)
    known = installed()
    if unknown := sorted(set(asked.settings.plugins.disabled) - known):
        what = f"{', '.join(map(harmless, unknown))} in plugins.disabled, but not installed"
        yield Checked("plugins", "notice", what, f"installed: {', '.join(sorted(known))}")
    if not plugins.having("deliver"):
        yield Checked("plugins", "notice", "no plugin delivers messages", "is email among plugins.disabled?")


def _look_at(plugin: "Plugin", plugins: "Plugins") -> Checked:
    """One of them; those that deliver have a check of their own. A notice at most: to restart us would not help."""
    name = f"plugin {plugin.name}"
    outage = None if "deliver" in plugin.hooks else plugins.outage(plugin)
    if outage is None:
        return Checked(name, "ok", f"{plugin.origin}: {', '.join(plugin.hooks)}")
    do = f"is the server running, and is [plugins.{plugin.name}] right? What is known stays"
    return Checked(name, "notice", outage, do)


CHECKS = (Check(("plugins",), look_at_plugins),)
