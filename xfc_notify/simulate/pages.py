"""Operators try other settings on the recorded history: who would have been told what, and when."""

from itertools import groupby

from xfc_notify.pages import Page, Refused, Role, Show, Shown, Visit, mark
from xfc_notify.people.tables import UserRow
from xfc_notify.simulate.apart import LATEST, SECONDS, Outcome, simulate_apart
from xfc_notify.simulate.tried import BYTE_DAYS, SIZE, SWITCH, Mistake, Tried, check, keys, read

WORDS = {
    "limits.hard_quota": mark("Hard quota of all areas"),
    "limits.temporal_quota": mark("Temporal quota of all areas"),
    "messages.min_interval": mark("Least time between two messages to a person"),
    "messages.repeat_over": mark("Remind of a passed limit after"),
    "messages.repeat_warning": mark("Remind of a warning after"),
    "messages.mute_over": mark("Silence also what is over, for whoever has muted it"),
}
"""What the page calls the settings that are there everywhere; those of policies are called as in the settings."""


def _form(visit: Visit) -> Shown:
    return _shown(visit, None)


def _try(visit: Visit) -> Shown:
    settings, policies = visit.service.settings, visit.service.plugins.having("evaluate")
    known = keys(settings, policies)
    user = visit.given("user")
    if user and not UserRow.select().where(UserRow.name == user).exists():
        raise Refused("user", visit.say("No user is called so."))
    left_out = tuple(one.name for one in policies if visit.given(f"plugins.{one.name}") == "no")
    try:
        values = read(known, {key.name: visit.given(key.name) for key in known})
        check(values, settings, policies)
    except Mistake as mistake:
        raise Refused(mistake.key, visit.language.term(mistake.what)) from None
    return _shown(visit, simulate_apart(settings.source, Tried(values, left_out), user))


def _shown(visit: Visit, outcome: Outcome | None) -> Shown:
    policies = visit.service.plugins.having("evaluate")
    known = keys(visit.service.settings, policies)
    tables = {table: list(those) for table, those in groupby(known, key=lambda key: key.table)}
    yes_no = [("yes", visit.say("yes")), ("no", visit.say("no"))]
    return Show(
        "simulate/simulation.html.j2",
        {
            "common": [(key, visit.say(WORDS[key.name])) for key in known if key.name in WORDS],
            "policies": [(one.name, tables.get(f"plugins.{one.name}", [])) for one in policies],
            "yes_no": yes_no,
            "switch": SWITCH,
            "own": (SIZE, BYTE_DAYS),
            "outcome": outcome,
            "seconds": int(SECONDS),
            "most": LATEST,
        },
    )


PAGES = (Page("/operations/simulation", Role.OPERATOR, _form, _try, link=mark("Simulation"), outside=True),)
