"""What operators see and decide of users: where they stand, what is lifted, what going live would send."""

from xfc_notify.areas import areas
from xfc_notify.domain import Exemption
from xfc_notify.errors import WrongInput
from xfc_notify.notify import episode_rows, exemption_rows, reply_rows, user_pages, wishes
from xfc_notify.notify.go_live import first_messages, go_live
from xfc_notify.notify.grant import end, grant
from xfc_notify.notify.replies import DAYS, DECISIONS, answerable, asks
from xfc_notify.notify.standing_page import standing
from xfc_notify.notify.views import exemptions, explanation, user_in_full
from xfc_notify.notify.wish_pages import end_of, limits_of
from xfc_notify.outbox.mode import live_since
from xfc_notify.pages import NO_SUCH, Absent, GoTo, Page, Refused, Role, Show, Shown, Visit, mark
from xfc_notify.people import users
from xfc_notify.people.resources import user_row
from xfc_notify.people.tables import UserRow

PER_PAGE = 50
MOST_FIRST = 500
"""First messages that the preview of going live shows."""


def _users(visit: Visit) -> Shown:
    query, page = visit.query.get("search", "").strip()[:100], visit.page
    rows = users.found(query, PER_PAGE + 1, (page - 1) * PER_PAGE)
    return Show(
        "notify/users.html.j2",
        {"users": rows[:PER_PAGE], "more": len(rows) > PER_PAGE, "page": page, "search": query},
    )


def _one(visit: Visit) -> Shown:
    user = user_row(visit.place["user"])
    rows = areas.areas_of(user)
    titles = sorted({(policy, title) for _, policy, title in limits_of(rows)})
    muted = reply_rows.muted_by(user)
    named = [(policy, visit.language.term(title)) for policy, title in titles]
    return Show(
        "notify/user.html.j2",
        {
            "shown": user_in_full(user),
            "told": explanation(user, visit.service.settings),
            "rows": rows,
            "choices": [(str(row.id), row.path) for row in rows],
            "policies": named,
            "lifted": exemptions(visit.now, user),
            "heard": [(policy, title) for policy, title in named if policy not in muted],
            "decisions": DECISIONS if _is_asked(user) else (),
            "days": [(str(days), visit.language.count("{count} day", "{count} days", days)) for days in DAYS],
        },
    )


def _is_asked(user: UserRow) -> bool:
    """Whether a message to them asks what becomes of the data."""
    return any(asks(episode) and answerable(episode) for _, episode in episode_rows.unsettled(user))


def _stand(visit: Visit) -> Shown:
    return standing(visit, user_row(visit.place["user"]))


def _grant(visit: Visit) -> Shown:
    user = user_row(visit.place["user"])
    area = next((row for row in areas.areas_of(user) if str(row.id) == visit.given("area")), None)
    why = _why(visit, "reason")
    if area is None:
        raise Refused("area", visit.say("Choose the area."))
    try:
        until = end_of(visit.given("until"), visit.language.zone)
    except ValueError:
        raise Refused("until", visit.say("Write the day like 2026-03-15.")) from None
    if until <= visit.now:
        raise Refused("until", visit.say("This day is over."))
    policy = visit.given("policy")
    grant(area, Exemption(policy, until, why), visit.service, visit.now)
    what = f"{policy} of {area.path} lifted until {until:%Y-%m-%d %H:%M} UTC: {why}"
    return GoTo(f"/operations/users/{user.name}", visit.say("The limit is lifted."), kept=what)


def _exemptions(visit: Visit) -> Shown:
    skipped = (visit.page - 1) * PER_PAGE
    open_ones = wishes.wishes(PER_PAGE + 1, skipped, newest=True)
    lifted = exemptions(visit.now, count=PER_PAGE + 1, skipped=skipped)
    return Show(
        "notify/exemptions.html.j2",
        {
            "lifted": lifted[:PER_PAGE],
            "wishes": open_ones[:PER_PAGE],
            "page": visit.page,
            "more": max(len(lifted), len(open_ones)) > PER_PAGE,
        },
    )


def _decide(visit: Visit) -> Shown:
    number, granted = visit.given("number"), visit.given("decision")
    if not (number.isascii() and number.isdecimal() and len(number) < 10) or granted not in {
        "grant",
        "decline",
    }:
        raise Absent(visit.say(NO_SUCH))
    answer = _why(visit, f"answer-{number}")
    done = wishes.decide(
        int(number), granted=granted == "grant", answer=answer, service=visit.service, now=visit.now
    )
    word = "granted" if done.granted else "declined"
    kept = f"request {word}: {done.policy} of {done.area} until {done.until:%Y-%m-%d}: {answer}"
    return GoTo("/operations/exemptions", visit.say("It is decided."), kept=kept)


def _end(visit: Visit) -> Shown:
    rows = [
        row
        for row in exemption_rows.standing(visit.now)
        if (row.subject.key, row.policy) == (visit.given("area"), visit.given("policy"))
    ]
    if not rows:
        raise Absent(visit.say(NO_SUCH))
    end(rows, visit.service, visit.now)
    kept = f"exemption ended: {rows[0].policy} of {rows[0].subject.key}"
    return GoTo("/operations/exemptions", visit.say("The limit holds again."), kept=kept)


def _go_live(visit: Visit) -> Shown:
    before = live_since()
    firsts = [] if before else first_messages(visit.service, visit.now)
    shadow = visit.service.settings.messages.mode == "shadow"
    return Show(
        "notify/go_live.html.j2",
        {"since": before, "firsts": firsts[:MOST_FIRST], "count_first": len(firsts), "shadow": shadow},
    )


def _step(visit: Visit) -> Shown:
    """Go live; the next tick writes what is due."""
    what = visit.given("what")
    if visit.service.settings.messages.mode == "shadow":
        raise WrongInput(mark("The settings say that messages are only recorded, which always wins."))
    if what not in {"all", "changes"}:
        raise Refused("what", visit.say("Choose what is to be sent."))
    if not go_live(visit.now, only_changes=what == "changes"):
        raise WrongInput(mark("Messages are sent already."))
    kept = "went live" if what == "all" else "went live: what stood counts as told"
    return GoTo("/operations/go-live", visit.say("Messages are sent from now on."), kept=kept)


def _why(visit: Visit, name: str) -> str:
    why = " ".join(visit.given(name).split())
    if not why or not why.isprintable() or len(why) > wishes.LONGEST:
        raise Refused(name, visit.say("The user is told why; say it in words."))
    return why


PAGES = (
    Page("/operations/users", Role.OPERATOR, _users, link=mark("Users")),
    Page("/operations/users/{user}", Role.OPERATOR, _one, _grant),
    Page("/operations/users/{user}/storage", Role.OPERATOR, _stand),
    Page("/operations/exemptions", Role.OPERATOR, _exemptions, _decide, link=mark("Exemptions")),
    Page("/operations/exemptions/end", Role.OPERATOR, None, _end),
    Page("/operations/go-live", Role.OPERATOR, _go_live, _step, link=mark("Going live")),
    *user_pages.PAGES,
)
