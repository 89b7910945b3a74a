"""What a user may be called.

A user is a name and a uid. Of several with one name, one bears it: whom the accounts of the system say, else the
one who still has a directory of that name. The others are shown as `name:uid`.
"""

import re

LONGEST = 200
"""Characters. A file name has at most 255 bytes, and a uid may follow."""

MARK = ":"
"""No directory of a user has a colon in its name, as no account has."""


def mistake(name: str, pattern: str) -> str | None:
    """Why a directory of this name is no user's; None if it can be one's. `pattern` is a regular expression.

    Whatever the pattern says, a name prints, is not taken for an option, and holds no colon.
    """
    if not name.isprintable() or MARK in name or name.startswith("-") or len(name) > LONGEST:
        return "cannot be the name of a user"
    if re.fullmatch(pattern, name) is None:
        return f"not the name of a user, by [people] names = {pattern!r}"
    return None


def marked(name: str, uid: int | None) -> str:
    """How the one of this name and uid is called who does not bear the name itself."""
    return f"{name}{MARK}{uid}"


def plain(name: str) -> str:
    """The name without the mark."""
    return name.partition(MARK)[0] or name
