"""exempt USER, list, end: limits that an operator has lifted for a while."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from typer.core import TyperGroup

from xfc_notify.cli.options import AsJson, SettingsFile, UserName
from xfc_notify.cli.output import print_json, print_table, say
from xfc_notify.cli.session import session
from xfc_notify.cli.work import finish_here
from xfc_notify.errors import WrongInput
from xfc_notify.units import at

if TYPE_CHECKING:
    from xfc_notify.areas.tables import AreaRow
    from xfc_notify.notify.views import ExemptionView

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
    exempt.command("grant", help="Lift a limit for an area. You can leave out the word grant.")(_grant)
    exempt.command("list", help="List the limits that are lifted now.")(_list)
    exempt.command("end", help="End an exemption early: the limit holds again.")(_end)
    app.add_typer(exempt, name="exempt")


def _grant(
    name: UserName,
    policy: Annotated[str, typer.Option(metavar="NAME", help='Whose limit, like "quota_hard".')],
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day, like 2026-03-02.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; the user is told.")],
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
        raise WrongInput("--reason: the user is told why; say it in words.")
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
    from xfc_notify.notify.views import exemptions

    with session(settings, reads=True):
        lifted = exemptions(datetime.now(UTC))
    if as_json:
        print_json(lifted)
    elif not lifted:
        say("No limit is lifted.")
    else:
        print_table(
            ["user", "area", "policy", "until (UTC)", "told (UTC)", "reason"], [_cells(one) for one in lifted]
        )


def _cells(exemption: "ExemptionView") -> tuple[str, ...]:
    until, told_at = at(exemption.until), at(exemption.told_at)
    return exemption.user, exemption.area, exemption.policy, until, told_at, exemption.reason


def _end(
    name: UserName,
    policy: Annotated[str | None, typer.Option(metavar="NAME", help="Only this policy's.")] = None,
    area: AreaPath = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.notify import exemption_rows
    from xfc_notify.notify.grant import end
    from xfc_notify.notify.views import exemption_view
    from xfc_notify.people import users

    now = datetime.now(UTC)
    with session(settings) as opened:
        rows = [
            row
            for row in exemption_rows.standing(now, users.user_named(name))
            if policy in (None, row.policy) and area in (None, row.subject.key)
        ]
        if not rows:
            raise WrongInput(f"No such limit of {name} is lifted.", "See: xfc-notify exempt list")
        ended = [replace(exemption_view(row), until=now) for row in rows]
        end(rows, opened.service, now)
        finish_here(opened)
    if as_json:
        print_json(ended)
        return
    for exemption in ended:
        say(f"{exemption.policy} of {exemption.area} holds again.")


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


def _area(known: "Sequence[AreaRow]", path: str | None) -> "AreaRow":
    found = [area for area in known if path in (None, area.path)]
    if len(found) == 1:
        return found[0]
    paths = ", ".join(area.path for area in known) or "none"
    raise WrongInput("--area: name one of the user's areas.", f"Known: {paths}")
