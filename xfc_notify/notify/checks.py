"""Looks whether people can be told, and in which words."""

import os
from collections.abc import Iterator

from xfc_notify.errors import SettingsError, XfcNotifyError
from xfc_notify.parts import Check, Checked, Inspection
from xfc_notify.paths import show
from xfc_notify.units import at


def look_at_messages(asked: Inspection) -> Iterator[Checked]:
    """Whether they are sent."""
    if asked.has_database:
        yield _messages(asked)


def _messages(asked: Inspection) -> Checked:
    from xfc_notify.outbox import held
    from xfc_notify.outbox.mode import live_since
    from xfc_notify.store import database, migrate

    if asked.settings.messages.mode == "shadow":
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


def look_at_templates(asked: Inspection) -> Iterator[Checked]:
    """What is wrong in a site's own templates and words, if it has any."""
    from xfc_notify.notify.words import site

    if asked.settings.messages.templates is None:
        yield Checked("templates", "ok", "the packaged ones")
        return
    found = site.mistakes(asked.settings)
    do = "correct it; until then messages go out in the packaged form"
    yield from (Checked("templates", "failed", mistake, do) for mistake in found)
    if not found:
        yield Checked("templates", "ok", show(os.fsencode(asked.settings.messages.templates)))


def look_at_language(asked: Inspection) -> Iterator[Checked]:
    """A language without a translation; the site's own templates may add languages."""
    from xfc_notify.notify.words.catalog import languages

    known = languages(asked.settings.messages.templates)
    if asked.settings.service.language not in known:
        what = f"no messages in {asked.settings.service.language!r}, so they are in English"
        yield Checked("language", "failed", what, f"known: {', '.join(sorted(known))}")
    else:
        yield Checked("language", "ok", asked.settings.service.language)


def look_at_links(asked: Inspection) -> Iterator[Checked]:
    """Whether messages can carry links."""
    url = asked.settings.web.url
    try:
        asked.settings.signing  # noqa: B018
    except SettingsError as error:
        do = "set service.secret_file where messages are written and pages served; scanners need none"
        yield Checked("links", "failed", error.what, do)
        return
    yield Checked("links", "ok", f"signed, to {url}" if url else "none: there is no web.url")


def look_at_mail(asked: Inspection) -> Iterator[Checked]:
    """Whether a plugin would send mail, without which nobody is told anything; and whether its server answers."""
    from xfc_notify.domain import Person
    from xfc_notify.outbox.trial import trial_message

    try:
        plugins = asked.plugins()
    except XfcNotifyError:  # told under plugins
        return
    person = Person("somebody", email="somebody@example.org")
    channels = {name for name, _ in plugins.addresses(trial_message(asked.settings, asked.now), person)}
    if not channels:
        yield Checked("mail", "notice", "no plugin would send mail", "set url and sender in [plugins.email]")
    for plugin in (plugin for plugin in plugins.all if plugin.name in channels):
        outage = plugins.outage(plugin)
        if outage is None:
            yield Checked("mail", "ok", f"by the plugin {plugin.name}")
        else:
            do = f"is the server running, and is [plugins.{plugin.name}] right? What is to be sent waits"
            yield Checked("mail", "failed", outage, do)


CHECKS = (
    Check(("templates",), look_at_templates),
    Check(("language",), look_at_language),
    Check(("links",), look_at_links),
    Check(("mail",), look_at_mail),
    Check(("messages",), look_at_messages, needs_database=True),
)
