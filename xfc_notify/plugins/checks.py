"""Looks at the plugins."""

from collections.abc import Iterator

from xfc_notify.errors import XfcNotifyError
from xfc_notify.parts import Check, Checked, Inspection
from xfc_notify.paths import harmless

ISOLATION = (
    "What a plugin raises, returns or waits for harms nothing else; "
    "but it runs in our processes, has all their rights, and can end them"
)


def look_at_plugins(asked: Inspection) -> Iterator[Checked]:
    """Plugins that are installed, and disabled names that are not."""
    from xfc_notify.plugins import installed

    try:
        plugins = asked.plugins()
    except XfcNotifyError as error:
        yield Checked(
            "plugins", "failed", error.what, error.hint or "repair or uninstall it, or correct its settings"
        )
        return
    for plugin in plugins.all:
        yield Checked(f"plugin {plugin.name}", "ok", f"{plugin.origin}: {', '.join(plugin.hooks)}")
    if others := [plugin.name for plugin in plugins.all if not plugin.origin.startswith("xfc-notify ")]:
        what = f"{', '.join(others)}: of others. {ISOLATION}"
        yield Checked("plugins", "ok", what)
    known = installed()
    if unknown := sorted(set(asked.settings.plugins.disabled) - known):
        what = f"{', '.join(map(harmless, unknown))} in plugins.disabled, but not installed"
        yield Checked("plugins", "notice", what, f"installed: {', '.join(sorted(known))}")
    if not plugins.having("deliver"):
        yield Checked("plugins", "notice", "no plugin delivers messages", "is email among plugins.disabled?")


CHECKS = (Check(("plugins",), look_at_plugins),)
