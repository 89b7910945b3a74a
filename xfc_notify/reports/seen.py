"""Who may see which groups on the web: those that they answer for, an operator all."""

from xfc_notify.pages import NO_SUCH, Absent, Visit
from xfc_notify.people import groups
from xfc_notify.people.tables import GroupRow
from xfc_notify.reports.settings import Reports


def seen_gids(visit: Visit) -> frozenset[int] | None:
    """The groups that a visitor may see; None: all."""
    if visit.who.operator:
        return None
    return frozenset(row.gid for row in groups.headed_by(visit.who.name))


def sees_any(visit: Visit) -> bool:
    """Whether there can be a group that a visitor may see: what every page asks, for its navigation."""
    if not visit.service.settings.of(Reports).volumes:
        return False
    return visit.who.operator or groups.heads_any(visit.who.name)


def sees(visit: Visit, row: GroupRow) -> bool:
    """Whether a visitor may see this group."""
    return visit.who.operator or groups.answers_for(row) == visit.who.name


def group_of(visit: Visit, gid: str) -> GroupRow:
    """The group with this number. Absent if there is none, or if it is not for this visitor."""
    digits = gid.removeprefix("-")
    row = None
    if digits.isascii() and digits.isdecimal() and len(digits) < 12:
        row = GroupRow.get_or_none(GroupRow.gid == int(gid))
    if row is None or not sees(visit, row):
        raise Absent(visit.say(NO_SUCH))
    found: GroupRow = row
    return found
