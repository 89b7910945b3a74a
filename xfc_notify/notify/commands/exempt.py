"""exempt USER, list, end: limits that an operator has lifted for a while."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from typer.core import TyperGroup

from xfc_notify.cli.options import AsJson, SettingsFile, UserName
from xfc_notify.cli.output import print_json, print_table, say
from xfc_notify.cli.session import session
from xfc_notify.cli.work import finish_here
from xfc_notify.errors import WrongInput
from xfc_notify.units import at

AreaPath = Annotated[
    str | None, typer.Option("--area", metavar="PATH", help="Which, if the user has several.")
]


class _Exempt(TyperGroup):
    """`exempt USER …` is `exempt grant USER …`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "--help", "-h"}:
            args = ["grant", *args]
        return super().parse_args(ctx, args)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    exempt = typer.Typer(cls=_Exempt, no_args_is_help=True, help="Lift a limit for an area until a date.")
    exempt.command("grant", help="Lift a limit for an area. The word grant may be left out.")(_grant)
    exempt.command("list", help="What is lifted now.")(_list)
    exempt.command("end", help="Let limits hold again before their time.")(_end)
    app.add_typer(exempt, name="exempt")


def _grant(
    name: UserName,
    policy: Annotated[str, typer.Option(metavar="NAME", help='Whose limit, like "quota_hard".')],
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day, like 2026-03-02.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; the user is told it.")],
    area: AreaPath = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.areas import areas
    from xfc_notify.domain import Exemption
    from xfc_notify.notify.grant import grant
    from xfc_notify.people import users

    now = datetime.now(UTC)
    why = " ".join(reason.split())
    if not why or not why.isprintable():
        raise WrongInput("--reason: the user is told why; write it in words.")
    with session(settings) as opened:
        exemption = Exemption(policy, _end_of(until, opened.settings.service.timezone, now), why)
        chosen = _area(areas.areas_of(users.user_named(name)), area)
        grant(chosen, exemption, opened.service, now)
        finish_here(opened)
    if as_json:
        print_json(
            {"user": name, "area": chosen.path, "policy": policy, "until": exemption.until, "reason": why}
        )
    else:
        say(f"{policy} of {chosen.path} is lifted until {at(exemption.until)} UTC: {why}")


def _list(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.notify import exemption_rows

    with session(settings):
        rows = [_row(it) for it in exemption_rows.standing(datetime.now(UTC))]
    if as_json:
        print_json(rows)
    elif not rows:
        say("No limit is lifted.")
    else:
        cells = [
            (it["user"], it["area"], it["policy"], at(it["until"]), at(it["told_at"]), it["reason"])
            for it in rows
        ]
        print_table(["user", "area", "policy", "until (UTC)", "told (UTC)", "reason"], cells)


def _end(
    name: UserName,
    policy: Annotated[str | None, typer.Option(metavar="NAME", help="Only of this policy.")] = None,
    area: AreaPath = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.notify import exemption_rows
    from xfc_notify.notify.grant import end
    from xfc_notify.people import users

    now = datetime.now(UTC)
    with session(settings):
        standing = [
            it
            for it in exemption_rows.standing(now, users.user_named(name))
            if policy in (None, it.policy) and area in (None, it.subject.key)
        ]
        if not standing:
            raise WrongInput(f"No such limit of {name} is lifted.", "See: xfc-notify exempt list")
        rows = [_row(it) | {"until": now} for it in standing]
        end(standing, now)
    if as_json:
        print_json(rows)
        return
    for it in rows:
        say(f"{it['policy']} of {it['area']} holds again, from the next scan on.")


def _end_of(day: str, zone: str, now: datetime) -> datetime:
    """The last second of a day in the zone of the service."""
    try:
        following = datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), ZoneInfo(zone))
        until = following.astimezone(UTC) - timedelta(seconds=1)
    except (ValueError, OverflowError):
        raise WrongInput(f"--until: {day!r} is not a date; write it like 2026-03-02.") from None
    if until <= now:
        raise WrongInput(f"--until: {day} is over.")
    return until


def _area(known: list[Any], path: str | None) -> Any:
    found = [it for it in known if path in (None, it.path)]
    if len(found) == 1:
        return found[0]
    paths = ", ".join(it.path for it in known) or "none"
    raise WrongInput("--area: name one of the user's areas.", f"Known: {paths}")


def _row(it: Any) -> dict[str, Any]:
    return {
        "user": it.subject.user.name,
        "area": it.subject.key,
        "policy": it.policy,
        "until": it.until,
        "reason": it.reason,
        "granted_at": it.granted_at,
        "told_at": it.told_at,
    }
