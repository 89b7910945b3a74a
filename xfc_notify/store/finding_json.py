"""A Finding as JSON, for our own tables."""

from collections.abc import Iterable
from datetime import UTC, datetime

from xfc_notify.domain import Exemption, Fact, Finding, Level
from xfc_notify.store.json_values import Json


def dump_finding(finding: Finding) -> Json:
    """A Finding as JSON."""
    return {
        "level": str(finding.level),
        "used": finding.used,
        "limit": finding.limit,
        "unit": finding.unit,
        "title": finding.title,
        "due": finding.due.astimezone(UTC).isoformat() if finding.due else None,
        "from_history": finding.from_history,
        "facts": [[_dump_text(name), _dump_text(text)] for name, text in finding.facts.items()],
        "policy": finding.policy,
        "thresholds": list(finding.thresholds),
        "milestone": finding.milestone,
        "ahead": finding.ahead,
        "left_at": list(finding.left_at) if finding.left_at else None,
        "lifted": _dump_exemption(finding.lifted),
        "move_to": finding.move_to,
    }


def worst_level(findings: Iterable[Json]) -> Level:
    """The worst level of findings as JSON; ok if there are none."""
    return max((Level.named(finding["level"]) for finding in findings), default=Level.OK)


def load_finding(data: Json) -> Finding:
    """The Finding that `dump_finding` wrote into our own tables."""
    due = data["due"]
    return Finding(
        level=Level.named(data["level"]),
        used=data["used"],
        limit=data["limit"],
        unit=data["unit"],
        title=data["title"],
        due=datetime.fromisoformat(due) if due else None,
        facts={_load_text(name): _load_text(text) for name, text in data["facts"]},
        policy=data["policy"],
        thresholds=(data["thresholds"][0], data["thresholds"][1], data["thresholds"][2]),
        milestone=data.get("milestone"),  # findings stored before there were milestones have none
        ahead=data.get("ahead"),
        left_at=tuple(data["left_at"]) if data.get("left_at") else None,
        lifted=_load_exemption(data.get("lifted")),
        from_history=data.get("from_history", False),
        move_to=data.get("move_to", ""),
    )


def _dump_text(text: str) -> Json | str:
    return {"sentence": text.sentence, "values": dict(text.values)} if isinstance(text, Fact) else text


def _load_text(stored: Json | str) -> str:
    if isinstance(stored, str):
        return stored
    values = {
        name: value if isinstance(value, str) else tuple(value) for name, value in stored["values"].items()
    }
    return Fact(stored["sentence"], **values)


def _dump_exemption(exemption: Exemption | None) -> Json | None:
    if exemption is None:
        return None
    until = exemption.until.astimezone(UTC).isoformat()
    return {"policy": exemption.policy, "until": until, "reason": exemption.reason}


def _load_exemption(data: Json | None) -> Exemption | None:
    if data is None:
        return None
    return Exemption(data["policy"], datetime.fromisoformat(data["until"]), data["reason"])
