"""Sentences on what is not used but lies ahead: a forecast, and files that come to their time limit.

They are never worded as if somebody had used something. `where` is empty or like " on vol1".
"""

import math
from collections.abc import Mapping

from xfc_notify import units
from xfc_notify.domain import Finding, Level, Reason
from xfc_notify.notify.letter import Topic

AGE_STATES: Mapping[Level, str] = {
    Level.OK: "fine",
    Level.NOTICE: "some files soon",
    Level.WARNING: "some files very soon",
    Level.OVER: "some files over it",
}


def is_outlook(finding: Finding) -> bool:
    """Whether the sentences here are those to take."""
    return finding.ahead is not None or is_age(finding)


def is_age(finding: Finding) -> bool:
    """Whether the limit is one on the age of files, in days."""
    return finding.ahead is None and finding.unit == "days"


def headline(topic: Topic, name: str, where: str) -> str:
    """What stands, without a full stop: "At this pace you will use 94 % of your space in 7 days"."""
    finding, ended = topic.finding, topic.reason is Reason.ENDED
    if is_age(finding):
        limit = f"the time limit of {_days(finding.limit)}"
        if ended:
            return f"Thank you: your files{where} are well within {limit}"
        if finding.used > finding.limit:
            return f"Some of your files{where} have passed {limit}"
        within = _days(max(1, math.ceil(finding.limit - finding.used)))
        return f"Some of your files{where} reach {limit} within {within}"
    if ended:
        return f"Thank you: your {name}{where} is filling up more slowly"
    if finding.used > finding.limit:
        return f"At this pace your {name}{where} will be full in {_days(finding.ahead or 0)}"
    share = units.percent(finding.used, finding.limit)
    return f"At this pace you will use {share} % of your {name}{where} in {_days(finding.ahead or 0)}"


def line(topic: Topic, name: str, used: str, limit: str, where: str) -> str:
    """The amounts, in a sentence."""
    finding, ended = topic.finding, topic.reason is Reason.ENDED
    if is_age(finding):
        if ended and finding.level > Level.OK:
            return f"We wrote to you about old files{where}; there is nothing left to say of them."
        return f"The {name} is {limit}, and the oldest of yours{where} has been here for {used}."
    if ended:
        return f"What we wrote about the growth of your usage{where} holds no longer."
    if finding.used > finding.limit:
        use = f"have passed your {name}{where} of {limit}"
    else:
        use = f"use {used} of your {name}{where} of {limit}"
    return f"At the pace of the last scans, you will {use} in {_days(finding.ahead or 0)}."


def why(topic: Topic, name: str) -> str:
    """Why this was told, for an episode that goes on."""
    message, still = ("reminder", "still ") if topic.reason is Reason.REPEAT else ("message", "")
    if not is_age(topic.finding):
        return f"You get this {message} because your usage is {still}growing towards your {name}."
    comes = "have passed" if topic.finding.used > topic.finding.limit else "are close to"
    return f"You get this {message} because files of yours {still}{comes} the {name}."


def _days(count: float) -> str:
    return f"{count:,.0f} day{'' if round(count) == 1 else 's'}"
