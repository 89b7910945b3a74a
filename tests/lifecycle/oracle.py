"""What must be true of any year, by the rules as people read them in docs/lifecycle.md, and with none of the code.

It walks what happened to one dataset in order, and says what is wrong, a line each.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

DAY = timedelta(days=1)


def wrong_in_life(  # noqa: C901, PLR0912 - one case for each thing that happens
    uid: str,
    owner: str,
    chain: Sequence[str],
    events: Sequence[Any],
    left: Sequence[tuple[datetime, str, str]],
) -> Iterator[str]:
    """What is wrong with the events of one dataset; `left` is when people left groups, for good."""
    state, asked, votes, voters, needed = "open", False, {}, set(), 0
    expires: datetime | None = None
    asked_for: set[datetime] = set()
    groups: list[str] = []
    binned_until: datetime | None = None
    since = None
    for event in events:
        kind, at = str(event.what), event.at
        if state == "removed":
            yield f"{uid}: {kind} after it was removed"
        if kind in {"voted", "withdrew"} and (not asked or event.who not in votes):
            yield f"{uid}: {event.who} {kind}, who was not asked"
        match kind:
            case "asked":
                if not asked:
                    if expires is None or at < expires:
                        yield f"{uid}: asked before its date"
                    if expires in asked_for:
                        yield f"{uid}: asked twice for one date"
                    asked_for.add(expires)  # type: ignore[arg-type]
                    groups, decision = [], event.data["decision"]
                    if decision != ("close" if state == "open" else "remove"):
                        yield f"{uid}: {decision} is asked of what is {state}"
                    if dict(event.data["votes"]) != {owner: 1}:
                        yield f"{uid}: the owner is not asked first"
                else:
                    group = event.data["group"]
                    groups.append(group)
                    if groups != list(chain[: len(groups)]):
                        yield f"{uid}: {groups} were asked, of {chain}"
                    for who, count in event.data["votes"].items():
                        unused = votes.get(who, 0) if who not in voters else 0
                        if count not in {unused, unused + 1}:
                            yield f"{uid}: {who} holds {count} votes, of which {unused} were unused"
                asked, votes, voters, needed = True, dict(event.data["votes"]), set(), event.data["needed"]
                since = at
            case "voted":
                if event.who in voters:
                    yield f"{uid}: {event.who} has voted twice"
                voters.add(event.who)
            case "withdrew":
                if event.who not in voters:
                    yield f"{uid}: {event.who} withdrew what was never given"
                voters.discard(event.who)
            case "binned" | "closed" if kind == "binned" or event.data.get("agreed"):
                if not asked:
                    yield f"{uid}: {kind} without a question"
                counted = [who for who in voters if _may(who, owner, groups, left, at)]
                if len(counted) < 2:
                    yield f"{uid}: {kind} by {counted} alone"
                if sum(votes[who] for who in counted) < needed:
                    yield f"{uid}: {kind} without enough votes"
                asked = False
                state = "bin" if kind == "binned" else "closed"
                if kind == "binned":
                    binned_until = datetime.fromisoformat(event.data["until"])
                    if binned_until - at < 14 * DAY:
                        yield f"{uid}: less than 14 days in the bin"
                else:
                    expires = None
            case "closed":
                state, asked, expires = "closed", False, None
            case "opened":
                state, asked, expires = "open", False, None
            case "dated":
                if expires is not None:
                    yield f"{uid}: a lifespan replaced a date"
                expires = datetime.fromisoformat(event.data["expires"])
            case "extended":
                expires, asked = datetime.fromisoformat(event.data["expires"]), False
            case "exhausted":
                if not asked or groups != list(chain):
                    yield f"{uid}: nobody left to ask, after {groups} of {chain}"
                if since is None or at < since:
                    yield f"{uid}: ended before it was asked"
                asked = False
            case "shifted":
                if binned_until is not None:
                    binned_until += timedelta(seconds=event.data["seconds"])
            case "restored":
                if state != "bin":
                    yield f"{uid}: restored from {state}"
                state, expires, binned_until = "closed", None, None
            case "removing":
                if state != "bin" or binned_until is None or at < binned_until:
                    yield f"{uid}: removing at {at}, from {state} until {binned_until}"
                state = "removing"
            case "removed":
                if state != "removing":
                    yield f"{uid}: removed from {state}"
                state = "removed"


def stuck(uid: str, life: Any, now: datetime) -> Iterator[str]:
    """What waits though nothing can come any more: a question for weeks, or the bin beyond its time."""
    if life.notice is not None and now - life.notice.since > 8 * DAY + life.notice.missed:
        yield f"{uid}: waits for {sorted(life.notice.votes)} since {life.notice.since}"
    if life.bin is not None and str(life.phase) == "bin" and now - life.bin.until > DAY:
        yield f"{uid}: in the bin beyond its time"
    if str(life.phase) == "removing" and not life.parked and now - life.bin.until > 40 * DAY:
        yield f"{uid}: neither gone nor parked"


def wrong_in_telling(told: Sequence[Any], closed: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """What is wrong with what people heard: twice of the same, more than once a day, or a question after its end."""
    same = Counter((one.who, one.uid, one.policy, one.milestone) for one in told)
    for key, count in same.items():
        if count > 1:
            yield f"{key} was told {count} times"
    last: dict[str, datetime] = {}
    for one in sorted(told, key=lambda one: one.at):
        if one.who in last and last[one.who] != one.at and one.at - last[one.who] < DAY:
            yield f"{one.who} heard twice within a day"
        last[one.who] = one.at
    for one in told:
        if one.milestone == 0 and not _is_open(closed[one.uid], one.at):
            yield f"{one.who} was asked about {one.uid} at {one.at}, after it had ended"


def _is_open(events: Sequence[Any], at: datetime) -> bool:
    """Whether a question was open at a time."""
    is_open = False
    for event in events:
        if event.at > at:
            break
        if str(event.what) == "asked":
            is_open = True
        elif str(event.what) in {"closed", "opened", "extended", "exhausted", "binned", "removed"}:
            if is_open and event.at == at:
                return True  # it ended in the same moment, after that
            is_open = False
    return is_open


def _may(
    who: str, owner: str, groups: Sequence[str], left: Sequence[tuple[datetime, str, str]], at: datetime
) -> bool:
    """Whether somebody who was asked may still vote: the owner, or who has not left all the groups asked."""
    gone = {name for time, name, person in left if person == who and time <= at}
    return who == owner or any(group not in gone for group in groups)
