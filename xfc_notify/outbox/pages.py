"""What operators see and decide of messages: what is held, what did not arrive."""

from xfc_notify.outbox import deliveries, held
from xfc_notify.outbox.views import delivery_views, held_messages
from xfc_notify.pages import NO_SUCH, Absent, GoTo, Page, Refused, Role, Show, Shown, Visit, mark
from xfc_notify.states import DeliveryState

SHOWN = 200


def _held(visit: Visit) -> Shown:  # noqa: ARG001 - the same for all
    found = held_messages()
    return Show("outbox/held.html.j2", {"held": found[:SHOWN], "count_held": len(found)})


def _decide(visit: Visit) -> Shown:
    names, decision = tuple(visit.form.get("user", ())), visit.given("decision")
    every = visit.given("all") == "yes"
    if decision not in {"release", "drop"}:
        raise Absent(visit.say(NO_SUCH))
    if not names and not every:
        raise Refused("user", visit.say("Choose messages, or all of them."))
    do = held.release if decision == "release" else held.drop
    number = do(None if every else names, visit.now)
    whose = "all" if every else ", ".join(names)
    word = "released" if decision == "release" else "dropped"
    if decision == "release":
        said = visit.language.count("{count} message released.", "{count} messages released.", number)
    else:
        said = visit.language.count("{count} message dropped.", "{count} messages dropped.", number)
    return GoTo("/operations/held", said, kept=f"{number} held messages {word}: {whose}")


def _deliveries(visit: Visit) -> Shown:
    asked = visit.query.get("state", "")
    states = [asked] if asked in tuple(DeliveryState) else []
    found = delivery_views(states, SHOWN)
    choices = [
        ("", visit.say("all")),
        *((str(state), visit.language.term(str(state))) for state in DeliveryState),
    ]
    return Show("outbox/deliveries.html.j2", {"deliveries": found, "states": choices, "state": asked})


def _retry(visit: Visit) -> Shown:
    number = visit.given("number")
    if number == "all":
        states = [one for one in deliveries.REVIVABLE if visit.given("state") in {"", one}]
        revived = deliveries.revive(None, visit.now, states)
    elif number.isascii() and number.isdecimal() and len(number) < 10:
        revived = deliveries.revive(int(number), visit.now)
    else:
        raise Absent(visit.say(NO_SUCH))
    if not revived:
        raise Refused("number", visit.say("This delivery is neither dead nor waiting for a retry."))
    said = visit.language.count("{count} delivery queued again.", "{count} deliveries queued again.", revived)
    return GoTo("/operations/deliveries", said, kept=f"{revived} deliveries queued again: {number}")


PAGES = (
    Page("/operations/held", Role.OPERATOR, _held, _decide, link=mark("Held messages")),
    Page("/operations/deliveries", Role.OPERATOR, _deliveries, _retry, link=mark("Deliveries")),
)
