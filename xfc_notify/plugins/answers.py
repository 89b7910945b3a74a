"""Reads and checks what hooks return. TypeError or ValueError says what is wrong with it.

What passes can be stored, compared and printed without further checks.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, cast

from xfc_notify.domain import Finding, Group, Level, Person

LONGEST_POLICY = 100
LONGEST_ADDRESS = 1000
LONGEST_NAME = 100
LONGEST_REASON = 1000
LONGEST_PLACE = 200


def person(answer: Any) -> Person | None:
    """What find_person returned."""
    if answer is None:
        return None
    if not isinstance(answer, Person):
        raise TypeError(f"returned a {type(answer).__name__}, not a Person")
    if not (isinstance(answer.full_name, str) and answer.full_name.isprintable()):
        raise ValueError("returned a full name that is not printable text")
    if answer.email is not None and not (isinstance(answer.email, str) and answer.email.isprintable()):
        raise ValueError("returned an email that is not printable text")
    if answer.uid is not None and not (type(answer.uid) is int and 0 <= answer.uid < 2**32):
        raise ValueError("returned a uid that is not a number from 0 to 2³² − 1")
    return answer


def group(answer: Any) -> Group | None:
    """What find_group returned."""
    if answer is None:
        return None
    if not isinstance(answer, Group):
        raise TypeError(f"returned a {type(answer).__name__}, not a Group")
    if type(answer.gid) is not int or not -(2**31) <= answer.gid < 2**32:
        raise ValueError("returned a group whose gid is no gid")
    if not _is_text(answer.name, LONGEST_NAME) or not isinstance(answer.members, tuple):
        raise ValueError("returned a group without a printable name, or whose members are no tuple")
    if not all(_is_text(text, LONGEST_NAME) for text in (*answer.members, answer.head or "-")):
        raise ValueError("returned a group with a member or head whose name is not printable text")
    return answer


def findings(answer: Any, plugin: str) -> list[Finding]:
    """What evaluate returned; a finding that names no policy counts under the plugin's name."""
    found: dict[str, Finding] = {}
    for finding in () if answer is None else answer:
        _check_finding(finding)
        policy = finding.policy or plugin
        if policy in found:
            raise ValueError(f"returned two findings for the policy {policy!r}")
        found[policy] = finding
    return list(found.values())


def addresses(answer: Any) -> list[str]:
    """What addresses returned, each once."""
    if isinstance(answer, str):
        raise TypeError("returned one text, not a list of texts")
    found = list(dict.fromkeys(() if answer is None else answer))
    if not all(_is_text(address, LONGEST_ADDRESS) for address in found):
        raise ValueError("returned an address that is not printable text of 1 to 1,000 characters")
    return found


def files(answer: Any) -> list[bytes] | None:
    """What dataset_files returned."""
    if answer is None:
        return None
    if isinstance(answer, str | bytes):
        raise TypeError("returned one path, not a list of paths")
    found = list(answer)
    if not all(isinstance(path, bytes) and path and b"\0" not in path for path in found):
        raise ValueError("returned a file that is not a path in bytes")
    return found


def reason(answer: Any) -> str | None:
    """What objection or outage returned."""
    if answer is not None and not _is_text(answer, LONGEST_REASON):
        raise ValueError("returned something other than None or printable text of 1 to 1,000 characters")
    return cast("str | None", answer)


def _check_finding(finding: Any) -> None:
    if not isinstance(finding, Finding):
        raise TypeError(f"returned a {type(finding).__name__}, not a Finding")
    if not isinstance(finding.level, Level):
        raise TypeError(f"returned the level {finding.level!r}, not a Level")
    if not _all_finite((finding.used, finding.limit)):
        raise ValueError("returned an amount that is not a finite number")
    texts = (finding.unit, finding.title, *finding.facts.keys(), *finding.facts.values())
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("returned a unit, title or fact that is not text")
    for text in texts:
        text.encode(
            "utf-8", "surrogateescape"
        )  # half a surrogate pair, which nothing can store or show: ValueError
    if finding.policy and not _is_text(finding.policy, LONGEST_POLICY):
        raise ValueError("returned a policy that is not printable text of 1 to 100 characters")
    if finding.move_to and not _is_text(finding.move_to, LONGEST_PLACE):
        raise ValueError("returned a move_to that is not printable text of at most 200 characters")
    if not all(map(_is_three_shares, (finding.thresholds, finding.left_at or finding.thresholds))):
        raise ValueError("returned thresholds, or left_at, that are not three finite numbers")
    if finding.lifted is not None:
        raise ValueError("returned a finding that is lifted, which only an operator can say")
    _check_when(finding)


def _check_when(finding: Finding) -> None:
    if not all(days is None or isinstance(days, int) for days in (finding.milestone, finding.ahead)):
        raise TypeError("returned a milestone or days ahead that are not a number of days")
    if finding.due is not None:
        _check_due(finding.due)


def _check_due(due: Any) -> None:
    if not isinstance(due, datetime) or due.tzinfo is None:
        raise ValueError("returned a due date that is not a time with a time zone")
    due.astimezone(UTC)  # OverflowError at the ends of time


def _is_three_shares(shares: Any) -> bool:
    return len(shares) == 3 and _all_finite(shares)


def _all_finite(amounts: Iterable[Any]) -> bool:
    return all(
        isinstance(amount, int | float) and not isinstance(amount, bool) and abs(amount) < 1e300
        for amount in amounts
    )


def _is_text(text: Any, longest: int) -> bool:
    return isinstance(text, str) and 0 < len(text) <= longest and text.isprintable()
