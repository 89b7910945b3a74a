"""A message as a chat shows it: short, in plain text, and with nothing in it that a chat would act on."""

import re
import unicodedata

from xfc_notify import Message

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
    """The first paragraphs of the message after the greeting, and where to find the rest."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", message.text)]
    paragraphs = [part for part in paragraphs if part]
    if len(paragraphs) > 1 and paragraphs[0].endswith(","):
        del paragraphs[0]
    begin = _bounded("\n\n".join(paragraphs[:PARAGRAPHS]), LONGEST)
    questions = _QUESTIONS.format(contact=message.contact) if message.contact else ""
    return harmless(f"{begin}\n\n{_WHERE}{questions}")


def harmless(text: str) -> str:
    """The text with control characters escaped, and a space of no width in whatever a chat would act on.

    It looks the same. Apprise escapes the markup of many services, but neither of all nor in titles.
    """
    return _ACTIVE.sub(lambda found: found[0] + _APART, "".join(map(_shown, text)))


def _shown(character: str) -> str:
    if character != "\n" and unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
        return character.encode("unicode_escape").decode("ascii")
    return character


def _bounded(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
