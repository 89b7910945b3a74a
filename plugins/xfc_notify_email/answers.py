"""What a refusal by a mail server means: this mail will never arrive, or something of ours must be mended. Pure.

Servers say the same code for both: 550 is an unknown mailbox, and a rate limit, a blocked client, a refused relay.
Only what is plainly about the mailbox, or the size of the mail, is final; all else is tried again and shown by `check`.
"""

import re

_TOO_LARGE = 552
_ABOUT_A_MAILBOX = frozenset({550, 551, 553})
"""RFC 5321, 4.2.2, where the answer is to the recipient, and nothing more precise is said."""

_ENHANCED = re.compile(r"\s*5\.(\d{1,3}\.\d{1,3})\b")
_FINAL = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "2.2", "2.3", "3.4", "6.7"})
"""RFC 3463, 6531, 7505: no such mailbox or domain, moved away, closed, full; too large; no such letters taken."""

_NO_SUCH_MAILBOX = re.compile(
    r"(user|recipient|mailbox|account|address)\b.{0,30}\b(unknown|not found|disabled|inactive|does(n't| not) exist)"
    r"|(unknown|no such|invalid) (local )?(user|recipient|mailbox|account|address)",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\b(rate|limit|too (many|much)|quota|block|black|list|reputation|relay|denied|helo|ehlo|hello|spf|dkim|dmarc"
    r"|rdns|ptr|reverse|spam|polic|auth|log ?in|sender|client|host|tls|later|temporar|grey|gray|try)",
    re.IGNORECASE,
)


def is_final(code: int, text: str, *, of_recipient: bool) -> bool:
    """Whether another try would fail in the same way, whatever the operators do.

    `of_recipient`: the server refused the recipient, not what came after.
    """
    if not 500 <= code < 600:
        return False
    if enhanced := _ENHANCED.match(text):
        return enhanced[1] in _FINAL
    if code == _TOO_LARGE or (code in _ABOUT_A_MAILBOX and _NO_SUCH_MAILBOX.search(text)):
        return True
    return of_recipient and code in _ABOUT_A_MAILBOX and not _OURS.search(text)
