"""Looks at the plugins."""

from collections.abc import Iterator

from xfc_notify.errors import XfcNotifyError
from xfc_notify.parts import Check, Checked, Inspection
from xfc_notify.paths import harmless


def look_at_plugins(asked: Inspection) -> Iterator[Checked]:
    """Those that are there, and names that are disabled for nothing."""
    from xfc_notify.plugins import installed

    try:
        plugins = asked.plugins()
    except XfcNotifyError as error:
        yield Checked(
            "plugins", "failed", error.what, error.hint or "repair or uninstall it, or the settings of it"
        )
        return
    for plugin in plugins.all:
        yield Checked(f"plugin {plugin.name}", "ok", f"{plugin.origin}: {', '.join(plugin.hooks)}")
    known = installed()
    if unknown := sorted(set(asked.settings.plugins.disabled) - known):
        what = f"{', '.join(map(harmless, unknown))} in plugins.disabled, but not installed"
        yield Checked("plugins", "notice", what, f"installed: {', '.join(sorted(known))}")
    if not plugins.having("deliver"):
        yield Checked("plugins", "notice", "no plugin delivers messages", "is email among plugins.disabled?")


CHECKS = (Check(("plugins",), look_at_plugins),)
