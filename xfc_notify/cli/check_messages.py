"""The part of `check` that asks whether people can be told, and in which words."""

import os
from collections.abc import Iterator
from datetime import datetime

from xfc_notify.cli.checked import Checked
from xfc_notify.cli.output import at
from xfc_notify.cli.session import Session
from xfc_notify.errors import XfcNotifyError
from xfc_notify.paths import show


def check_operators(opened: Session) -> Checked:
    """Whether anybody hears of what concerns more than one user."""
    if opened.settings.service.operators:
        return Checked("operators", "ok", opened.settings.service.operators)
    what = "no address: nobody hears of held messages, full volumes and escalations"
    return Checked("operators", "notice", what, "set operators in [service]")


def check_messages(opened: Session) -> Checked:
    """Whether they are sent."""
    from xfc_notify.notify.mode import live_since
    from xfc_notify.store import database, held, migrate

    if opened.settings.messages.mode == "shadow":
        what = 'mode is "shadow": messages are recorded, none is sent'
        return Checked("messages", "notice", what, "to send them, change messages.mode")
    with database.connected():
        if migrate.pending():
            return Checked(
                "messages", "notice", "unknown until the tables are up to date", "run: xfc-notify migrate"
            )
        since, waiting = live_since(), len(held.waiting())
    if since is None:
        what = "not live yet: messages are recorded, none is sent"
        return Checked("messages", "notice", what, "to send them: xfc-notify go-live")
    if waiting:
        return Checked("messages", "notice", f"{waiting} are held", "look at them: xfc-notify messages held")
    return Checked("messages", "ok", f"sent since {at(since)} UTC")


def check_templates(opened: Session) -> Iterator[Checked]:
    """What is wrong in a site's own templates and words, if it has any."""
    from xfc_notify.notify.words import site

    if opened.settings.messages.templates is None:
        return
    found = site.mistakes(opened.settings)
    do = "correct it; until then messages go out in the packaged form"
    yield from (Checked("templates", "failed", mistake, do) for mistake in found)
    if not found:
        yield Checked("templates", "ok", show(os.fsencode(opened.settings.messages.templates)))


def check_language(opened: Session) -> Iterator[Checked]:
    """A language without a translation; the site's own templates may add languages."""
    from xfc_notify.notify.words.catalog import languages

    known = languages(opened.settings.messages.templates)
    if opened.settings.service.language not in known:
        what = f"no messages in {opened.settings.service.language!r}, so they are in English"
        yield Checked("language", "failed", what, f"known: {', '.join(sorted(known))}")


def check_mail(opened: Session, now: datetime) -> Iterator[Checked]:
    """Without a plugin that sends mail, nobody is told anything, and no delivery fails."""
    from xfc_notify.domain import Person
    from xfc_notify.notify.words.trial import trial_message

    try:
        plugins = opened.plugins
    except XfcNotifyError:  # told under plugins
        return
    person = Person("somebody", email="somebody@example.org")
    if not plugins.addresses(trial_message(opened.settings, now), person):
        yield Checked("mail", "notice", "no plugin would send mail", "set url and sender in [plugins.email]")
