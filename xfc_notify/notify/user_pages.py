"""What operators do for one user: answer, see the message as it would be now, change limits and addresses."""

from collections.abc import Callable

from xfc_notify import units
from xfc_notify.areas import areas
from xfc_notify.areas.settings import Limits
from xfc_notify.notify import listen
from xfc_notify.notify.compose import preview
from xfc_notify.notify.judge import judge_changed
from xfc_notify.notify.listen import About, ReplyEffect
from xfc_notify.notify.replies import DAYS, By, Reply, in_days
from xfc_notify.notify.reply_links import without_links
from xfc_notify.notify.views import user_in_full
from xfc_notify.pages import NO_SUCH, Absent, GoTo, Page, Refused, Role, Show, Shown, Visit
from xfc_notify.people import subjects, users
from xfc_notify.people.address import mistake
from xfc_notify.people.resources import user_row
from xfc_notify.people.tables import UserRow

DEFAULT = "default"
"""In place of a quota: the one of the settings, whatever it is, as on the command line."""
AT_MOST = 200
"""Letters of an address."""


def _answer(visit: Visit) -> Shown:
    user = user_row(visit.place["user"])
    done = _answered(visit, user)
    said = visit.language.count("{count} answer is kept.", "{count} answers are kept.", len(done))
    what = ", ".join(sorted({effect.policy or effect.area or "" for effect in done}))
    kept = f"answered for {user.name}: {visit.given('reply')}: {what or 'nothing to do'}"
    return GoTo(f"/operations/users/{user.name}", said, kept=kept)


def _answered(visit: Visit, user: UserRow) -> list[ReplyEffect]:
    by, now, policy = By.OPERATOR_ON_PAGE, visit.now, visit.given("policy")
    if policy:
        listen.refuse_unknown(policy, user, visit.service.plugins)
    match visit.given("reply"):
        case Reply.SEEN:
            return listen.acknowledge(user, About(policy or None), by, now)
        case Reply.PUT_OFF:
            days = visit.given("days")
            if days not in map(str, DAYS):
                raise Refused("days", visit.say("Choose for how long."))
            return listen.put_off(user, About(policy or None), in_days(int(days), now), by, now)
        case Reply.MUTED if policy:
            return listen.mute(user, policy, by, now)
        case Reply.UNMUTED if policy:
            return listen.unmute(user, policy, by, now)
        case Reply.MOVES | Reply.NOT_NEEDED | Reply.STAYS:
            return listen.decide(user, About(policy or None), Reply(visit.given("reply")), by, now)
        case Reply.RESCAN:
            clock = visit.service.settings.scan.clock
            return listen.rescan(user, areas.areas_of(user), clock, by, now)
    raise Absent(visit.say(NO_SUCH))


def _preview(visit: Visit) -> Shown:
    user = user_row(visit.place["user"])
    message = preview(user, visit.service.settings, visit.now)
    text = without_links(message.text, visit.service.settings.web.url)
    return Show("notify/preview.html.j2", {"user": user, "subject": message.subject, "text": text})


def _form(visit: Visit) -> Shown:
    user = user_row(visit.place["user"])
    return Show(
        "notify/change_user.html.j2",
        {
            "shown": user_in_full(user),
            "contact": _contact(user),
            "limits": visit.service.settings.of(Limits),
            "switch": [("on", visit.say("on")), ("off", visit.say("off"))],
        },
    )


def _change(visit: Visit) -> Shown:
    user = user_row(visit.place["user"])
    email, contact, notify = visit.given("email"), visit.given("contact"), visit.given("notify")
    for name, address in (("email", email), ("contact", contact)):
        if address and (len(address) > AT_MOST or mistake(address) is not None):
            raise Refused(name, visit.say("This is not an address."))
    if notify not in {"on", "off"}:
        raise Refused("notify", visit.say("Choose whether this user is told."))
    hard = _quota(visit, "hard_quota", units.parse_size)
    temporal = _quota(visit, "temporal_quota", units.parse_byte_days)
    # An address that is as it was stays whoever said it: a plugin may know a newer one tomorrow.
    users.change(user, email=None if email == (user.email or "") else email, notify=notify == "on")
    if contact != _contact(user):
        subjects.set_contact(user, contact or None)
    areas.set_limits(user, hard_quota=None if hard is None else int(hard), temporal_quota=temporal)
    is_default = {name: visit.given(name) == DEFAULT for name in ("hard_quota", "temporal_quota")}
    areas.set_default(user, **is_default)
    if hard is not None or temporal is not None or any(is_default.values()):
        areas.follow_defaults(visit.service.settings.of(Limits))
        judge_changed(visit.service, visit.now, user)
    given = {
        name: visit.given(name) for name in ("email", "contact", "notify", "hard_quota", "temporal_quota")
    }
    kept = f"{user.name} changed: {', '.join(f'{name} {text}' for name, text in given.items() if text)}"
    return GoTo(f"/operations/users/{user.name}", visit.say("It is changed."), kept=kept)


def _contact(user: UserRow) -> str:
    """Who stands beside the user; empty for nobody. Areas that have different ones show the first."""
    return next((area.subject.contact for area in areas.areas_of(user) if area.subject.contact), "")


def _quota(visit: Visit, name: str, parse: Callable[[str], float]) -> float | None:
    """The quota in a field; None where it stays as it is or is to be the default."""
    text = visit.given(name)
    if text in {"", DEFAULT}:
        return None
    try:
        amount = parse(text)
    except ValueError:
        amount = 0
    if amount <= 0:
        raise Refused(name, visit.say("Write it like in the hint, or leave it empty."))
    return amount


PAGES = (
    Page("/operations/users/{user}/answer", Role.OPERATOR, None, _answer),
    Page("/operations/users/{user}/preview", Role.OPERATOR, _preview),
    Page("/operations/users/{user}/change", Role.OPERATOR, _form, _change),
)
