"""ack, snooze, mute, unmute, rescan: what an operator answers for a user."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile, UserName
from xfc_notify.cli.output import print_json, say
from xfc_notify.cli.session import Session, session
from xfc_notify.cli.work import finish_here
from xfc_notify.errors import WrongInput
from xfc_notify.units import at, counted

if TYPE_CHECKING:
    from xfc_notify.people.tables import UserRow

Policy = Annotated[str, typer.Argument(metavar="POLICY", help="As `explain` names it, like quota_hard.")]
OnePolicy = Annotated[
    str | None, typer.Option("--policy", metavar="POLICY", help="Only for this policy; otherwise for all.")
]


class Decision(StrEnum):
    """What may become of data that grow old."""

    MOVES = "moves"
    NOT_NEEDED = "not-needed"
    STAYS = "stays"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("ack", help="Answer for a user: seen; silent unless it gets worse.")(_ack)
    app.command("snooze", help="Answer for a user: remind later; twice per episode.")(_snooze)
    app.command("mute", help="Answer for a user: no more about this policy.")(_mute)
    app.command("unmute", help="End a mute: tell a user about a policy again.")(_unmute)
    app.command("rescan", help="Answer for a user: cleaned up; scan next. At most once an hour.")(_rescan)


def _ack(
    name: UserName,
    policy: OnePolicy = None,
    decision: Annotated[
        Decision | None,
        typer.Option(help="What becomes of the data, where a message asked for it; it is kept."),
    ] = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.notify.listen import About, acknowledge, decide
    from xfc_notify.notify.replies import By, Reply

    now = datetime.now(UTC)
    with session(settings) as opened:
        user, about = _user(name, policy, opened), About(policy)
        if decision is None:
            done = acknowledge(user, about, By.OPERATOR, now)
        else:
            done = decide(user, about, Reply[decision.name], By.OPERATOR, now)
    if as_json:
        print_json(done)
        return
    for effect in done:
        say(
            f"{effect.policy} of {effect.area}: {effect.reply} at {effect.level}; said again when it gets worse."
        )


def _snooze(
    name: UserName,
    days: Annotated[int | None, typer.Option(metavar="DAYS", help="1, 3, 7 or 14.")] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Until this day begins, like 2026-03-15; at most 30 days away."),
    ] = None,
    policy: OnePolicy = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.notify.listen import About, put_off
    from xfc_notify.notify.replies import By, begin_of, in_days

    if (days is None) == (until is None):
        raise WrongInput("Give either a number of days or a date.", "Give --days 3 or --until 2026-03-15.")
    day = _date(until) if until is not None else None
    now = datetime.now(UTC)
    with session(settings) as opened:
        user = _user(name, policy, opened)
        zone = user.timezone or opened.settings.service.timezone
        end = begin_of(day, zone) if day is not None else in_days(days or 0, now)
        done = put_off(user, About(policy), end, By.OPERATOR, now)
    if as_json:
        print_json(done)
        return
    for effect in done:
        say(f"{effect.policy} of {effect.area}: put off until {at(effect.until)} UTC, unless it gets worse.")


def _mute(name: UserName, policy: Policy, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.notify import episode_rows
    from xfc_notify.notify.listen import mute
    from xfc_notify.notify.replies import By, still_heard

    with session(settings) as opened:
        user = _user(name, policy, opened)
        done = mute(user, policy, By.OPERATOR, datetime.now(UTC))
        mute_over = opened.settings.messages.mute_over
        heard = still_heard([episode for _, episode in episode_rows.unsettled(user)], policy, mute_over)
    if as_json:
        print_json(done)
        return
    exception = "" if mute_over else ", unless its limit is passed"
    say(f"{policy} is muted for {name}{exception}." if done else f"{policy} was muted for {name} already.")
    if heard:
        say(f"Its limit is passed now, so it is still said; see: xfc-notify snooze {name}")


def _unmute(name: UserName, policy: Policy, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.notify.listen import unmute
    from xfc_notify.notify.replies import By

    with session(settings) as opened:
        user = _user(name, policy, opened)
        done = unmute(user, policy, By.OPERATOR, datetime.now(UTC))
    if as_json:
        print_json(done)
        return
    say(f"{policy} is said to {name} again." if done else f"{policy} was not muted for {name}.")


def _rescan(name: UserName, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.areas import areas
    from xfc_notify.notify.listen import rescan
    from xfc_notify.notify.replies import By
    from xfc_notify.people import users

    with session(settings) as opened:
        user = users.user_named(name)
        wanted = areas.areas_of(user)
        how, now = opened.settings, datetime.now(UTC)
        done = rescan(user, wanted, how.scan.clock, By.OPERATOR, now, how.surveyed)
        work = finish_here(opened)
    if as_json:
        print_json(done)
        return
    for effect in done:
        say(f"{effect.area}: {'scanned' if opened.pipeline.embedded else 'is scanned before all others'}.")
    if work.failed:
        say(f"{counted(work.failed, 'scan')} failed; see: xfc-notify status {name}")
    if len(done) < len(wanted):
        say(f"Left out, as asked for less than an hour ago: {len(wanted) - len(done)}.")


def _user(name: str, policy: str | None, opened: Session) -> "UserRow":
    """The user; WrongInput if there is none, or if the policy is one that nobody knows."""
    from xfc_notify.notify.listen import refuse_unknown
    from xfc_notify.people import users

    user = users.user_named(name)
    if policy is not None:
        refuse_unknown(policy, user, opened.plugins)
    return user


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongInput(f"--until: {text!r} is not a date; write it like 2026-03-15.") from None
