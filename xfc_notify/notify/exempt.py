"""Exemptions: what a policy says of an area while an operator has lifted its limit. Pure.

A finding of that policy counts as ok until the exemption ends by itself; what was measured stays in it. Scans store
what the policies said: an exemption is laid over it whenever it is read, so that it holds at once and ends in time.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from xfc_notify.domain import Exemption, Finding, Level
from xfc_notify.plugins import Judgement


def lifted(policy: str, finding: Finding, exemptions: Iterable[Exemption], now: datetime) -> Finding:
    """The finding of a policy, ok if one of the area's exemptions lifts that policy now."""
    standing = [exemption for exemption in exemptions if exemption.policy == policy and now < exemption.until]
    if not standing:
        return finding
    last = max(standing, key=lambda exemption: exemption.until)
    return replace(finding, level=Level.OK, due=None, milestone=None, lifted=last)


def lifted_judgement(judgement: Judgement, exemptions: Iterable[Exemption], now: datetime) -> Judgement:
    """The same for all that was said of an area."""
    given = tuple(exemptions)
    verdicts = (
        replace(verdict, finding=lifted(verdict.policy, verdict.finding, given, now))
        for verdict in judgement.verdicts
    )
    return replace(judgement, verdicts=tuple(verdicts))
