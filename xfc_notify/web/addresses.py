"""Addresses that bear a token, and how a log may show them."""

import re

from xfc_notify.paths import harmless
from xfc_notify.web.signed import shown

BEARS = re.compile(r"^(/(?:answer|enter|confirm)/)([^/]+)")


def masked(path: str) -> str:
    """The path as a log may show it: of a token only the first digits of its hash."""
    return harmless(BEARS.sub(lambda found: f"{found[1]}…{shown(found[2])}", path))
