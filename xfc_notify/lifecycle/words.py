"""The words of pages about datasets that expire: questions, facts, and what was done."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.lifecycle.dates import day_of
from xfc_notify.lifecycle.letter import size_of
from xfc_notify.lifecycle.life import Life, Notice
from xfc_notify.lifecycle.states import Decision, Phase
from xfc_notify.lifecycle.tokens import Act
from xfc_notify.notify.words.language import Language
from xfc_notify.paths import harmless

SHORTEST, LONGEST = 3, 16
"""Letters of a word that is to be typed."""


def word_of(dataset: DatasetRow) -> str:
    """The part of a dataset's name that whoever agrees to its removal types: the last word, but not a mere "1"."""
    name = unicodedata.normalize("NFC", harmless(dataset.path or dataset.uid))
    found = re.findall(r"[^\W_]+", name)
    long = [word for word in found if len(word) >= SHORTEST]
    return next(reversed(long or found), str(dataset.uid))[:LONGEST]


def is_word(typed: str, dataset: DatasetRow) -> bool:
    """Whether this is it, written in any case."""
    return unicodedata.normalize("NFC", typed).casefold() == word_of(dataset).casefold()


def question(act: Act, life: Life, until: datetime | None, spoken: Language, now: datetime) -> str:
    """What a page asks."""
    closes = life.notice is not None and life.notice.decision is Decision.CLOSE
    match act:
        case Act.EXTEND if until is not None:
            return spoken.say("Keep this dataset until {day}?", day=day_of(until, spoken, now))
        case Act.EXTEND:
            return spoken.say("Keep this dataset longer?")
        case Act.WITHDRAW:
            return spoken.say("Withdraw your vote?")
        case Act.AGREE if closes:
            return spoken.say("Do you agree that this dataset is closed?")
        case Act.AGREE:
            return spoken.say("Do you agree that this dataset is removed?")


def facts(life: Life, dataset: DatasetRow, spoken: Language, now: datetime) -> list[str]:
    """Its size, its date, and who has agreed so far."""
    found = [size_of(dataset, spoken)]
    if life.expires_at is not None and life.stands:
        day = day_of(life.expires_at, spoken, now)
        is_over = life.expires_at <= now
        found.append(
            spoken.say("Its date was {day}.", day=day)
            if is_over
            else spoken.say("Its date is {day}.", day=day)
        )
    return found + (votes(life.notice, spoken) if life.notice else [])


def votes(notice: Notice, spoken: Language) -> list[str]:
    """How many votes a decision needs, and who has agreed so far."""
    needed = spoken.count(
        "It needs {count} vote, of two people at least.",
        "It needs {count} votes, of two people at least.",
        notice.needed,
    )
    names = spoken.listed(map(harmless, sorted(notice.voters)))
    given = (
        spoken.say("{people} agreed.", people=names)
        if notice.voters
        else spoken.say("Nobody has agreed so far.")
    )
    return [f"{needed} {given}"]


def done(act: Act, life: Life, spoken: Language, now: datetime) -> str:
    """What was done, and what follows from it."""
    say = spoken.say
    if act is Act.EXTEND:
        assert life.expires_at is not None
        return say("It is kept until {day}.", day=day_of(life.expires_at, spoken, now))
    if act is Act.WITHDRAW:
        return say("Your vote is withdrawn.")
    if life.phase is Phase.BIN:
        return say("Enough people agree: the dataset is in the bin now. The operators can bring it back.")
    if life.notice is None:
        return say("Enough people agree: the dataset is closed now.")
    return say("Your vote is counted. You can withdraw it until it is decided: a mail to you says how.")


@dataclass(frozen=True, slots=True)
class Row:
    """A dataset in a list: its names, printable; its date and what is to be decided, in words, "" for none."""

    uid: str
    path: str
    owner: str
    group: str
    phase: Phase
    expires: str
    deciding: str
    votes: str
    asked: str
    bin_until: str
    parked: str


def row(dataset: DatasetRow, life: Life, spoken: Language, now: datetime) -> Row:
    """A dataset as a list shows it."""
    notice = life.notice
    deciding = ""
    if notice is not None:
        closes = notice.decision is Decision.CLOSE
        deciding = spoken.say("May it be closed?") if closes else spoken.say("May it be removed?")
    return Row(
        uid=dataset.uid,
        path=harmless(dataset.path or dataset.uid),
        owner=harmless(dataset.owner),
        group=harmless(dataset.group),
        phase=life.phase,
        expires=day_of(life.expires_at, spoken, now) if life.expires_at else "",
        deciding=deciding,
        votes=" ".join(votes(notice, spoken)) if notice else "",
        asked=harmless(notice.group) if notice else "",
        bin_until=day_of(life.bin.until, spoken, now) if life.bin else "",
        parked=harmless(life.parked),
    )
