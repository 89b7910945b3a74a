"""A message as a chat shows it: short, in plain text, and with nothing in it that a chat would act on."""

import re
from collections.abc import Iterator, Sequence

from xfc_notify import Message
from xfc_notify import harmless as printable

PARAGRAPHS = 2
LONGEST = 700
"""Characters of the message's own text; the shortest limit of a service for teams is 1,000 (Teams)."""

LONGEST_SUBJECT = 150
_APART = "\N{ZERO WIDTH SPACE}"
_ACTIVE = re.compile(
    r"<(?=[^\s\d])"  # a tag, a Slack mention (<!channel>, <@U1>), a Teams mention (<at>), a labelled link
    r"|(?<!\w)@(?=\w)|@(?=(?:all|channel|everyone|here|room)\b(?!\.\w))"  # a mention, but no mail address
    r"|\](?=[(\[:])"  # a link whose words hide its target
)
_WHERE = "The whole message, with the figures and what helps, goes out by mail if an address is known."
_QUESTIONS = " Questions are welcome: {contact}"


def subject(message: Message) -> str:
    """The message's subject, harmless."""
    return harmless(_bounded(message.subject, LONGEST_SUBJECT))


def body(message: Message) -> str:
    """The first paragraphs of the message after the greeting, with their lists, and where to find the rest.

    What every message says at its end stands at the end here too.
    """
    text, _, _ = message.text.rstrip().partition("\n-- \n")
    blocks = [block.strip("\n") for block in re.split(r"\n\s*\n", text) if block.strip()]
    if len(blocks) > 1 and blocks[0].endswith(","):
        del blocks[0]
    begin = _bounded("\n\n".join(map(_as_chat, _first(blocks))), LONGEST)
    questions = _QUESTIONS.format(contact=message.contact) if message.contact else ""
    promise = blocks[-1].splitlines()[-1].strip() if len(blocks) > PARAGRAPHS else ""
    return harmless("\n\n".join(filter(None, (begin, _WHERE + questions, promise))))


def _first(blocks: Sequence[str]) -> Iterator[str]:
    """The first paragraphs, each with the list that belongs to it."""
    prose = 0
    for block in blocks:
        prose += not _is_list(block)
        if prose > PARAGRAPHS:
            return
        yield block


def _is_list(block: str) -> bool:
    return all(line.startswith("  ") for line in block.split("\n"))


def _as_chat(block: str) -> str:
    """A paragraph in one line, a list with a line for each of its items: chats fold white space."""
    if _is_list(block):
        return "\n".join("- " + " ".join(line.removeprefix("  - ").split()) for line in block.split("\n"))
    return " ".join(block.split())


def harmless(text: str) -> str:
    """The text with control characters escaped, and a space of no width in whatever a chat would act on.

    It looks the same. Apprise escapes the markup of many services, but neither of all nor in titles.
    """
    return _ACTIVE.sub(lambda found: found[0] + _APART, "\n".join(map(printable, text.split("\n"))))


def _bounded(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
