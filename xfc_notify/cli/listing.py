"""What `xfc-notify plugins` does, without Typer."""

from pathlib import Path

from xfc_notify.cli.output import print_json, print_table
from xfc_notify.cli.session import without_database


def list_plugins(settings: Path | None, as_json: bool) -> int:
    """Load and print them; the exit code."""
    loaded = without_database(settings, or_defaults=True).plugins.all
    if as_json:
        print_json(
            [{"name": p.name, "version": p.version, "hooks": p.hooks, "origin": p.origin} for p in loaded]
        )
        return 0
    rows = [(p.name, p.version, ", ".join(p.hooks), p.origin) for p in loaded]
    print_table(["name", "version", "hooks", "from"], rows)
    return 0
