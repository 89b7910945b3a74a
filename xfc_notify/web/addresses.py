"""Addresses that bear a token, and how a log may show them."""

import re
from collections.abc import Iterable

from xfc_notify.pages import Page
from xfc_notify.paths import harmless
from xfc_notify.web.signed import shown


class Addresses:
    """The addresses of these pages: what stands where one that bears a token has it is a secret."""

    def __init__(self, pages: Iterable[Page]) -> None:
        begins = (re.escape(page.path.partition("{")[0]) for page in pages if page.bears)
        self._bears = re.compile(f"({'|'.join(begins)})([^/]+)")

    def bears(self, path: str) -> bool:
        """Whether the path, without our prefix, has a token."""
        return self._bears.match(path) is not None

    def masked(self, path: str) -> str:
        """The path as a log may show it, whatever stands before it: of a token only the first digits of its hash."""
        return harmless(self._bears.sub(lambda found: f"{found[1]}…{shown(found[2])}", path))
