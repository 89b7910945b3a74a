"""The part of `check` that looks at this host: plugins, scanner, volumes."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from xfc_notify.cli.checked import Checked
from xfc_notify.cli.session import Session
from xfc_notify.errors import ScanRefused, XfcNotifyError
from xfc_notify.paths import harmless, show

if TYPE_CHECKING:
    from xfc_notify.settings import VolumeTable


def check_plugins(opened: Session) -> Iterator[Checked]:
    """Plugins that are installed, and disabled names that are not."""
    from xfc_notify.plugins import installed

    try:
        plugins = opened.plugins
    except XfcNotifyError as error:
        yield Checked(
            "plugins", "failed", error.what, error.hint or "repair or uninstall it, or correct its settings"
        )
        return
    for plugin in plugins.all:
        yield Checked(f"plugin {plugin.name}", "ok", f"{plugin.origin}: {', '.join(plugin.hooks)}")
    known = installed()
    if unknown := sorted(set(opened.settings.plugins.disabled) - known):
        what = f"{', '.join(map(harmless, unknown))} in plugins.disabled, but not installed"
        yield Checked("plugins", "notice", what, f"installed: {', '.join(sorted(known))}")
    if not plugins.having("deliver"):
        yield Checked("plugins", "notice", "no plugin delivers messages", "is email among plugins.disabled?")


def check_scanner(opened: Session) -> Checked:
    """Which one measures."""
    from xfc_notify.scan.engine import Scanner, choose

    scanner = choose()
    if scanner is Scanner.PYTHON:
        do = "for the native scanner, many times as fast, install again on Linux with gcc"
        return Checked("scanner", "notice", "python, one thread", do)
    threads = opened.settings.scan.threads or "as many as bring something"
    return Checked("scanner", "ok", f"{scanner}, threads: {threads}")


def check_volumes(opened: Session) -> Iterator[Checked]:
    """Whether each can be opened, and whether we would notice that it is not mounted."""
    if not opened.settings.volumes:
        yield Checked("volumes", "notice", "none", "add a [[volumes]] block to the settings")
    for volume in opened.settings.volumes:
        yield _volume(volume)


def _volume(volume: "VolumeTable") -> Checked:
    from xfc_notify.scan import guard

    name, path = f"volume {volume.name}", show(volume.path)
    try:
        with guard.opened(volume.volume()) as here, os.scandir(here) as entries:
            count, filesystem = sum(1 for _ in entries), guard.filesystem_id(here)
    except ScanRefused as refused:
        do = "mount it; if it is mounted, correct marker or filesystem in its [[volumes]] block"
        what = refused.what.removeprefix(f"{name}: ").removesuffix("; is the volume mounted?")
        return Checked(name, "failed", what, do)
    except OSError as error:
        return Checked(name, "failed", f"{path}: {error.strerror}", "is it mounted?")
    retired = ", retired" if volume.retired else ""
    what = f"{path}: {count} entries{retired}, on file system {filesystem}"
    if volume.volume().guarded:
        return Checked(name, "ok", what)
    do = 'create a file in it and name it: marker = ".xfc-volume"'
    if filesystem != guard.NO_ID:
        do += f'; or set filesystem = "{filesystem}"'
    return Checked(name, "notice", f"{what}; nothing would show that it is not mounted", do)
