"""What the operators are told of datasets, in English words. Pure."""

from collections.abc import Sequence
from datetime import datetime

from xfc_notify.domain import OPERATORS, Message
from xfc_notify.lifecycle.life import Life
from xfc_notify.lifecycle.states import Decision
from xfc_notify.outbox.plain import plain_message
from xfc_notify.settings import Settings
from xfc_notify.units import counted

PROMISE = "A dataset is removed only if two people agree, never because nobody answers."
MOST = 50
"""Lines of a list in a message."""


def exhausted_message(
    name: str, life: Life, asked: Sequence[str], settings: Settings, now: datetime
) -> Message:
    """That there is nobody left to ask."""
    what = "closed" if life.ended and life.ended.decision is Decision.CLOSE else "removed"
    groups = (
        f"Its owner was asked, and {', '.join(asked)}."
        if asked
        else "Its owner was asked; no group is known."
    )
    blocks = [
        f"Whether dataset {name} may be {what} was not decided. {groups} Too few of them have agreed.",
        "Nothing follows from that: all stays as it is, and nobody is asked again until it has another date.",
        [
            f"xfc-notify lifecycle show {life.dataset}",
            f"xfc-notify lifecycle extend {life.dataset} --to YYYY-MM-DD",
        ],
    ]
    return plain_message(
        settings, OPERATORS, f"Nobody has decided about dataset {name}", blocks, now, promise=PROMISE
    )


def parked_message(name: str, life: Life, why: str, settings: Settings, now: datetime) -> Message:
    """That a dataset in the bin is not removed, though its time there is over."""
    blocks = [
        f"The time of dataset {name} in the bin is over, but it was not removed:",
        [why],
        "It is not tried again until you say so, and stays as it is.",
        [f"xfc-notify lifecycle resume {life.dataset}", f"xfc-notify datasets show {life.dataset}"],
    ]
    return plain_message(
        settings, OPERATORS, f"Dataset {name} could not be removed", blocks, now, promise=PROMISE
    )


def stopped_message(why: str, settings: Settings, now: datetime) -> Message:
    """That the clock is not believed."""
    blocks = [
        f"Is the clock right? {why[:1].upper()}{why[1:]}.",
        "Until you have looked nothing ends, nobody is asked, and nothing leaves the bin. If the clock is right, as "
        "after a pause of the service, let it go on; what waits gets the time that was missed:",
        ["xfc-notify lifecycle resume"],
    ]
    return plain_message(
        settings, OPERATORS, "The dates of datasets wait: is the clock right?", blocks, now, promise=PROMISE
    )


def unsure_message(names: Sequence[str], settings: Settings, now: datetime) -> Message:
    """That the members of groups are not known as of today, so that nobody above them is asked."""
    blocks = [
        f"The directory does not tell who is in {counted(len(names), 'group')} today:",
        list(names),
        "Until it does, no question about a dataset of theirs is passed on, and none ends for want of an answer. "
        "You are told this once.",
        ["xfc-notify groups show NAME"],
    ]
    subject = f"The members of {counted(len(names), 'group')} are not known"
    return plain_message(settings, OPERATORS, subject, blocks, now, promise=PROMISE)


def corrected_message(uids: Sequence[str], settings: Settings, now: datetime) -> Message:
    """That rows of the database did not follow from what had happened, and do again."""
    blocks = [
        f"What the database says of {counted(len(uids), 'dataset')} was not what had happened to them. It was made "
        "anew from all that had happened. Look whether somebody has changed the database by hand, or it is damaged:",
        [*uids[:MOST], *_more(uids)],
        ["xfc-notify lifecycle show UID"],
    ]
    subject = f"The dates of {counted(len(uids), 'dataset')} were put right"
    return plain_message(settings, OPERATORS, subject, blocks, now, promise=PROMISE)


def tree_message(faults: Sequence[str], settings: Settings, now: datetime) -> Message:
    """That the tree of groups was wrong, and what was done."""
    blocks = [
        "The groups above groups, whose members are asked about datasets, were wrong. This was put right:",
        [*faults[:MOST], *_more(faults)],
        "If another group belongs above one, say so. What the directory says wrongly comes back with it, and is put "
        "right again; you are told this once.",
        ["xfc-notify groups set NAME --parent NAME"],
    ]
    subject = f"The tree of groups was put right in {counted(len(faults), 'place')}"
    return plain_message(settings, OPERATORS, subject, blocks, now, promise=PROMISE)


def set_aside_message(lines: Sequence[str], settings: Settings, now: datetime) -> Message:
    """That orders have failed for good and nobody has taken them up, or that they have waited for as long."""
    blocks = [
        f"{counted(len(lines), 'order')} failed long ago, or still waits, and nothing was done with the dataset since. "
        "What failed is not tried again; what waits goes on by itself once nothing stands in its way. The datasets lie "
        "where they were. You are told this once, and so are their owners:",
        [*lines[:MOST], *_more(lines)],
        ["xfc-notify datasets journal UID", "xfc-notify datasets copy UID --no-wait …"],
    ]
    subject = f"{counted(len(lines), 'transfer')} set aside"
    return plain_message(settings, OPERATORS, subject, blocks, now, promise=PROMISE)


def _more(lines: Sequence[str]) -> list[str]:
    return [f"… and {len(lines) - MOST} more"] if len(lines) > MOST else []
