"""The page that shows where a user stands."""

from xfc_notify.areas import areas
from xfc_notify.areas.scan_views import failed_scans
from xfc_notify.notify import episode_rows, reply_rows
from xfc_notify.notify.compose import as_it_stands, letter_of
from xfc_notify.notify.reply_links import reply_links_of
from xfc_notify.notify.views import LATEST
from xfc_notify.notify.words.language import Language, language
from xfc_notify.notify.words.wording import wording
from xfc_notify.outbox.picture import HEIGHT, WIDTH
from xfc_notify.pages import Show, Visit
from xfc_notify.people.tables import UserRow


def as_written(visit: Visit) -> Language:
    """The language of the visitor with the words of messages alone, which take no word of a page for a name."""
    templates = visit.service.settings.messages.templates
    return language(visit.language.code, visit.language.zone.key, templates)


def standing(visit: Visit, user: UserRow) -> Show:
    """Where a user stands: the figures, the plot and the advice of a message."""
    settings, now = visit.service.settings, visit.now
    unsettled, muted, rows = episode_rows.unsettled(user), reply_rows.muted_by(user), areas.areas_of(user)
    walked = any(row.volume not in settings.surveyed for row in rows)
    episodes = [episode for _, episode in unsettled]
    replies = reply_links_of(user.name, episodes, settings, now, visit.language, None, walked=walked)
    about = as_it_stands(unsettled, settings.messages, now, muted)
    words = wording(letter_of(user, about, settings, now, rows, spoken=as_written(visit)))
    said = {area.key: area for area in words.areas}
    known = {row.path: row for row in rows}
    return Show(
        "notify/mine.html.j2",
        {
            "user": user,
            "words": words,
            "replies": replies,
            "areas": [(known[key], area) for key, area in said.items()],
            "unscanned": [row for row in rows if row.path not in said],
            "failed": failed_scans(user, LATEST),
            "walked": walked,
            "muted": sorted(muted),
            "plot_width": WIDTH,
            "plot_height": HEIGHT,
        },
    )
