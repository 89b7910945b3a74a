"""The pages to which the links of messages lead. Looking changes nothing; only a button does."""

from xfc_notify.errors import WrongInput
from xfc_notify.notify import links
from xfc_notify.notify.links import Question
from xfc_notify.notify.words.language import Language
from xfc_notify.pages import Show, Shown, Visit


def look(visit: Visit) -> Shown:
    """What an answer would do."""
    try:
        asked = _question(visit)
    except WrongInput as error:
        return _invalid(visit, error)
    return Show("notify/answer.html.j2", {"question": asked, **_in(asked.spoken)})


def do(visit: Visit) -> Shown:
    """Do it, and say what was done. A mail provider may ask so too in its user's name (RFC 8058)."""
    try:
        spoken = _question(visit).spoken
        answer = links.answer(visit.place["token"], visit.now, visit.service.settings, spoken)
    except WrongInput as error:
        return _invalid(visit, error)
    return Show("notify/answered.html.j2", {"text": answer.text, **_in(spoken)})


def _question(visit: Visit) -> Question:
    """In the language in which the user is written to, unless the visitor has chosen one."""
    chosen = visit.language if visit.chose_language else None
    return links.question(visit.place["token"], visit.now, visit.service.settings, chosen)


def _in(spoken: Language) -> dict[str, object]:
    return {"language": spoken, "say": spoken.say, "count": spoken.count, "term": spoken.term}


def _invalid(visit: Visit, error: WrongInput) -> Shown:
    return Show("notify/invalid.html.j2", {"why": visit.language.term(error.what)}, 410)
