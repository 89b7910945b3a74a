"""Looks whether the operators can be told."""

from collections.abc import Iterator

from xfc_notify.parts import Check, Checked, Inspection


def look_at_operators(asked: Inspection) -> Iterator[Checked]:
    """Whether somebody hears of what concerns no single user."""
    if asked.settings.service.operators:
        yield Checked("operators", "ok", asked.settings.service.operators)
        return
    what = "no address: storms, full volumes and escalations reach nobody"
    yield Checked("operators", "notice", what, "set operators in [service]")


CHECKS = (Check(("operators",), look_at_operators),)
