"""Where users stand and what they were told, for programs; and what they answer."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen, MinLen

from xfc_notify.areas import areas
from xfc_notify.areas.settings import Limits
from xfc_notify.areas.views import Standing
from xfc_notify.domain import Exemption, Level
from xfc_notify.errors import WrongInput
from xfc_notify.notify import listen, wishes
from xfc_notify.notify.grant import grant
from xfc_notify.notify.listen import About, ReplyEffect
from xfc_notify.notify.replies import By, Reply, in_days
from xfc_notify.notify.views import (
    ExemptionView,
    Explanation,
    UserInFull,
    exemptions,
    explanation,
    standings,
    user_in_full,
)
from xfc_notify.notify.wishes import WishView
from xfc_notify.outbox.messages import TO_THEM
from xfc_notify.pages import Changed, Many, Resource, Role, Visit
from xfc_notify.people.resources import user_row
from xfc_notify.usage import Counted

Page = Annotated[int, Ge(1), Le(100_000)]
Size = Annotated[int, Ge(1), Le(1000)]
Policy = Annotated[str, MinLen(1), MaxLen(100)]
Text = Annotated[str, MinLen(1), MaxLen(500)]
Replies = Literal["seen", "put off", "muted", "unmuted", "rescan", "moves", "not needed", "stays"]


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer did."""

    done: tuple[ReplyEffect, ...]


def _counts(visit: Visit) -> Counted:
    return visit.service.settings.of(Limits).counts


def _standings(
    visit: Visit,
    *,
    level: Literal["ok", "notice", "warning", "over"] | None = None,
    page: Page = 1,
    size: Size = 100,
) -> Many:
    """Where all areas stand, the worst first: those at this level or worse."""
    least = Level.named(level) if level else None
    found = list(
        islice(standings(visit.now, _counts(visit), None, least, page * size + 1), (page - 1) * size, None)
    )
    return Many(found[:size], page, len(found) > size)


def _mine(visit: Visit) -> Many:
    """Where your own areas stand."""
    return Many(list(standings(visit.now, _counts(visit), user_row(visit.who.name))))


def _of(visit: Visit, *, user: str) -> Many:
    """Where the areas of a user stand."""
    return Many(list(standings(visit.now, _counts(visit), user_row(user))))


def _explain_me(visit: Visit) -> Explanation:
    """Why you were told something, or were not."""
    return explanation(user_row(visit.who.name), visit.service.settings, TO_THEM)


def _explain(visit: Visit, *, user: str) -> Explanation:
    """Why a user was told something, or was not."""
    return explanation(user_row(user), visit.service.settings)


def _me(visit: Visit) -> UserInFull:
    """You, with your areas and preferences."""
    return user_in_full(user_row(visit.who.name))


def _user(visit: Visit, *, user: str) -> UserInFull:  # noqa: ARG001
    """A user with all areas and preferences."""
    return user_in_full(user_row(user))


def _exemptions(visit: Visit) -> Many:
    """The limits that are lifted now."""
    return Many(exemptions(visit.now))


def _wishes(visit: Visit, *, page: Page = 1, size: Size = 100) -> Many:  # noqa: ARG001
    """The requests for exemptions that are not decided yet, the oldest first."""
    found = wishes.wishes(size + 1, (page - 1) * size)
    return Many(found[:size], page, len(found) > size)


def _reply(
    visit: Visit, *, reply: Replies, policy: Policy | None = None,
    days: Annotated[int, Ge(1), Le(30)] | None = None
) -> Changed:  # fmt: skip
    """Answer what you were told. `policy`: of this limit only, which muting needs; `days`: put it off for so long."""
    user, now, by = user_row(visit.who.name), visit.now, By.PERSON
    if policy is None and reply in {Reply.MUTED, Reply.UNMUTED}:
        raise WrongInput("Name the policy.")
    match Reply(reply):
        case Reply.SEEN:
            done = listen.acknowledge(user, About(policy), by, now)
        case Reply.PUT_OFF:
            done = listen.put_off(user, About(policy), in_days(days or 0, now), by, now)
        case Reply.MUTED:
            listen.refuse_unknown(policy or "", user, visit.service.plugins)
            done = listen.mute(user, policy or "", by, now)
        case Reply.UNMUTED:
            done = listen.unmute(user, policy or "", by, now)
        case Reply.MOVES | Reply.NOT_NEEDED | Reply.STAYS:
            done = listen.decide(user, About(policy), Reply(reply), by, now)
        case Reply.RESCAN:
            settings = visit.service.settings
            done = listen.rescan(user, areas.areas_of(user), settings.scan.clock, by, now, settings.surveyed)
    return Changed(Answered(tuple(done)), f"answers {reply}")


def _grant(visit: Visit, *, user: str, area: Text, policy: Policy, until: datetime, reason: Text) -> Changed:
    """Lift a limit of an area until a time; the user is told why."""
    row = next((one for one in areas.areas_of(user_row(user)) if one.path == area), None)
    if row is None:
        raise WrongInput("This user has no such area.")
    if until.tzinfo is None or until <= visit.now:
        raise WrongInput("until must be a time to come, with its zone.")
    if not reason.strip() or not reason.isprintable():
        raise WrongInput("The user is told why; say it in words.")
    grant(row, Exemption(policy, until, reason), visit.service, visit.now)
    lifted = next(one for one in exemptions(visit.now, row.user) if (one.area, one.policy) == (area, policy))
    return Changed(lifted, f"{policy} of {area} lifted until {until:%Y-%m-%d %H:%M %Z}: {reason}")


RESOURCES = (
    Resource("/me", Role.USER, _me, UserInFull),
    Resource("/me/standings", Role.USER, _mine, Standing, many=True),
    Resource("/me/explanation", Role.USER, _explain_me, Explanation),
    Resource("/me/replies", Role.USER, _reply, Answered, change=True),
    Resource("/standings", Role.OPERATOR, _standings, Standing, many=True),
    Resource("/users/{user}", Role.OPERATOR, _user, UserInFull),
    Resource("/users/{user}/standings", Role.OPERATOR, _of, Standing, many=True),
    Resource("/users/{user}/explanation", Role.OPERATOR, _explain, Explanation),
    Resource("/users/{user}/exemptions", Role.OPERATOR, _grant, ExemptionView, change=True),
    Resource("/exemptions", Role.OPERATOR, _exemptions, ExemptionView, many=True),
    Resource("/wishes", Role.OPERATOR, _wishes, WishView, many=True),
)
