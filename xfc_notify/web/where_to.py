"""Where to go after signing in: only to a page of ours. Pure."""

import re
from urllib.parse import unquote

START = "/"
_OURS = re.compile(r"/(?:[a-z][A-Za-z0-9/_.~-]*)?(?:\?[A-Za-z0-9/_.~=&%+-]*)?")
_BLANK = re.compile(r"[\x00-\x1f\x7f\\]")


def safe(path: str) -> str:
    """The path with its query if it can be one of ours, else the start page.

    What browsers read as something else is none: backslashes, tabs, two slashes, also where they are escaped.
    """
    if not _OURS.fullmatch(path) or _BLANK.search(unquote(path)):
        return START
    page = path.partition("?")[0]
    return START if "//" in page or ".." in page.split("/") else path
