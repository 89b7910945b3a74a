"""The pages to which the links of mails about datasets lead. Looking changes nothing; only a button does.

A link is of one person. Who has signed in as somebody else acts in their own name, or not at all.
"""

from dataclasses import dataclass, replace

from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.errors import WrongInput
from xfc_notify.lifecycle import lives, tokens, words
from xfc_notify.lifecycle.actions import Actions
from xfc_notify.lifecycle.choices import Choice, choice
from xfc_notify.lifecycle.life import Life
from xfc_notify.lifecycle.lives import LINK, By
from xfc_notify.lifecycle.states import Decision, Phase
from xfc_notify.lifecycle.tokens import Act, Token
from xfc_notify.notify.spoken import language_of
from xfc_notify.notify.words.language import Language
from xfc_notify.pages import Page, Refused, Role, Show, Shown, Visit, mark
from xfc_notify.paths import harmless
from xfc_notify.people.tables import UserRow

FORGOTTEN = mark("This link is not valid: it was not made by this service, or what it is about is forgotten.")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A link that was read: who acts by it, what they may do, and why there is nothing to do; "" if there is."""

    token: Token
    life: Life
    dataset: DatasetRow
    by: By
    may: Choice
    over: str
    spoken: Language

    @property
    def is_owners(self) -> bool:
        """Whether whoever looks is whose link it is, as far as anybody knows."""
        return self.by.who == self.token.who

    @property
    def needs_word(self) -> bool:
        """Whether a word has to be typed: programs that look at mail press buttons, too."""
        is_removal = self.life.notice is not None and self.life.notice.decision is Decision.REMOVE
        return self.token.act is Act.AGREE and is_removal and not self.by.session


def _look(visit: Visit) -> Shown:
    """What would be done."""
    try:
        return _shown(_asked(visit), visit)
    except WrongInput as error:
        return _invalid(visit, error)


def _do(visit: Visit) -> Shown:
    """Do it, and say what was done."""
    try:
        asked = _asked(visit)
    except WrongInput as error:
        return _invalid(visit, error)
    if asked.over:
        return replace(_shown(asked, visit), status=409)
    if asked.needs_word and not words.is_word(visit.given("word"), asked.dataset):
        said = asked.spoken.say("Type the word as it stands here: {word}", word=words.word_of(asked.dataset))
        raise Refused("word", said)
    try:
        life = _done(asked, visit)
    except WrongInput:  # somebody was quicker
        return replace(_shown(_asked(visit), visit), status=409)
    text = words.done(asked.token.act, life, asked.spoken, visit.now)
    return Show("lifecycle/answered.html.j2", {"text": text, **_in(asked.spoken)})


def _done(asked: _Asked, visit: Visit) -> Life:
    actions, token, who = Actions.by_clock(visit.service, visit.now), asked.token, asked.by.who
    match token.act:
        case Act.AGREE:
            return actions.vote(token.dataset, who, asked.by, token=token)
        case Act.EXTEND:
            assert asked.may.extend_until is not None
            return actions.extend(token.dataset, asked.may.extend_until, asked.by, token=token)
        case Act.WITHDRAW:
            return actions.withdraw(token.dataset, who, asked.by, token=token)


def _asked(visit: Visit) -> _Asked:
    settings = visit.service.settings
    token = tokens.read(visit.place["token"], settings.signing, visit.now)
    dataset, life = DatasetRow.get_or_none(DatasetRow.uid == token.dataset), lives.read(token.dataset)
    if dataset is None or life is None:
        raise WrongInput(FORGOTTEN)
    session = visit.visitor.name if visit.visitor else ""
    by = By(session or token.who, LINK, token.who, session)
    may = choice(life, dataset, by.who, settings, visit.now)
    spoken = _spoken(visit, token)
    return _Asked(token, life, dataset, by, may, _over(token, life, may, by, spoken), spoken)


def _over(token: Token, life: Life, may: Choice, by: By, spoken: Language) -> str:
    """Why there is nothing to do; "" if there is."""
    if life.phase is Phase.BIN:
        return spoken.say("This dataset is in the bin. The operators can bring it back.")
    if not life.stands:
        return spoken.say("This dataset is gone.")
    if token.act is Act.EXTEND:
        return _over_to_extend(token, life, may, spoken)
    if life.notice is None or not tokens.same(token.about, life.notice.about):
        return spoken.say("This is decided, or nobody is asked any more.")
    if token.act is Act.WITHDRAW:
        return "" if may.withdraws else spoken.say("There is no vote of yours to withdraw.")
    return _over_to_agree(token, may, by, spoken)


def _over_to_extend(token: Token, life: Life, may: Choice, spoken: Language) -> str:
    if not tokens.same(token.about, life.expires_at):
        return spoken.say("This link is used up: the dataset has another date by now.")
    if may.extend_until is None:
        return spoken.say("You cannot give it another date. Ask the operators for one.")
    return ""


def _over_to_agree(token: Token, may: Choice, by: By, spoken: Language) -> str:
    if may.withdraws:
        return spoken.say("You have agreed already.")
    if lives.took_back(token, by.who):
        return spoken.say(
            "You withdrew your vote after this mail was written: its link is used up. Sign in to vote again."
        )
    return "" if may.agrees else spoken.say("You are not asked about this dataset, or not any more.")


def _shown(asked: _Asked, visit: Visit) -> Show:
    life, spoken, now = asked.life, asked.spoken, visit.now
    until = asked.may.extend_until
    data = {
        "title": words.question(asked.token.act, life, until, spoken, now),
        "facts": words.facts(life, asked.dataset, spoken, now),
        "path": harmless(asked.dataset.path or asked.dataset.uid),
        "over": asked.over,
        "whose": "" if asked.is_owners else harmless(asked.token.who),
        "who": harmless(asked.by.who),
        "word": words.word_of(asked.dataset) if asked.needs_word else "",
        "agrees": asked.token.act is Act.AGREE,
    }
    return Show("lifecycle/answer.html.j2", {**data, **_in(spoken)})


def _spoken(visit: Visit, token: Token) -> Language:
    """The language in which the owner of the link is written to, unless somebody has signed in or chosen one."""
    if visit.chose_language or visit.visitor is not None:
        return visit.language
    user = UserRow.get_or_none(UserRow.name == token.who)
    return language_of(user, visit.service.settings, pages=True)


def _in(spoken: Language) -> dict[str, object]:
    return {"language": spoken, "say": spoken.say, "count": spoken.count, "term": spoken.term}


def _invalid(visit: Visit, error: WrongInput) -> Shown:
    return Show("lifecycle/invalid.html.j2", {"why": visit.language.term(error.what)}, 410)


PAGES = (Page("/decide/{token}", Role.ANYBODY, _look, _do, bears=True, knows=True),)
