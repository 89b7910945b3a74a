"""What people see of datasets that expire: their dates, what is to be decided, and what one may do about each."""

from xfc_notify.errors import WrongInput
from xfc_notify.lifecycle import answer_pages, dates, lives, operator_pages, people, visible, words
from xfc_notify.lifecycle.actions import Actions
from xfc_notify.lifecycle.choices import choice
from xfc_notify.lifecycle.life import Life
from xfc_notify.lifecycle.lives import PAGE, By
from xfc_notify.lifecycle.states import Decision
from xfc_notify.lifecycle.tokens import Act
from xfc_notify.pages import Absent, GoTo, Page, Refused, Role, Show, Shown, Visit, mark

LINES = 100
"""Of what happened to a dataset."""
TERMS = (
    mark("open"), mark("closed"), mark("bin"), mark("removing"), mark("removed"),
    mark("began"), mark("opened"), mark("dated"), mark("extended"), mark("asked"), mark("told"), mark("voted"),
    mark("withdrew"), mark("exhausted"), mark("binned"), mark("restored"), mark("failed"), mark("parked"),
    mark("resumed"), mark("shifted"),
)  # fmt: skip
"""Words of the tables, for translators: those of Phase and Happening."""


def _expiring(visit: Visit) -> Shown:
    mine = visible.mine(visit.who.name)
    asked = visible.asked(visit.who.name, visit.now)
    return Show(
        "lifecycle/expiring.html.j2",
        {
            "mine": [words.row(dataset, life, visit.language, visit.now) for dataset, life in mine],
            "asked": [words.row(dataset, life, visit.language, visit.now) for dataset, life in asked],
        },
    )


def _one(visit: Visit) -> Shown:
    dataset, life = visible.one(visit, visit.place["dataset"])
    may = choice(life, dataset, visit.who.name, visit.service.settings, visit.now)
    closes = life.notice is not None and life.notice.decision is Decision.CLOSE
    return Show(
        "lifecycle/life.html.j2",
        {
            "row": words.row(dataset, life, visit.language, visit.now),
            "facts": words.facts(life, dataset, visit.language, visit.now),
            "closed_at": life.closed_at,
            "may": may,
            "closes": closes,
            "beyond": visit.who.operator and life.stands,
            "until": dates.day_of(may.extend_until, visit.language, visit.now) if may.extend_until else "",
            "question": words.question(Act.AGREE, life, None, visit.language, visit.now),
            "events": list(reversed(lives.events(dataset.uid)))[:LINES],
        },
    )


def _act(visit: Visit) -> Shown:
    """One step in one's own name."""
    dataset, life = visible.one(visit, visit.place["dataset"])
    who, uid = visit.who.name, dataset.uid
    by = By(who, PAGE, session=who)
    may = choice(life, dataset, who, visit.service.settings, visit.now)
    actions, said = Actions.by_clock(visit.service, visit.now), visit.language
    match visit.given("do"):
        case "agree" if may.agrees:
            after, act, what = actions.vote(uid, who, by), Act.AGREE, "agreed"
        case "withdraw" if may.withdraws:
            after, act, what = actions.withdraw(uid, who, by), Act.WITHDRAW, "vote withdrawn"
        case "extend" if may.extend_until is not None:
            after, act, what = actions.extend(uid, may.extend_until, by), Act.EXTEND, "extended"
        case "date" if may.extend_until is not None or visit.who.operator:
            after, act, what = _dated(visit, uid, by), Act.EXTEND, "extended"
        case "agree" | "withdraw" | "extend" | "date":
            raise WrongInput(mark("That cannot be done any more: look at how it stands now."))
        case _:
            raise Absent(visit.say("There is no such step."))
    kept = f"dataset {uid} {what}" if visit.who.operator else ""
    return GoTo(f"/expiring/{uid}", words.done(act, after, said, visit.now), kept=kept)


def _dated(visit: Visit, uid: str, by: By) -> Life:
    """Give it the date in the form; an operator beyond its limits."""
    try:
        wanted = dates.typed(visit.given("date"), people.zone(visit.service.settings))
    except WrongInput:
        raise Refused("date", visit.say("Write a day like 2027-04-05.")) from None
    life, dataset = lives.known(uid), visible.one(visit, uid)[0]
    may = choice(life, dataset, by.who, visit.service.settings, visit.now)
    if wanted <= visit.now:
        raise Refused("date", visit.say("This day is over."))
    if not visit.who.operator and (may.extend_until is None or wanted > may.extend_until):
        raise Refused("date", visit.say("That is later than you may: ask the operators."))
    return Actions.by_clock(visit.service, visit.now).extend(uid, wanted, by, beyond=visit.who.operator)


PAGES = (
    Page("/expiring", Role.USER, _expiring, link=mark("Dates of datasets"), offers=visible.sees_any),
    Page("/expiring/{dataset}", Role.USER, _one, _act),
    *answer_pages.PAGES,
    *operator_pages.PAGES,
)
