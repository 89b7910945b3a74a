"""The links of a message about a dataset: what its reader may do, each a page that does it when a button is pressed."""

from datetime import datetime

from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.lifecycle.choices import choice
from xfc_notify.lifecycle.dates import day_of
from xfc_notify.lifecycle.life import Life
from xfc_notify.lifecycle.states import Decision
from xfc_notify.lifecycle.tokens import Act, Token, sign
from xfc_notify.notify.words.language import Language
from xfc_notify.notify.words.letter import ReplyLink
from xfc_notify.settings import Settings


def links(
    life: Life, dataset: DatasetRow, who: str, settings: Settings, spoken: Language, now: datetime
) -> tuple[ReplyLink, ...]:
    """What this person may do about a dataset, to be kept first; nothing where there are no pages."""
    may = choice(life, dataset, who, settings, now)
    found = []
    if may.extend_until is not None and life.expires_at is not None:
        label = spoken.say("Keep it until {day}", day=day_of(may.extend_until, spoken, now))
        found.append(_link(label, Token(who, life.dataset, Act.EXTEND, life.expires_at), settings, now))
    if life.notice is not None and may.agrees:
        label = (
            spoken.say("Agree that it is closed")
            if life.notice.decision is Decision.CLOSE
            else spoken.say("Agree that it is removed")
        )
        found.append(_link(label, Token(who, life.dataset, Act.AGREE, life.notice.about), settings, now))
    return tuple(found) if settings.web.url else ()


def to_withdraw(
    life: Life, who: str, settings: Settings, spoken: Language, now: datetime
) -> tuple[ReplyLink, ...]:
    """The way to take back a vote that this person has cast; nothing where there are no pages."""
    if life.notice is None or who not in life.notice.voters or not settings.web.url:
        return ()
    token = Token(who, life.dataset, Act.WITHDRAW, life.notice.about)
    return (_link(spoken.say("Withdraw my vote"), token, settings, now),)


def _link(label: str, token: Token, settings: Settings, now: datetime) -> ReplyLink:
    return ReplyLink(label, f"{settings.web.url}/decide/{sign(token, settings.signing, now)}")
