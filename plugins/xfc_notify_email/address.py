"""What is an address, and text that can do no harm in a header or a log."""

import re
import unicodedata
from email.headerregistry import Address

_ATOM = r'[^\s()<>\[\]:;@\\,."]+'
_LABEL = r"[^\W_](?:[^\W_]|-)*"
_ADDRESS = re.compile(rf"(?!-){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_LONGEST = 254
"""RFC 5321, 4.5.3.1.3: a path of 256 octets holds the address and two brackets."""


def is_address(text: str) -> bool:
    """Whether the text is one bare address: no display name, no quoting, no second recipient, no option."""
    return (
        text.isprintable() and len(text.encode("utf-8")) <= _LONGEST and _ADDRESS.fullmatch(text) is not None
    )


def mailbox(text: str) -> Address | None:
    """`XFC <xfc@example.org>` or `xfc@example.org` for a header; None if it is neither."""
    name, bracket, bare = text.strip().rpartition("<")
    if bracket and not bare.endswith(">"):
        return None
    bare = bare.removesuffix(">") if bracket else bare
    name = name.strip().strip('"')
    if not is_address(bare) or not name.isprintable():
        return None
    user, _, domain = bare.partition("@")
    return Address(name, user, domain)


def printable(text: str) -> str:
    r"""The text in one line, with whatever does not print as an escape: a newline as `\n`."""
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        else character
        for character in text
    )
