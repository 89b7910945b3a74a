"""The pages to which the links of messages lead. Looking changes nothing; only a button does."""

from xfc_notify.errors import WrongInput
from xfc_notify.notify import links
from xfc_notify.notify.words.language import Language
from xfc_notify.pages import Show, Shown, Visit
from xfc_notify.people.tables import UserRow


def look(visit: Visit) -> Shown:
    """What an answer would do."""
    try:
        asked = links.question(visit.place["token"], visit.now, visit.service.settings)
    except WrongInput as error:
        return _invalid(visit, error)
    spoken = _spoken(asked.user, visit)
    asked = links.question(visit.place["token"], visit.now, visit.service.settings, spoken)
    return Show("notify/answer.html.j2", {"question": asked, **_in(spoken)})


def do(visit: Visit) -> Shown:
    """Do it, and say what was done. A mail provider may ask so too in its user's name (RFC 8058)."""
    try:
        asked = links.question(visit.place["token"], visit.now, visit.service.settings)
        spoken = _spoken(asked.user, visit)
        answer = links.answer(visit.place["token"], visit.now, visit.service.settings, spoken)
    except WrongInput as error:
        return _invalid(visit, error)
    return Show("notify/answered.html.j2", {"text": answer.text, **_in(spoken)})


def _spoken(name: str, visit: Visit) -> Language:
    """The language in which the user is written to, unless the visitor has chosen one."""
    user = UserRow.get_or_none(UserRow.name == name)
    return (
        visit.language
        if user is None or visit.chose_language
        else links.language_of(user, visit.service.settings)
    )


def _in(spoken: Language) -> dict[str, object]:
    return {"language": spoken, "say": spoken.say, "count": spoken.count, "term": spoken.term}


def _invalid(visit: Visit, error: WrongInput) -> Shown:
    return Show("notify/invalid.html.j2", {"why": visit.language.term(error.what)}, 410)
