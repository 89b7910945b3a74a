"""What a user prefers. A new address counts only when the link in a mail to it was followed and the button pressed."""

from dataclasses import replace
from datetime import timedelta

from xfc_notify.errors import WrongInput
from xfc_notify.notify import listen, reply_rows
from xfc_notify.notify.digest import KINDS
from xfc_notify.notify.replies import By
from xfc_notify.notify.words.catalog import languages
from xfc_notify.pages import GoTo, Page, Refused, Role, Show, Shown, Visit, mark
from xfc_notify.paths import address
from xfc_notify.people import users
from xfc_notify.people.address import mistake
from xfc_notify.people.tables import UserRow
from xfc_notify.settings import time_zone
from xfc_notify.web import mails, sessions
from xfc_notify.web.limits import Limit
from xfc_notify.web.render import LANGUAGES
from xfc_notify.web.signed import read, sign

LASTS = timedelta(hours=24)
PURPOSE = "confirm an address"
NEW_ADDRESSES = Limit(3, timedelta(hours=1))


def _show(visit: Visit) -> Shown:
    user = UserRow.get_or_none(UserRow.name == visit.who.name)
    if user is None:
        return Show("notify/nothing.html.j2")
    known = languages(visit.service.settings.messages.templates)
    return Show(
        "web/preferences.html.j2",
        {
            "user": user,
            "chat": address(user.chat) if user.chat else "",
            "codes": [
                ("", visit.say("that of the service")),
                *((code, LANGUAGES.get(code, code)) for code in sorted(known)),
            ],
            "kinds": [(kind, visit.language.term(kind)) for kind in KINDS],
            "muted": sorted(reply_rows.muted_by(user)),
            "zone": visit.service.settings.service.timezone,
        },
    )


def _change(visit: Visit) -> Shown:
    user = users.user_named(visit.who.name)
    digest, code, zone = visit.given("digest"), visit.given("language"), visit.given("timezone")
    if digest not in KINDS:
        raise Refused("digest", visit.say("Choose how often."))
    if code and code not in languages(visit.service.settings.messages.templates):
        raise Refused("language", visit.say("There are no messages in this language."))
    try:
        time_zone(zone or "UTC")
    except ValueError:
        raise Refused("timezone", visit.say("This is no time zone; write it like Europe/Paris.")) from None
    chat = _chat(visit, user)
    new = visit.given("email")
    if new and new != user.email:
        _confirm_first(visit, user, new)
    users.change(user, notify=visit.given("notify") == "yes", chat=chat)
    users.prefer(user, digest=digest, timezone=zone, language=code, now=visit.now)
    for policy in set(visit.form.get("hear", ())) & reply_rows.muted_by(user):
        listen.unmute(user, policy, By.PERSON, visit.now)
    said = visit.say("Your preferences are kept.")
    if new and new != user.email:
        there = visit.say("A link is on its way to the new address, which counts when you have followed it.")
        said = f"{said} {there}"
    return GoTo("/preferences", said, kept="preferences")


def _chat(visit: Visit, user: UserRow) -> str | None:
    """The new chat, None for none other than before. Refused if no plugin would take it."""
    if visit.given("forget_chat") == "yes":
        return ""
    url = visit.given("chat")
    if not url:
        return None
    if not visit.service.plugins.having("objection"):
        raise Refused("chat", visit.say("This service writes to no chats."))
    objection = visit.service.plugins.objection(replace(users.person(user), chat=url))
    if objection is not None:
        raise Refused("chat", objection)
    return url


def _confirm_first(visit: Visit, user: UserRow, new: str) -> None:
    wrong = mistake(new)
    if wrong is not None:
        raise Refused("email", visit.say("This is no mail address; write it like ada@example.org."))
    if not NEW_ADDRESSES.try_now(user.name, visit.now):
        raise Refused("email", visit.say("That was tried too often. Please wait an hour."))
    settings = visit.service.settings
    token = sign([user.name, new, user.email], PURPOSE, settings.signing, visit.now + LASTS)
    blocks = [
        visit.say("The messages to {name} are to come to this address. Open this page and press the button:",
                  name=user.name),
        [f"{settings.web.url}/confirm/{token}"],
        visit.say("The link works once, for a day. If it was not you, do nothing."),
    ]  # fmt: skip
    mails.send(visit.service, new, visit.say("Confirm your address"), blocks, visit.now)


def _look(visit: Visit) -> Shown:
    return _confirmation(visit, do=False)


def _confirm(visit: Visit) -> Shown:
    return _confirmation(visit, do=True)


def _confirmation(visit: Visit, *, do: bool) -> Shown:
    token = visit.place["token"]
    try:
        name, new, before = read(token, PURPOSE, visit.service.settings.signing, visit.now)
        user = users.user_named(name)
    except WrongInput as error:
        return Show("notify/invalid.html.j2", {"why": visit.language.term(error.what)}, 410)
    if user.email != before or sessions.is_spent(token) or (do and not sessions.spend(token, visit.now)):
        return Show("notify/invalid.html.j2", {"why": visit.say("This link was used already.")}, 410)
    if do:
        users.change(user, email=new)
    kept = f"address of {name} is now {new}" if do else ""
    return Show("web/confirm.html.j2", {"name": name, "new": new, "done": do}, kept=kept)


PAGES = (
    Page("/preferences", Role.USER, _show, _change, link=mark("Preferences")),
    Page("/confirm/{token}", Role.ANYBODY, _look, _confirm, bears=True),
)
