"""What the operators are told of a storm of messages."""

from collections.abc import Mapping
from datetime import datetime

from xfc_notify.domain import OPERATORS, Level, Message
from xfc_notify.outbox.plain import Block, plain_message
from xfc_notify.settings import Settings
from xfc_notify.units import format_duration


def storm_message(
    recipients: int, users: int, why: Mapping[tuple[str, str], int], settings: Settings, now: datetime
) -> Message:
    """So many of all users would have been written to; `why` counts (policy, reason) of what is held."""
    window = format_duration(settings.scan.every)
    causes = [f"{policy} {reason}: {count}" for (policy, reason), count in sorted(why.items())]
    blocks: list[Block] = [
        f"Within {window} messages to {recipients:,} of {users:,} users were written. That is more than one round "
        "should have, so what has not gone out yet is held, and so is what is written from now on. Nothing is lost: "
        "scans go on, and a message that is held counts as told.",
    ]
    if causes:
        blocks += ["They are held for these reasons:", causes]
    blocks += [
        "Please look whether they are right, and release or drop them:",
        ["xfc-notify messages held", "xfc-notify messages release --all", "xfc-notify messages drop --all"],
    ]
    subject = f"Messages to {recipients:,} of {users:,} users are held"
    return plain_message(settings, OPERATORS, subject, blocks, now, level=Level.WARNING)
