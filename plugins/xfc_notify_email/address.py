"""An address with or without the name of its owner, for a header."""

from email.headerregistry import Address

from xfc_notify import is_address


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
