"""What people see of their own storage, and what they can say to it."""

from xfc_notify.areas import areas
from xfc_notify.areas.pages import area_of
from xfc_notify.errors import WrongInput
from xfc_notify.notify import answer_pages, listen, operator_pages, wish_pages
from xfc_notify.notify.compose import letter_of
from xfc_notify.notify.replies import By, next_rescan
from xfc_notify.notify.reply_links import without_links
from xfc_notify.notify.standing_page import as_written, standing
from xfc_notify.notify.views import explanation
from xfc_notify.notify.words.course import course
from xfc_notify.notify.words.plot import plot
from xfc_notify.outbox.messages import TO_THEM
from xfc_notify.outbox.picture import draw_svg
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.pages import NO_SUCH, Absent, GoTo, Page, Picture, Role, Show, Shown, Visit, mark
from xfc_notify.people import users
from xfc_notify.people.tables import UserRow


def _mine(visit: Visit) -> Shown:
    user = UserRow.get_or_none(UserRow.name == visit.who.name)
    if user is None:
        return Show("notify/nothing.html.j2")
    return standing(visit, user)


def _plot(visit: Visit) -> Shown:
    area = area_of(visit)
    spoken = as_written(visit)
    letter = letter_of(area.user, (), visit.service.settings, visit.now, [area], spoken=spoken)
    shown = course(letter, letter.areas[0]) if letter.areas else None
    if shown is not None:
        curves = shown.curves
        return Picture(draw_svg(plot(curves, curves[0].points[-1][0], spoken, visit.now)))
    raise Absent(visit.say(NO_SUCH))


def _rescan(visit: Visit) -> Shown:
    """I have cleaned up."""
    user = users.user_named(visit.who.name)
    surveyed = visit.service.settings.surveyed
    wanted = areas.areas_of(user)
    if wanted and all(next_rescan(area.rescan_asked_at, visit.now) > visit.now for area in wanted):
        raise WrongInput(mark("You asked for a scan less than an hour ago."))
    listen.rescan(user, wanted, visit.service.settings.scan.clock, By.PERSON, visit.now, surveyed)
    return GoTo(
        "/", visit.say("Your area is measured again, before all others."), kept="cleaned up: measure again"
    )


def _messages(visit: Visit) -> Shown:
    user = UserRow.get_or_none(UserRow.name == visit.who.name)
    if user is None:
        return Show("notify/nothing.html.j2")
    return Show("notify/messages.html.j2", {"told": explanation(user, visit.service.settings, TO_THEM)})


def _message(visit: Visit) -> Shown:
    """A message as it was written, in the words of its text."""
    row = (
        MessageRow.select(MessageRow, UserRow)
        .join(UserRow)
        .where(MessageRow.id == visit.place["message"])
        .first()
    )
    is_theirs = row is not None and row.user.name == visit.who.name and row.audience in TO_THEM
    if row is None or not (is_theirs or visit.who.operator):
        raise Absent(visit.say(NO_SUCH))
    text = None if row.text is None else without_links(row.text, visit.service.settings.web.url)
    return Show("notify/message.html.j2", {"message": row, "text": text})


PAGES = (
    Page("/", Role.USER, _mine, link=mark("My storage")),
    Page("/messages", Role.USER, _messages, link=mark("Messages")),
    Page("/messages/{message}", Role.USER, _message),
    Page("/areas/{area}/plot.svg", Role.USER, _plot),
    Page("/cleaned-up", Role.USER, None, _rescan),
    Page("/answer/{token}", Role.ANYBODY, answer_pages.look, answer_pages.do, bears=True),
    *wish_pages.PAGES,
    *operator_pages.PAGES,
)
