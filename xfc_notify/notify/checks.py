"""Looks whether people can be told, and in which words."""

import os
from collections.abc import Iterator

from xfc_notify.errors import XfcNotifyError
from xfc_notify.parts import Check, Checked, Inspection
from xfc_notify.paths import show
from xfc_notify.units import at


def look_at_messages(asked: Inspection) -> Iterator[Checked]:
    """Templates and languages, whether anything sends mail, and whether messages are sent."""
    yield from _templates(asked)
    yield from _language(asked)
    yield from _mail(asked)
    if asked.has_database:
        yield _messages(asked)


def _messages(asked: Inspection) -> Checked:
    """Whether they are sent."""
    from xfc_notify.outbox import held
    from xfc_notify.outbox.mode import live_since
    from xfc_notify.store import database, migrate

    if asked.settings.messages.mode == "shadow":
        what = 'mode is "shadow": messages are recorded, none is sent'
        return Checked("messages", "notice", what, "to send them, change messages.mode")
    with database.connected():
        if migrate.pending():
            return Checked(
                "messages", "notice", "told when the tables are up to date", "run: xfc-notify migrate"
            )
        since, waiting = live_since(), len(held.waiting())
    if since is None:
        what = "not live yet: messages are recorded, none is sent"
        return Checked("messages", "notice", what, "to send them: xfc-notify go-live")
    if waiting:
        return Checked("messages", "notice", f"{waiting} are held", "look at them: xfc-notify messages held")
    return Checked("messages", "ok", f"sent since {at(since)} UTC")


def _templates(asked: Inspection) -> Iterator[Checked]:
    """What is wrong in a site's own templates and words, if it has any."""
    from xfc_notify.notify.words import site

    if asked.settings.messages.templates is None:
        return
    found = site.mistakes(asked.settings)
    do = "mend it; until then the packaged form and words go out"
    yield from (Checked("templates", "failed", mistake, do) for mistake in found)
    if not found:
        yield Checked("templates", "ok", show(os.fsencode(asked.settings.messages.templates)))


def _language(asked: Inspection) -> Iterator[Checked]:
    """A language that nobody has translated; which there are depends on the site's templates."""
    from xfc_notify.notify.words.catalog import languages

    known = languages(asked.settings.messages.templates)
    if asked.settings.service.language not in known:
        what = f"no messages in {asked.settings.service.language!r}, so they are in English"
        yield Checked("language", "failed", what, f"known: {', '.join(sorted(known))}")


def _mail(asked: Inspection) -> Iterator[Checked]:
    """Where nothing sends mail, nobody is told anything, and no delivery fails."""
    from xfc_notify.domain import Person
    from xfc_notify.outbox.trial import trial_message

    try:
        plugins = asked.plugins()
    except XfcNotifyError:  # told under plugins
        return
    person = Person("somebody", email="somebody@example.org")
    if not plugins.addresses(trial_message(asked.settings, asked.now), person):
        yield Checked("mail", "notice", "no plugin would send any", "set url and sender in [plugins.email]")


CHECKS = (Check(("messages",), look_at_messages, needs_database=True),)
