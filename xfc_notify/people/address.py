"""What is a mail address: one check, wherever somebody types one or a plugin is to use one."""

from functools import cache
from types import ModuleType


def is_address(text: str) -> bool:
    """Whether a mail server can take the text as one bare address: no display name, no second recipient, no option.

    Domains that are known inside a site only (`hpc.local`) are addresses too; a domain has at least
    one dot, but for `localhost`.
    """
    return mistake(text) is None


def mistake(text: str) -> str | None:
    """What is wrong with an address, in a sentence; None for a good one."""
    if text.startswith("-"):
        return "An address cannot begin with a hyphen: a mail program would take it for an option."
    library = _library()
    inside = text.removesuffix("@localhost") + "@localhost.local" if text.endswith("@localhost") else text
    try:
        library.validate_email(inside, check_deliverability=False)
    except library.EmailNotValidError as error:
        return str(error)
    return None


@cache
def _library() -> ModuleType:
    import email_validator

    email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()  # its documented way to allow them: hpc.local is real
    return email_validator
