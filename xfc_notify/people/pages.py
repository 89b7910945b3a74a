"""Operators say who answers for a group, which group lies above it, and what its quotas are."""

from xfc_notify.errors import WrongInput
from xfc_notify.pages import NO_SUCH, Absent, GoTo, Page, Refused, Role, Show, Shown, Visit, mark
from xfc_notify.people import groups
from xfc_notify.people.address import mistake
from xfc_notify.people.limits import set_limit
from xfc_notify.people.tables import GroupRow
from xfc_notify.people.views import group_view
from xfc_notify.units import parse_size

PER_PAGE = 50
LONGEST = 200
"""Letters of what is typed of a group."""


def _groups(visit: Visit) -> Shown:
    search = visit.query.get("search", "").strip()[:100]
    found = groups.some(search, PER_PAGE + 1, (visit.page - 1) * PER_PAGE)
    rows = [(group_view(row), groups.answers_for(row)) for row in found[:PER_PAGE]]
    more = len(found) > PER_PAGE
    return Show("people/groups.html.j2", {"rows": rows, "more": more, "page": visit.page, "search": search})


def _group(visit: Visit) -> Shown:
    row = _row(visit)
    return Show("people/group.html.j2", {"group": group_view(row), "row": row, "above": _name_above(row)})


def _change(visit: Visit) -> Shown:
    row = _row(visit)
    head, contact, parent = visit.given("head"), visit.given("contact"), visit.given("parent")
    if len(head) > LONGEST or not (head + parent).isprintable():
        raise Refused("head", visit.say("This is not a name of a user."))
    if contact and (len(contact) > LONGEST or mistake(contact) is not None):
        raise Refused("contact", visit.say("This is not an address."))
    try:
        groups.change(row, groups.Change(head, contact, parent))
    except WrongInput:
        raise Refused("parent", visit.say("There is no such group, or it lies below this one.")) from None
    given = {"head": head, "contact": contact, "parent": parent}
    kept = ", ".join(f"{name} {text or 'of the directory'}" for name, text in given.items())
    return GoTo(_path(row), visit.say("It is changed."), kept=f"group {row.name} changed: {kept}")


def _limit(visit: Visit) -> Shown:
    row = _row(visit)
    volume, text = visit.given("volume"), visit.given("limit")
    if not volume or len(volume) > LONGEST or not volume.isprintable():
        raise Refused("volume", visit.say("Say on which volume."))
    try:
        size = int(parse_size(text)) if text else None
    except ValueError:
        raise Refused("limit", visit.say("Write it like 40 TB, or leave it empty.")) from None
    set_limit(row, volume, size, visit.now)
    kept = f"quota of group {row.name} on {volume}: {text or 'taken back'}"
    return GoTo(_path(row), visit.say("It is changed."), kept=kept)


def _row(visit: Visit) -> GroupRow:
    """The group whose gid stands in the address; Absent if there is none."""
    gid = visit.place["group"]
    is_number = gid.isascii() and gid.removeprefix("-").isdecimal() and len(gid) < 12
    row = groups.by_gid([int(gid)]).get(int(gid)) if is_number else None
    if row is None:
        raise Absent(visit.say(NO_SUCH))
    return row


def _name_above(row: GroupRow) -> str:
    """How the group above is called that an operator has set; empty if the directory says it."""
    above = groups.by_gid([row.parent]).get(row.parent) if row.parent is not None else None
    return above.name if above is not None else ""


def _path(row: GroupRow) -> str:
    return f"/operations/groups/{row.gid}"


PAGES = (
    Page("/operations/groups", Role.OPERATOR, _groups, link=mark("Heads of groups")),
    Page("/operations/groups/{group}", Role.OPERATOR, _group, _change),
    Page("/operations/groups/{group}/limit", Role.OPERATOR, _group, _limit),
)
