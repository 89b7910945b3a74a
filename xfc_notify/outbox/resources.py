"""Messages and deliveries, for programs."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen

from xfc_notify.errors import WrongInput
from xfc_notify.outbox import deliveries, held
from xfc_notify.outbox.views import DeliveryView, HeldMessage, delivery_views, held_messages
from xfc_notify.pages import NO_SUCH, Absent, Changed, Many, Resource, Role, Visit

State = Literal["queued", "sending", "retry", "sent", "dead", "held", "dropped"]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many were changed."""

    changed: int


def _held(visit: Visit) -> Many:  # noqa: ARG001
    """The messages that wait for an operator, oldest first."""
    return Many(held_messages())


def _decide(
    visit: Visit,
    *,
    decision: Literal["release", "drop"],
    users: Annotated[list[Annotated[str, MaxLen(64)]], MaxLen(1000)] | None = None,
    every: bool = False,
) -> Changed:
    """Release or drop held messages: those to these users, or all with `every`."""
    if bool(users) == every:
        raise WrongInput("Name users, or say every.")
    do = held.release if decision == "release" else held.drop
    number = do(users, visit.now)
    whose = "all" if every else ", ".join(users or ())
    return Changed(Counted(number), f"{number} held messages: {decision}: {whose}")


def _deliveries(
    visit: Visit,  # noqa: ARG001
    *,
    state: State | None = None,
    count: Annotated[int, Ge(1), Le(1000)] = 100,
) -> Many:
    """The latest deliveries, of one state or all, newest first."""
    return Many(delivery_views([state] if state else (), count))


def _retry(visit: Visit, *, number: Annotated[int, Ge(1), Le(2**31 - 1)]) -> Changed:
    """Send a delivery again that is dead, or waits for a retry."""
    if not deliveries.revive(number, visit.now):
        raise Absent(NO_SUCH)
    return Changed(Counted(1), f"delivery {number} queued again")


RESOURCES = (
    Resource("/messages/held", Role.OPERATOR, _held, HeldMessage, many=True),
    Resource("/messages/held/decision", Role.OPERATOR, _decide, Counted, change=True),
    Resource("/deliveries", Role.OPERATOR, _deliveries, DeliveryView, many=True),
    Resource("/deliveries/{number}/retry", Role.OPERATOR, _retry, Counted, change=True),
)
